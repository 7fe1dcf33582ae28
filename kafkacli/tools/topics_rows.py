"""What both ways of kafka-topics.sh share: which topics are meant, what a new topic shall be, the rows of --describe."""

from __future__ import annotations

from kafkacli import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kafkacli.client.topics import Partition
    from kafkacli.options.jopt import Parsed
    from kafkacli.output.changes import Changes
    from kafkacli.output.show import Array

INTERNAL_TOPICS = frozenset(("__consumer_offsets", "__transaction_state"))
_REPORTS = (
    "unavailable-partitions",
    "under-replicated-partitions",
    "under-min-isr-partitions",
    "at-min-isr-partitions",
)


class WantedTopic:
    """What the options of --create and --alter say about a topic. Raises OptionError and ValueError."""

    def __init__(self, options: Parsed) -> None:
        self.name = options.value("topic") or ""
        self.partitions = options.integer("partitions")
        self.replication_factor = options.integer("replication-factor")
        assignment = options.value("replica-assignment")
        self.assignment = parse_replica_assignment(assignment) if assignment else None
        self.configs = _configs_to_add(options)
        self.delete_configs = _configs_to_delete(options)
        self.rack_aware = not options.has("disable-rack-aware")
        self.if_not_exists = options.has("if-not-exists")

    def tell_creation(self, changes: Changes) -> None:
        """Say that the topic is created, or would be."""
        if not changes.dry_run:
            console.out(f"Created topic {self.name}.")
        partitions, factor = self.partitions, self.replication_factor
        if self.assignment is not None:
            partitions, factor = len(self.assignment), len(self.assignment[0])
        changes.add("create", "topic", self.name, partitions=partitions, replication_factor=factor, **self.configs)

    def warn_of_collisions(self) -> None:
        """Say what Kafka says of names with a period or an underscore."""
        if "_" in self.name or "." in self.name:
            console.out(
                "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could "
                "collide. To avoid issues it is best to use either, but not both."
            )


def parse_replica_assignment(text: str) -> dict[int, list[int]]:
    """Read '1:2,2:3': partition to the broker ids of its replicas. Raises ValueError."""
    assignment: dict[int, list[int]] = {}
    for partition, part in enumerate(text.rstrip(",").split(",")):
        brokers = []
        for word in part.split(":"):
            try:
                brokers.append(int(word.strip()))
            except ValueError:
                raise ValueError(f'For input string: "{word.strip()}"') from None
        doubles = sorted({broker for broker in brokers if brokers.count(broker) > 1})
        if doubles:
            shown = ",".join(map(str, doubles))
            raise ValueError(f"Partition replica lists may not contain duplicate entries: {shown}")
        assignment[partition] = brokers
        if len(brokers) != len(assignment[0]):
            raise ValueError(f"Partition {partition} has different replication factor: {part}")
    return assignment


def matching_topics(topics: Iterable[str], options: Parsed) -> list[str]:
    """Return, sorted, the topics that --topic and --exclude-internal leave. Raises ValueError for a bad pattern."""
    exclude_internal = options.has("exclude-internal")
    kept = sorted(name for name in topics if not (exclude_internal and name in INTERNAL_TOPICS))
    pattern = options.value("topic")
    if pattern is None:
        return kept
    if (wanted := only_topic(options)) is not None:
        return [name for name in kept if name == wanted]
    import re

    from kafkacli.java_patterns import compile_pattern

    try:
        compiled = compile_pattern(_cleaned(pattern))
    except re.error:
        raise ValueError(f"{pattern} is an invalid regex.") from None
    return [name for name in kept if compiled.fullmatch(name)]


def only_topic(options: Parsed) -> str | None:
    """Return the one topic that --topic can mean; None when there may be others, or others instead."""
    name = _cleaned(options.value("topic") or "")
    return name if name.replace("-", "").replace("_", "").isalnum() else None


def _cleaned(pattern: str) -> str:
    """As Kafka's Whitelist: a comma stands for `or`, quotes and blanks fall away."""
    return pattern.strip().replace(",", "|").replace(" ", "").strip("\"'")


def ensure_exists(found: list[str], options: Parsed) -> None:
    """Raise ValueError when --topic names nothing, unless --if-exists allows that."""
    wanted = options.value("topic")
    if wanted is not None and not found and not options.has("if-exists"):
        raise ValueError(f"Topic '{wanted}' does not exist as expected")


