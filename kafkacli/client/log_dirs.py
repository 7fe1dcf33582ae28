"""Log directories of brokers: what lies in them, and moving replicas between them (KIP-113)."""

from __future__ import annotations

from kafkacli.client.cluster import Cluster
from kafkacli.errors import ApiError, ErrorCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kafkacli.client.topics import TopicPartition

Replica = tuple[str, int, int]
"""(topic, partition, broker id)"""


class ReplicaInfo:
    """A replica in a log directory. size: bytes; lag: records behind; future: whether it is moving there."""

    __slots__ = ("future", "lag", "size")

    def __init__(self, size: int, lag: int, *, future: bool) -> None:
        self.size = size
        self.lag = lag
        self.future = future


class LogDir:
    """A log directory. error: an ErrorCode's number."""

    __slots__ = ("error", "path", "replicas")

    def __init__(self, path: str, error: int, replicas: dict[TopicPartition, ReplicaInfo]) -> None:
        self.path = path
        self.error = error
        self.replicas = replicas


def describe_log_dirs(
    cluster: Cluster, broker_id: int, partitions: Iterable[TopicPartition] | None = None
) -> list[LogDir]:
    """Return the log directories of a broker. partitions: all when None. Raises ApiError when it may not be known."""
    from kafkacli.wire.messages.describe_log_dirs import (
        DescribableLogDirTopic,
        DescribeLogDirsRequest,
        DescribeLogDirsResponse,
    )

    topics = None
    if partitions is not None:
        wanted: dict[str, list[int]] = {}
        for topic, partition in partitions:
            wanted.setdefault(topic, []).append(partition)
        topics = [DescribableLogDirTopic(topic=topic, partition_index=rows) for topic, rows in wanted.items()]

    def attempt(deadline: float) -> DescribeLogDirsResponse:
        request = DescribeLogDirsRequest(topics=topics)
        return cluster.broker(broker_id, deadline).send(request, DescribeLogDirsResponse, deadline)

    results = cluster.call("describeLogDirs", attempt).results
    if not results:  # what a broker says to those who may not describe the cluster
        raise ApiError(ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
    return [
        LogDir(
            row.log_dir,
            row.error_code,
            {
                (topic.name, part.partition_index): ReplicaInfo(
                    part.partition_size, part.offset_lag, future=part.is_future_key
                )
                for topic in row.topics
                for part in topic.partitions
            },
        )
        for row in results
    ]


def alter_replica_log_dirs(cluster: Cluster, wanted: Mapping[Replica, str]) -> dict[Replica, ApiError | None]:
    """Have replicas moved to log directories of their brokers; returns the error of each, None for none."""
    from kafkacli.wire.messages.alter_replica_log_dirs import (
        AlterReplicaLogDir,
        AlterReplicaLogDirsRequest,
        AlterReplicaLogDirsResponse,
        AlterReplicaLogDirTopic,
    )

    by_broker: dict[int, dict[str, dict[str, list[int]]]] = {}
    for (topic, partition, broker_id), path in wanted.items():
        by_broker.setdefault(broker_id, {}).setdefault(path, {}).setdefault(topic, []).append(partition)
    results: dict[Replica, ApiError | None] = {}
    for broker_id, paths in by_broker.items():
        request = AlterReplicaLogDirsRequest(
            dirs=[
                AlterReplicaLogDir(
                    path=path,
                    topics=[AlterReplicaLogDirTopic(name=topic, partitions=rows) for topic, rows in topics.items()],
                )
                for path, topics in paths.items()
            ]
        )

        def attempt(
            deadline: float, node_id: int = broker_id, asked: AlterReplicaLogDirsRequest = request
        ) -> AlterReplicaLogDirsResponse:
            return cluster.broker(node_id, deadline).send(asked, AlterReplicaLogDirsResponse, deadline)

        for result in cluster.call("alterReplicaLogDirs", attempt).results:
            for row in result.partitions:
                error = ApiError(row.error_code) if row.error_code else None
                results[result.topic_name, row.partition_index, broker_id] = error
    return results
