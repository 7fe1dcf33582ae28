"""Topics through the brokers: list, describe, create, grow, delete. What KafkaAdminClient of 2.6.2 asks, and whom."""

from __future__ import annotations

from kafkacli.client.cluster import MOVED_CONTROLLER, Cluster, check
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.codec import decode_struct
from kafkacli.wire.messages.metadata import MetadataResponse, MetadataResponseTopic
from kafkacli.wire.primitives import WireError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kafkacli.client.reassignments import Reassignment
    from kafkacli.steps import Steps

TopicPartition = tuple[str, int]
AT_ONCE = 500
"""Topics to ask about in one request where its answer tells much of each: an answer is held whole."""


class Partition:
    """One partition. leader: broker id, None without one. adding, removing: of a reassignment under way."""

    __slots__ = ("adding", "index", "isr", "leader", "reassigned", "removing", "replicas")

    def __init__(self, index: int, leader: int | None, replicas: Sequence[int], isr: Sequence[int]) -> None:
        self.index = index
        self.leader = leader
        self.replicas = list(replicas)
        self.isr = list(isr)
        self.reassigned: list[int] | None = None  # all replicas of the reassignment, None without one
        self.adding: list[int] = []
        self.removing: list[int] = []

    @property
    def replication_factor(self) -> int:
        """How many replicas the partition is meant to have: those a reassignment adds don't count yet."""
        if self.reassigned is not None and set(self.replicas) & {*self.adding, *self.removing}:
            return len([replica for replica in self.reassigned if replica not in self.adding])
        return len(self.replicas)


class Topic:
    """One topic: its partitions by index, and whether it is one of Kafka's own."""

    __slots__ = ("internal", "name", "partitions")

    def __init__(self, name: str, internal: bool, partitions: list[Partition]) -> None:
        self.name = name
        self.internal = internal
        self.partitions = partitions

    def add_reassignments(self, under_way: Mapping[TopicPartition, Reassignment]) -> None:
        """Add to the partitions what reassignments of them are under way."""
        for partition in self.partitions:
            if (row := under_way.get((self.name, partition.index))) is not None:
                partition.reassigned, partition.adding, partition.removing = row.replicas, row.adding, row.removing


class DescribedTopics:
    """Topics as the brokers described them. Only their bytes are kept: each is read anew when it is asked for.

    errors: what is wrong with topics, by name.
    """

    __slots__ = ("_rows", "_version", "errors")

    def __init__(self) -> None:
        self.errors: dict[str, ApiError] = {}
        self._rows: dict[str, memoryview] = {}
        self._version = 0

    def read(self, cluster: Cluster, names: Iterable[str] | None) -> None:
        """Ask for these topics, or for all there are. Raises CallTimedOut."""

        def take(topic: MetadataResponseTopic, data: memoryview) -> None:
            self._rows[topic.name] = data
            if topic.error_code:
                self.errors[topic.name] = ApiError(topic.error_code)

        def attempt(deadline: float) -> None:
            self._rows.clear()
            self.errors.clear()
            self._version = cluster.each_topic(names, take, deadline)

        cluster.call("describeTopics", attempt)

    def names(self) -> list[str]:
        """Return the names of all, in the order of the brokers' answer."""
        return list(self._rows)

    def topic(self, name: str) -> Topic:
        """Return a topic. Raises ApiError."""
        return _topic(decode_struct(MetadataResponseTopic, self._rows[name], MetadataResponse, self._version))


def list_topics(cluster: Cluster) -> list[tuple[str, bool]]:
    """Return (name, whether it is internal) of every topic."""
    found: dict[str, bool] = {}

    def attempt(deadline: float) -> None:
        found.clear()
        cluster.each_topic(None, lambda topic, _: found.update({topic.name: topic.is_internal}), deadline)

    cluster.call("listTopics", attempt)
    return list(found.items())


def describe_topics(cluster: Cluster, names: Iterable[str]) -> list[Topic]:
    """Return these topics, in the order of the brokers' answer. Raises ApiError when one of them isn't there."""
    wanted = list(names)
    return _topics(cluster.call("describeTopics", lambda deadline: cluster.topic_metadata(wanted, deadline)))


def describe_each(cluster: Cluster, names: Iterable[str] | None) -> dict[str, Topic | ApiError]:
    """Return each of these topics, all there are when None, or what is wrong with it."""
    wanted = None if names is None else list(dict.fromkeys(names))
    found: dict[str, Topic | ApiError] = {}
    if wanted == []:
        return found
    for row in cluster.call("describeTopics", lambda deadline: cluster.topic_metadata(wanted, deadline)).topics:
        try:
            found[row.name] = _topic(row)
        except ApiError as error:
            found[row.name] = error
    return found


def describe_named(cluster: Cluster, names: Iterable[str]) -> list[Topic]:
    """Return these topics; where Kafka's own text would not say so, the ApiError says which of them isn't there."""
    found = []
    for name, topic in describe_each(cluster, names).items():
        if isinstance(topic, ApiError):
            is_missing = topic.code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            raise ApiError(topic.code, f"topic {name} does not exist" if is_missing else f"topic {name}: {topic}")
        found.append(topic)
    return found


def live_brokers(cluster: Cluster) -> set[int]:
    """Return the ids of the brokers that are up."""
    response = cluster.call("listNodes", cluster.metadata)
    return {broker.node_id for broker in response.brokers}