class DescribeRows:
    """Shows the rows of --describe that its reports let through. live_brokers: ids."""

    def __init__(self, options: Parsed, live_brokers: set[int]) -> None:
        self._reports = [report for report in _REPORTS if options.has(report)]
        self._live_brokers = live_brokers
        self._only_overrides = options.has("topics-with-overrides")
        self._document: Array | None = None
        if not console.is_plain():
            from kafkacli.output.show import Array

            self._document = Array("topics-describe")

    def add(
        self,
        name: str,
        partitions: list[Partition],
        configs: Mapping[str, str | None],
        min_isr: int | None,
        *,
        marked: bool = False,
    ) -> None:
        """Take a topic; its lines are written at once.

        configs: those that are not the default. min_isr: min.insync.replicas, None when it isn't known. marked: for deletion.
        """
        is_shown = not self._reports and (bool(configs) or not self._only_overrides)
        reported = [
            partition
            for partition in partitions
            if not self._reports or any(self._reported(report, partition, min_isr) for report in self._reports)
        ]
        if self._document is not None:
            if is_shown or (self._reports and reported):
                self._document.add(
                    _record(name, partitions[0].replication_factor, len(partitions), configs, reported, marked)
                )
            return
        if is_shown:
            shown = ",".join(f"{key}={'null' if value is None else value}" for key, value in configs.items())
            console.out(
                f"Topic: {name}\tPartitionCount: {len(partitions)}"
                f"\tReplicationFactor: {partitions[0].replication_factor}\tConfigs: {shown}{_marked(marked)}"
            )
        for partition in [] if self._only_overrides else reported:
            moves = ""
            if partition.reassigned is not None:
                moves = f"\tAdding Replicas: {_ids(partition.adding)}\tRemoving Replicas: {_ids(partition.removing)}"
            leader = "none" if partition.leader is None else partition.leader
            console.out(
                f"\tTopic: {name}\tPartition: {partition.index}\tLeader: {leader}\tReplicas: {_ids(partition.replicas)}"
                f"\tIsr: {_ids(partition.isr)}{moves}{_marked(marked)}"
            )

    def end(self) -> None:
        """End the document, where that isn't lines."""
        if self._document is not None:
            self._document.end()

    def _reported(self, report: str, partition: Partition, min_isr: int | None) -> bool:
        in_sync = len(partition.isr)
        if report == "under-replicated-partitions":
            return partition.replication_factor > in_sync
        if report == "at-min-isr-partitions":
            return in_sync == min_isr
        if report == "under-min-isr-partitions":
            return partition.leader is None or (min_isr is not None and in_sync < min_isr)
        return partition.leader is None or partition.leader not in self._live_brokers


def _record(
    name: str,
    replication_factor: int,
    count: int,
    configs: Mapping[str, str | None],
    partitions: list[Partition],
    marked: bool,
) -> dict[str, object]:
    return {
        "topic": name,
        "partition_count": count,
        "replication_factor": replication_factor,
        "configs": dict(configs),
        "marked_for_deletion": marked,
        "partitions": [
            {
                "partition": partition.index,
                "leader": partition.leader,
                "replicas": partition.replicas,
                "isr": partition.isr,
                "adding_replicas": partition.adding,
                "removing_replicas": partition.removing,
            }
            for partition in partitions
        ],
    }


def _ids(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))


def _marked(marked: bool) -> str:
    return "\tMarkedForDeletion: true" if marked else ""


def _configs_to_add(options: Parsed) -> dict[str, str]:
    configs: dict[str, str] = {}
    for text in options.values("config"):
        name, equals, value = text.partition("=")
        if not equals or "=" in value:
            raise ValueError(
                'requirement failed: Invalid topic config: all configs to be added must be in the format "key=val".'
            )
        configs[name.strip()] = value.strip()
    if configs:
        from kafkacli.registry.topic_configs import validate

        validate(configs)
        if (version := configs.get("message.format.version")) is not None:
            console.out(
                f"WARNING: The configuration message.format.version={version} is specified. This configuration will be "
                "ignored if the version is newer than the inter.broker.protocol.version specified in the broker."
            )
    return configs


def _configs_to_delete(options: Parsed) -> list[str]:
    names = [name.strip() for name in options.values("delete-config")]
    if names:
        from kafkacli.registry.topic_configs import TOPIC_KEYS

        for name in names:
            if name not in TOPIC_KEYS:
                raise ValueError(f"Unknown topic config name: {name}")
    return names
