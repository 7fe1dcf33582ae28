"""Where the partitions of a producer's topics are led, as brokers said last. Core without IO."""

from __future__ import annotations

from kafkacli.errors import ErrorCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.topics import TopicPartition
    from kafkacli.wire.messages.metadata import MetadataResponse

NO_LEADER = -1


class ClusterView:
    """Brokers, and the leaders of the topics that are `wanted`.

    version: grows with each answer. errors: topics that the last answer said something wrong of.
    """

    def __init__(self) -> None:
        self.brokers: dict[int, tuple[str, int]] = {}
        self.wanted: set[str] = set()
        self.errors: dict[str, int] = {}
        self.version = 0
        self._leaders: dict[str, list[int]] = {}
        self._available: dict[str, list[int]] = {}

    def count(self, topic: str) -> int:
        """Return how many partitions a topic has, 0 when it isn't known."""
        return len(self._leaders.get(topic, ()))

    def available(self, topic: str) -> list[int]:
        """Return the partitions that have a leader."""
        return self._available.get(topic, [])

    def leader(self, partition: TopicPartition) -> int | None:
        """Return the leader of a partition, None when there is none, or it isn't known."""
        leaders = self._leaders.get(partition[0], ())
        if partition[1] >= len(leaders) or (leader := leaders[partition[1]]) == NO_LEADER:
            return None
        return leader if leader in self.brokers else None

    def take(self, answer: MetadataResponse) -> bool:
        """Take an answer in. Returns whether all in it is well."""
        self.version += 1
        if answer.brokers:
            self.brokers = {broker.node_id: (broker.host, broker.port) for broker in answer.brokers}
        self.errors = {topic.name: topic.error_code for topic in answer.topics if topic.error_code}
        for topic in answer.topics:
            if topic.error_code:
                if topic.error_code in (ErrorCode.INVALID_TOPIC_EXCEPTION, ErrorCode.TOPIC_AUTHORIZATION_FAILED):
                    self._forget(topic.name)
                continue
            count = max([row.partition_index for row in topic.partitions], default=-1) + 1
            leaders = [NO_LEADER] * count
            for row in topic.partitions:
                leaders[row.partition_index] = row.leader_id
            self._leaders[topic.name] = leaders
            self._available[topic.name] = [index for index, leader in enumerate(leaders) if leader in self.brokers]
        return not self.errors and all(len(self.available(topic)) == self.count(topic) > 0 for topic in self.wanted)

    def _forget(self, topic: str) -> None:
        self._leaders.pop(topic, None)
        self._available.pop(topic, None)
