"""kafka-topics.sh --bootstrap-server: the actions, asked of the brokers."""

from __future__ import annotations

from functools import cached_property

from kafkacli import console
from kafkacli.client.connect import connect
from kafkacli.client.java_errors import cause_text
from kafkacli.client.topics import AT_ONCE, list_topics
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.java_hash import hash_map_order
from kafkacli.steps import Steps, asked
from kafkacli.tools.topics_rows import DescribeRows, WantedTopic, ensure_exists, matching_topics, only_topic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.client.configs import ConfigEntry
    from kafkacli.client.reassignments import Reassignment
    from kafkacli.client.topics import DescribedTopics, TopicPartition
    from kafkacli.options.jopt import Parsed
    from kafkacli.output.changes import Changes

_SHORT_MAX = 32767
_MIN_ISR = "min.insync.replicas"
_HIDDEN = (
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ErrorCode.INVALID_TOPIC_EXCEPTION,
    ErrorCode.TOPIC_AUTHORIZATION_FAILED,
)


class BrokerTopics:
    """One run against brokers. Raises SettingsError for a bootstrap list that can't be."""

    def __init__(self, bootstrap: str, config_path: str | None, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self._cluster = connect(bootstrap, config_path)
        self._unwrapped = False  # whether errors show as themselves, not as those of a Java future

    @cached_property
    def changes(self) -> Changes:
        """What the run changes, or would."""
        from kafkacli.output.changes import Changes

        return Changes(dry_run=self._dry_run)

    def close(self) -> None:
        """Close the connections."""
        self._cluster.close()

    def explain(self, error: Exception) -> str:
        """Return the message that the original prints for an error."""
        return str(error) if self._unwrapped else cause_text(error)

    def run(self, action: str, options: Parsed) -> None:
        """Do what one of the options create, alter, list, describe, delete asks for."""
        actions = {
            "create": self._create,
            "alter": self._alter,
            "list": self._list,
            "describe": self._describe,
            "delete": self._delete,
        }
        actions[action](options)

    def _create(self, options: Parsed) -> None:
        from kafkacli.client.topics import create_topic

        self._unwrapped = True
        topic = WantedTopic(options)
        topic.warn_of_collisions()
        if topic.replication_factor is not None and not 1 <= topic.replication_factor <= _SHORT_MAX:
            raise ValueError(f"The replication factor must be between 1 and {_SHORT_MAX} inclusive")
        if topic.partitions is not None and topic.partitions < 1:
            raise ValueError("The partitions must be greater than 0")
        try:
            with asked("topics", "created", topic.name, dry_run=self.changes.dry_run):
                create_topic(
                    self._cluster,
                    topic.name,
                    partitions=topic.partitions,
                    replication_factor=topic.replication_factor,
                    assignment=topic.assignment,
                    configs=topic.configs,
                    validate_only=self.changes.dry_run,
                )
        except ApiError as error:
            if error.code == ErrorCode.TOPIC_ALREADY_EXISTS and topic.if_not_exists:
                return
            raise
        topic.tell_creation(self.changes)

    def _alter(self, options: Parsed) -> None:
        from kafkacli.client.topics import create_partitions, describe_topics

        wanted = WantedTopic(options)
        names = self._matching(options)
        ensure_exists(names, options)
        if not names:
            return
        assignments = None
        if wanted.assignment is not None:
            assignments = {
                topic.name: list(wanted.assignment.values())[len(topic.partitions) :]
                for topic in describe_topics(self._cluster, names)
            }
        counts = dict.fromkeys(names, wanted.partitions or 0)
        if self.changes.dry_run:
            create_partitions(self._cluster, counts, assignments, validate_only=True)
        else:
            with Steps("topics", "altered", names) as steps:
                create_partitions(self._cluster, counts, assignments, steps=steps)
        for name in names:
            self.changes.add("alter", "topic", name, partitions=wanted.partitions)

    def _list(self, options: Parsed) -> None:
        is_internal = dict(list_topics(self._cluster))
        names = matching_topics(is_internal, options)
        if console.is_plain():
            console.out("\n".join(names))
            return
        from kafkacli.output.show import show

        show(
            "topics-list",
            ({"topic": name, "internal": is_internal[name], "marked_for_deletion": None} for name in names),
        )

    def _describe(self, options: Parsed) -> None:
        from kafkacli.client.topics import DescribedTopics, known_reassignments, live_brokers

        only = only_topic(options)
        found = DescribedTopics()
        found.read(self._cluster, None if only is None else [only])
        hidden = {name for name, error in found.errors.items() if error.code in _HIDDEN}
        names = matching_topics([name for name in found.names() if name not in hidden], options)
        ensure_exists(names, options)
        if not names and console.is_plain():
            return
        names = hash_map_order(names)
        for name in names:
            if name in found.errors:
                raise found.errors[name]
        rows = DescribeRows(options, live_brokers(self._cluster))
        if names:
            partitions = None
            if only is not None:
                partitions = [(name, row.index) for name in names for row in found.topic(name).partitions]
            self._add_rows(rows, found, names, known_reassignments(self._cluster, partitions))
        rows.end()

    def _add_rows(
        self,
        rows: DescribeRows,
        found: DescribedTopics,
        names: list[str],
        under_way: Mapping[TopicPartition, Reassignment],
    ) -> None:
        """Show topics, some at a time: the answers about their configurations are long."""
        from kafkacli.client.configs import each_topic_configs, present
        from kafkacli.progress import Progress

        done = 0
        with Progress("topics", len(names), lines=True) as progress:
            for some, configs in each_topic_configs(self._cluster, names, AT_ONCE, wanted=_counts):
                for name in some:
                    topic, entries = found.topic(name), present(configs[name])
                    topic.add_reassignments(under_way)
                    overridden = {entry.name: entry.value for entry in entries if not entry.is_default}
                    min_isr = next((entry.value for entry in entries if entry.name == _MIN_ISR), None)
                    rows.add(name, topic.partitions, overridden, None if min_isr is None else int(min_isr))
                done += len(some)
                progress.tell(done)

    def _delete(self, options: Parsed) -> None:
        from kafkacli.client.topics import delete_topics

        names = self._matching(options)
        ensure_exists(names, options)
        if not self.changes.dry_run:
            with Steps("topics", "deleted", names) as steps:
                delete_topics(self._cluster, names, steps)
        for name in names:
            self.changes.add("delete", "topic", name)

    def _matching(self, options: Parsed) -> list[str]:
        return matching_topics([name for name, _ in list_topics(self._cluster)], options)


def _counts(entry: ConfigEntry) -> bool:
    """Whether a configuration value counts for --describe."""
    return not entry.is_default or entry.name == _MIN_ISR
