"""kafka-topics.sh --zookeeper: the actions, done in the znodes; no broker is asked."""

from __future__ import annotations

from functools import cached_property

from kafkacli import console
from kafkacli.client.registry import LoginRefused, Registry, RegistryError
from kafkacli.client.zookeeper_session import ZooKeeperError
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.tools.topics_rows import INTERNAL_TOPICS, DescribeRows, WantedTopic, ensure_exists, matching_topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kafkacli.options.jopt import Parsed
    from kafkacli.output.changes import Changes
    from kafkacli.steps import Steps


class ZooKeeperTopics:
    """One run against ZooKeeper. Raises RegistryError when it can't be reached."""

    def __init__(self, connect: str, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        try:
            self._registry = Registry(connect, report=console.err, dry_run=dry_run)
        except LoginRefused:  # the original hears of it when it asks for the topics
            console.error_out("Error while executing topic command : KeeperErrorCode = AuthFailed for /brokers/topics")
            raise

    @cached_property
    def changes(self) -> Changes:
        """What the run changes, or would."""
        from kafkacli.output.changes import Changes

        return Changes(dry_run=self._dry_run)

    def close(self) -> None:
        """End the session."""
        self._registry.close()

    def explain(self, error: Exception) -> str:
        """Return the message that the original prints for an error."""
        return str(error)

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
        from random import Random

        from kafkacli.registry.assignment import assign_replicas
        from kafkacli.registry.topic_configs import validate
        from kafkacli.steps import asked

        topic = WantedTopic(options)
        topic.warn_of_collisions()
        try:
            assignment: Mapping[int, Sequence[int]] | None = topic.assignment
            if assignment is None:
                brokers = self._registry.brokers_for_replicas(rack_aware=topic.rack_aware)
                assignment = assign_replicas(brokers, topic.partitions or 0, topic.replication_factor or 0, Random())
            with asked("topics", "created", topic.name, dry_run=self.changes.dry_run):
                self._registry.create_topic(topic.name, assignment, topic.configs, validate)
        except ApiError as error:
            if error.code == ErrorCode.TOPIC_ALREADY_EXISTS and topic.if_not_exists:
                return
            raise
        topic.tell_creation(self.changes)

    def _alter(self, options: Parsed) -> None:
        names = self._matching(options)
        wanted = WantedTopic(options)
        ensure_exists(names, options)
        with self._steps("altered", names) as steps:
            for name in names:
                steps.begin(name)
                if options.has("config") or options.has("delete-config"):
                    self._alter_config(name, wanted)
                if wanted.partitions is not None:
                    self._add_partitions(name, wanted)
                steps.end(name)

    def _steps(self, did: str, names: Iterable[str]) -> Steps:
        """Changes of topics; a dry run changes none."""
        from kafkacli.steps import Steps

        return Steps("topics", did, () if self.changes.dry_run else names, lines=True)

    def _add_partitions(self, name: str, wanted: WantedTopic) -> None:
        if name in INTERNAL_TOPICS:
            raise ValueError(f"The number of partitions for the internal topic {name} cannot be changed.")
        console.out(
            "WARNING: If partitions are increased for a topic that has a key, the partition "
            "logic or ordering of the messages will be affected"
        )
        self._registry.add_partitions(name, wanted.partitions or 0, wanted.assignment or {})
        if not self.changes.dry_run:
            console.out("Adding partitions succeeded!")
        self.changes.add("alter", "topic", name, partitions=wanted.partitions)

    def _alter_config(self, name: str, wanted: WantedTopic) -> None:
        from kafkacli.registry.topic_configs import validate

        configs = self._registry.config(f"topics/{name}")
        console.out(
            "WARNING: Altering topic configuration from this script has been deprecated and may be removed in future"
            " releases.\n         Going forward, please use kafka-configs.sh for this functionality"
        )
        configs |= wanted.configs
        for key in wanted.delete_configs:
            configs.pop(key, None)
        self._registry.change_topic_config(name, configs, validate)
        if not self.changes.dry_run:
            console.out(f"Updated config for topic {name}.")
        self.changes.add("alter", "topic", name, **wanted.configs, **dict.fromkeys(wanted.delete_configs))

    def _list(self, options: Parsed) -> None:
        rows = ((name, self._registry.is_marked_for_deletion(name)) for name in self._matching(options))
        if console.is_plain():
            for name, marked in rows:
                console.out(f"{name} - marked for deletion" if marked else name)
            return
        from kafkacli.output.show import show

        show(
            "topics-list",
            (
                {"topic": name, "internal": name in INTERNAL_TOPICS, "marked_for_deletion": marked}
                for name, marked in rows
            ),
        )

    def _describe(self, options: Parsed) -> None:
        from kafkacli.client.topics import Partition

        names = self._matching(options)
        ensure_exists(names, options)
        rows = DescribeRows(options, {broker.broker_id for broker in self._registry.brokers()})
        for name in names:
            assignment = self._registry.assignment(name)
            if not assignment:
                console.error_out(f"Topic {name} doesn't exist!")
                continue
            marked = self._registry.is_marked_for_deletion(name)
            partitions = [
                Partition(number, *self._placed(name, number, replicas.replicas))
                for number, replicas in assignment.items()
            ]
            rows.add(name, partitions, self._registry.config(f"topics/{name}"), None, marked=marked)
        rows.end()

    def _placed(
        self, name: str, number: int, replicas: Sequence[int]
    ) -> tuple[int | None, Sequence[int], Sequence[int]]:
        leader, isr = self._registry.leader_and_isr(name, number)
        return leader, replicas, isr

    def _delete(self, options: Parsed) -> None:
        names = self._matching(options)
        ensure_exists(names, options)
        with self._steps("marked for deletion", names) as steps:
            for name in names:
                if name in INTERNAL_TOPICS:
                    raise ValueError(
                        f"Topic {name} is a kafka internal topic and is not allowed to be marked for deletion."
                    )
                steps.begin(name)
                self._mark(name)
                steps.end(name)

    def _mark(self, name: str) -> None:
        try:
            marked = self._registry.mark_for_deletion(name)
        except ZooKeeperError as error:
            raise RegistryError(f"Error while deleting topic {name}") from error
        if marked:
            self.changes.add("delete", "topic", name)
        if self.changes.dry_run:
            return
        if marked:
            console.out(
                f"Topic {name} is marked for deletion.\n"
                "Note: This will have no impact if delete.topic.enable is not set to true."
            )
        else:
            console.out(f"Topic {name} is already marked for deletion.")

    def _matching(self, options: Parsed) -> list[str]:
        return matching_topics(self._registry.topics(), options)