def create_topic(
    cluster: Cluster,
    name: str,
    *,
    partitions: int | None = None,
    replication_factor: int | None = None,
    assignment: Mapping[int, Sequence[int]] | None = None,
    configs: Mapping[str, str] | None = None,
    validate_only: bool = False,
) -> None:
    """Create a topic. None for partitions or replication_factor: the broker's default (KIP-464). Raises ApiError.

    validate_only: only ask whether it would work.
    """
    from kafkacli.wire.messages.create_topics import (
        CreatableReplicaAssignment,
        CreatableTopic,
        CreateableTopicConfig,
        CreateTopicsRequest,
        CreateTopicsResponse,
    )

    topic = CreatableTopic(
        name=name,
        num_partitions=-1 if partitions is None else partitions,
        replication_factor=-1 if replication_factor is None else replication_factor,
        assignments=[
            CreatableReplicaAssignment(partition_index=index, broker_ids=list(brokers))
            for index, brokers in (assignment or {}).items()
        ],
        configs=[CreateableTopicConfig(name=key, value=value) for key, value in (configs or {}).items()],
    )

    def attempt(deadline: float) -> None:
        request = CreateTopicsRequest(
            topics=[topic], timeout_ms=cluster.settings.request_timeout_ms, validate_only=validate_only
        )
        connection = cluster.controller(deadline)
        if (
            not assignment
            and None in (partitions, replication_factor)
            and connection.version_of(CreateTopicsRequest) < 4
        ):
            raise WireError(
                "Creating topics with default partitions/replication factor are only supported in CreateTopicRequest "
                f"version 4+. The following topics need values for partitions and replicas: [{name}]"
            )
        response = connection.send(request, CreateTopicsResponse, deadline)
        for result in response.topics:
            check(result.error_code, result.error_message, passing=MOVED_CONTROLLER)

    cluster.call("createTopics", attempt)


def create_partitions(
    cluster: Cluster,
    counts: Mapping[str, int],
    assignments: Mapping[str, Sequence[Sequence[int]]] | None = None,
    *,
    validate_only: bool = False,
    steps: Steps | None = None,
) -> None:
    """Grow topics to so many partitions. assignments: replicas of the new partitions. Raises ApiError for the first that can't.

    validate_only: only ask whether it would work. steps: told of topics that are asked for, and of those that have grown.
    """
    from kafkacli.wire.messages.create_partitions import (
        CreatePartitionsAssignment,
        CreatePartitionsRequest,
        CreatePartitionsResponse,
        CreatePartitionsTopic,
    )

    topics = [
        CreatePartitionsTopic(
            name=name,
            count=count,
            assignments=[CreatePartitionsAssignment(broker_ids=list(ids)) for ids in assignments[name]]
            if assignments is not None
            else None,
        )
        for name, count in counts.items()
    ]

    def attempt(deadline: float) -> None:
        request = CreatePartitionsRequest(
            topics=topics, timeout_ms=cluster.settings.request_timeout_ms, validate_only=validate_only
        )
        connection = cluster.controller(deadline)
        if steps is not None:
            steps.begin(*counts)
        response = connection.send(request, CreatePartitionsResponse, deadline)
        if steps is not None:
            steps.end(*(result.name for result in response.results if not result.error_code))
        for result in response.results:
            check(result.error_code, result.error_message, passing=MOVED_CONTROLLER)

    cluster.call("createPartitions", attempt)


def delete_topics(cluster: Cluster, names: Iterable[str], steps: Steps | None = None) -> None:
    """Delete topics. Raises ApiError for the first that can't be; the others are deleted all the same.

    steps: told of those that are asked for, and of those that are deleted.
    """
    from kafkacli.wire.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse

    wanted = list(names)

    def attempt(deadline: float) -> None:
        request = DeleteTopicsRequest(topic_names=wanted, timeout_ms=cluster.settings.request_timeout_ms)
        connection = cluster.controller(deadline)
        if steps is not None:
            steps.begin(*wanted)
        response = connection.send(request, DeleteTopicsResponse, deadline)
        if steps is not None:
            steps.end(*(result.name for result in response.responses if not result.error_code))
        for result in response.responses:
            check(result.error_code, passing=MOVED_CONTROLLER)

    cluster.call("deleteTopics", attempt)


def known_reassignments(
    cluster: Cluster, partitions: Iterable[TopicPartition] | None = None
) -> dict[TopicPartition, Reassignment]:
    """As `list_reassignments`; nothing where the brokers can't tell (KIP-455), or not us."""
    from kafkacli.client.reassignments import list_reassignments
    from kafkacli.wire.api_keys import ApiKey

    if not cluster.knows(ApiKey.LIST_PARTITION_REASSIGNMENTS):
        return {}
    try:
        return list_reassignments(cluster, partitions)
    except ApiError as error:
        if error.code != ErrorCode.CLUSTER_AUTHORIZATION_FAILED:
            raise
        return {}


def _topics(response: MetadataResponse) -> list[Topic]:
    return [_topic(row) for row in response.topics]


def _topic(topic: MetadataResponseTopic) -> Topic:
    check(topic.error_code)
    partitions = [
        Partition(
            row.partition_index,
            row.leader_id if row.leader_id >= 0 else None,
            row.replica_nodes,
            row.isr_nodes,
        )
        for row in topic.partitions
    ]
    return Topic(topic.name, topic.is_internal, sorted(partitions, key=lambda row: row.index))
