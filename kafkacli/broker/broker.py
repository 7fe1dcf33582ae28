"""The broker as its handlers see it: one object that holds the owners of all state.

`startup.py` makes it, in the order of Kafka's own start; `server.py` feeds it with requests.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from random import SystemRandom
from typing import TYPE_CHECKING, Protocol

from kafkacli.authorizer.authorizer import Authorizer
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.converted_records import KeptBytes
from kafkacli.broker.fetch_sessions import FetchSessions
from kafkacli.broker.idle_answers import IdleAnswers
from kafkacli.broker.listeners import Listener
from kafkacli.broker.metadata import MetadataCache
from kafkacli.broker.purgatory import Purgatory
from kafkacli.broker.quotas import ClientQuotas
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.replica.partition import Partition
from kafkacli.replica.partitions import Partitions
from kafkacli.wire.messages.create_partitions import CreatePartitionsTopic, CreatePartitionsTopicResult
from kafkacli.wire.messages.create_topics import CreatableTopic, CreatableTopicResult
from kafkacli.wire.messages.delete_topics import DeletableTopicResult

if TYPE_CHECKING:
    from kafkacli.broker.groups import Groups
    from kafkacli.broker.leadership import Leadership
    from kafkacli.broker.moves import ReplicaMoves
    from kafkacli.broker.transactions import Transactions
    from kafkacli.controller.acl_store import AclStore
    from kafkacli.controller.administration import Administration


def wall_clock_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Controller(Protocol):
    """What handlers ask of the controller's room; all of it goes through ZooKeeper and is awaited.

    The checks, their order and their texts are the controller's; results come one for each topic asked, in order.
    """

    @property
    def is_active(self) -> bool:
        """Whether this broker is the controller now."""

    async def create_topics(
        self, topics: Sequence[CreatableTopic], *, timeout_ms: int, validate_only: bool
    ) -> list[CreatableTopicResult]:
        """Create topics and wait until they have leaders, at most `timeout_ms`."""

    async def auto_create_topic(self, name: str) -> ErrorCode:
        """Write a topic with the broker's defaults (an internal topic with its own); NONE also when it exists already."""

    async def delete_topics(self, names: Sequence[str], *, timeout_ms: int) -> list[DeletableTopicResult]:
        """Delete topics and wait until they are gone, at most `timeout_ms`."""

    async def create_partitions(
        self, topics: Sequence[CreatePartitionsTopic], *, timeout_ms: int, validate_only: bool
    ) -> list[CreatePartitionsTopicResult]:
        """Give topics more partitions."""

    async def topic_overrides(self, topic: str) -> dict[str, str]:
        """A topic's own configs, as in its znode."""

    async def set_topic_overrides(self, topic: str, overrides: Mapping[str, str], *, validate_only: bool) -> None:
        """Replace a topic's own configs. Raises ApiError (INVALID_CONFIG …) when they are wrong."""

    async def next_producer_id(self) -> int:
        """A producer id that nobody had, from the block this broker reserved."""

    async def consumer_offset(self, group_id: str, topic: str, partition: int) -> int | None:
        """An offset that OffsetCommit version 0 has stored. Raises ApiError."""

    async def store_consumer_offset(self, group_id: str, topic: str, partition: int, offset: int) -> ErrorCode:
        """Store an offset of OffsetCommit version 0."""


class Broker:
    """What one broker is made of.

    config: typed values of server.properties.
    partitions: the replicas on this broker.
    metadata: what is known of the cluster.
    purgatory: parked fetches, produces and deletions. It hears of moved high watermarks by itself; whoever moves leadership
        away or deletes a partition tells it (`purgatory.notify(topic, partition)`).
    listeners: where clients reach it, ports as bound.
    authorizer: who may do what; None: everybody everything. acls: only with an authorizer.
    quotas: what clients may use. converted_bytes: what is kept of records that were converted for old clients.
    epoch: the czxid of its registration (KIP-380).
    controller, administration, groups, transactions, leadership, moves: set by the start sequence once they exist.
    """

    def __init__(
        self,
        *,
        config: KafkaConfig,
        node_id: int,
        cluster_id: str,
        partitions: Partitions,
        metadata: MetadataCache,
        purgatory: Purgatory,
        listeners: Sequence[Listener] = (),
        now_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        self.config = config
        self.node_id = node_id
        self.cluster_id = cluster_id
        self.partitions = partitions
        self.metadata = metadata
        self.purgatory = purgatory
        self.listeners = listeners
        self.now_ms = now_ms
        self.fetch_sessions = FetchSessions(
            lambda: SystemRandom().randrange(1, 2**31),
            config.integer("max.incremental.fetch.session.cache.slots"),
        )
        partitions.listeners.append(lambda moved: purgatory.notify(moved.log.topic, moved.log.partition))
        self.epoch = -1
        self.authorizer: Authorizer | None = None
        self.quotas = ClientQuotas()
        self.converted_bytes = KeptBytes()
        self.idle_answers = (IdleAnswers(), IdleAnswers())  # of those who read what is committed only: the second
        self.controller: Controller
        self.acls: AclStore
        self.administration: Administration
        self.groups: Groups
        self.leadership: Leadership
        self.moves: ReplicaMoves
        self.transactions: Transactions

    def partition(self, topic: str, index: int) -> Partition:
        """The partition as this broker has it.

        Raises ApiError: UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER for one that only other brokers have, or
        KAFKA_STORAGE_ERROR for one in a log directory that has failed.
        """
        if self.metadata.partition(topic, index) is None:
            raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        found = self.partitions.find(topic, index)
        if found is None:
            self.partitions.check_online(topic, index)
            raise ApiError(ErrorCode.NOT_LEADER_OR_FOLLOWER)
        return found
