"""What this broker knows of the cluster: brokers, controller, topics with their partitions' leaders and replicas.

The controller decides and the znodes keep it; this is the copy that Metadata requests are answered from. Only the
controller's decisions (or UpdateMetadata from another broker) change it, by the methods here.
Source: Apache `MetadataCache.scala`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

NO_LEADER = -1
INTERNAL_TOPICS = frozenset({"__consumer_offsets", "__transaction_state"})


class Endpoint(NamedTuple):
    """Where a broker can be reached on one listener."""

    host: str
    port: int


class BrokerNode(NamedTuple):
    """A live broker; `endpoints` by listener name."""

    node_id: int
    endpoints: Mapping[str, Endpoint]
    rack: str | None = None


class PartitionMetadata(NamedTuple):
    """One partition's state as in its znode; `leader` -1: none. offline: replicas in log directories that have failed."""

    leader: int
    leader_epoch: int
    isr: tuple[int, ...]
    replicas: tuple[int, ...]
    offline: tuple[int, ...] = ()


class MetadataCache:
    """The cluster as last heard of.

    is_complete: whether the controller has told of everything; until then a partition that isn't known may be there.
    """

    def __init__(self) -> None:
        self.is_complete = False
        self.controller_id: int | None = None
        self._brokers: dict[int, BrokerNode] = {}
        self._topics: dict[str, dict[int, PartitionMetadata]] = {}

    def set_brokers(self, brokers: Iterable[BrokerNode]) -> None:
        """Replace the live brokers."""
        self._brokers = {broker.node_id: broker for broker in sorted(brokers, key=lambda broker: broker.node_id)}

    def update_partition(self, topic: str, partition: int, state: PartitionMetadata) -> None:
        """Take in a partition's new state; the topic comes into being with its first."""
        self._topics.setdefault(topic, {})[partition] = state

    def remove_topic(self, topic: str) -> None:
        """Forget a deleted topic; nothing happens when it isn't there."""
        self._topics.pop(topic, None)

    def remove_partition(self, topic: str, partition: int) -> None:
        """Forget one partition, and its topic with the last."""
        partitions = self._topics.get(topic)
        if partitions is not None:
            partitions.pop(partition, None)
            if not partitions:
                del self._topics[topic]

    def brokers(self) -> list[BrokerNode]:
        """The live brokers by id."""
        return list(self._brokers.values())

    def broker(self, node_id: int) -> BrokerNode | None:
        """The live broker of that id, or None."""
        return self._brokers.get(node_id)

    def is_alive(self, node_id: int) -> bool:
        return node_id in self._brokers

    def topics(self) -> list[str]:
        return list(self._topics)

    def __contains__(self, topic: object) -> bool:
        return topic in self._topics

    def partitions(self, topic: str) -> Mapping[int, PartitionMetadata]:
        """The topic's partitions by number; empty when the topic is unknown."""
        return self._topics.get(topic, {})

    def partition(self, topic: str, partition: int) -> PartitionMetadata | None:
        """One partition's state, or None."""
        partitions = self._topics.get(topic)
        return None if partitions is None else partitions.get(partition)

    def items(self) -> Iterator[tuple[str, Mapping[int, PartitionMetadata]]]:
        yield from self._topics.items()
