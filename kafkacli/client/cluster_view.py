"""What a client knows of its cluster, as brokers said last: who they are, topics, and where partitions are led. Core without IO."""

from __future__ import annotations

from kafkacli.errors import ErrorCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.topics import TopicPartition
    from kafkacli.wire.messages.metadata import MetadataResponse, MetadataResponseTopic

_FINAL = frozenset((ErrorCode.INVALID_TOPIC_EXCEPTION, ErrorCode.TOPIC_AUTHORIZATION_FAILED))
_NONE: list[int] = []


class ClusterView:
    """Brokers by id, and the topics that are `wanted`, or that `matches`, asked with name and whether it is internal, is true of.

    keeps_known: go on with what was known of a topic when there is an error that may pass.
    version: grows with each answer. counts: partitions by topic. leaders: node and leader epoch, of partitions that have one.
    matched: names. errors: codes by topic, in the last answer. leaderless: topics with partitions that have no leader.
    """

    def __init__(self, *, keeps_known: bool = False) -> None:
        self.brokers: dict[int, tuple[str, int]] = {}
        self.wanted: set[str] = set()
        self.matches: Callable[[str, bool], bool] | None = None
        self.matched: list[str] = []
        self.counts: dict[str, int] = {}
        self.leaders: dict[TopicPartition, tuple[int, int]] = {}
        self.errors: dict[str, int] = {}
        self.leaderless: set[str] = set()
        self.version = 0
        self._keeps_known = keeps_known
        self._available: dict[str, list[int]] = {}

    def count(self, topic: str) -> int:
        """Return how many partitions a topic has, 0 when it isn't known."""
        return self.counts.get(topic, 0)

    def available(self, topic: str) -> list[int]:
        """Return the partitions that have a leader."""
        return self._available.get(topic, _NONE)

    def leader(self, partition: TopicPartition) -> int | None:
        """Return the leader of a partition, None when there is none, or it isn't known."""
        leader = self.leaders.get(partition)
        return leader[0] if leader is not None and leader[0] in self.brokers else None

    def take(self, answer: MetadataResponse, *, has_epochs: bool = True) -> bool:
        """Take an answer in. has_epochs: whether its leader epochs can be trusted. Returns whether all in it is well."""
        self.version += 1
        if answer.brokers:
            self.brokers = {broker.node_id: (broker.host, broker.port) for broker in answer.brokers}
        self.errors = {}
        self.leaderless = set()
        matched: list[str] = []
        gone = set(self.counts)
        for topic in answer.topics:
            if self.matches is not None:
                if not self.matches(topic.name, topic.is_internal) and topic.name not in self.wanted:
                    continue
                matched.append(topic.name)
            if topic.error_code:
                self.errors[topic.name] = topic.error_code
                if self._keeps_known and topic.error_code not in _FINAL:
                    gone.discard(topic.name)
            else:
                gone.discard(topic.name)
                self._take_topic(topic, has_epochs=has_epochs)
        for name in gone:
            self._forget(name)
        self.matched = sorted(matched)
        return not self.errors and not self.leaderless and self.wanted <= self.counts.keys()

    def _take_topic(self, topic: MetadataResponseTopic, *, has_epochs: bool) -> None:
        name = topic.name
        self.counts[name] = max([row.partition_index for row in topic.partitions], default=-1) + 1
        available: list[int] = []
        for row in topic.partitions:
            partition = (name, row.partition_index)
            known = self.leaders.get(partition)
            epoch = row.leader_epoch if has_epochs else -1
            if known is None or not known[1] > epoch >= 0:  # else the broker hasn't heard of the newest leader yet
                if row.leader_id >= 0:
                    self.leaders[partition] = (row.leader_id, epoch)
                elif known is not None:
                    del self.leaders[partition]
            if self.leader(partition) is not None:
                available.append(row.partition_index)
        self._available[name] = sorted(available)
        if not 0 < self.counts[name] == len(available):
            self.leaderless.add(name)

    def _forget(self, topic: str) -> None:
        for index in range(self.counts.pop(topic)):
            self.leaders.pop((topic, index), None)
        self._available.pop(topic, None)
