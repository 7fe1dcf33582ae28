"""Log directories of brokers: what lies in them, and moving replicas between them (KIP-113)."""

from __future__ import annotations

from functools import partial

from kafkacli.client.cluster import Cluster
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.codec import decode_struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from kafkacli.client.topics import TopicPartition
    from kafkacli.wire.messages.describe_log_dirs import DescribeLogDirsResult, DescribeLogDirsTopic

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

    __slots__ = ("_read", "_topics", "error", "path")

    def __init__(self, path: str, error: int, read: Callable[[memoryview], DescribeLogDirsTopic]) -> None:
        self.path = path
        self.error = error
        self._read = read
        self._topics: dict[str, memoryview] = {}  # as they came: a broker may have a great many partitions

    def add(self, topic: str, data: memoryview) -> None:
        """Take in a topic's part of an answer."""
        self._topics[topic] = data

    def replicas(self, topics: Collection[str] = ()) -> Iterator[tuple[TopicPartition, ReplicaInfo]]:
        """Yield what lies in it, in order. topics: of these topics only, of all when empty."""
        for topic in sorted(self._topics):
            if topics and topic not in topics:
                continue
            for row in sorted(self._read(self._topics[topic]).partitions, key=lambda row: row.partition_index):
                info = ReplicaInfo(row.partition_size, row.offset_lag, future=row.is_future_key)
                yield (topic, row.partition_index), info


def describe_log_dirs(
    cluster: Cluster, broker_id: int, partitions: Iterable[TopicPartition] | None = None
) -> list[LogDir]:
    """Return the log directories of a broker. partitions: all when None. Raises ApiError when it may not be known."""
    from kafkacli.wire.messages.describe_log_dirs import (
        DescribableLogDirTopic,
        DescribeLogDirsRequest,
        DescribeLogDirsResponse,
        DescribeLogDirsTopic,
    )

    topics = None
    if partitions is not None:
        wanted: dict[str, list[int]] = {}
        for topic, partition in partitions:
            wanted.setdefault(topic, []).append(partition)
        topics = [DescribableLogDirTopic(topic=topic, partition_index=rows) for topic, rows in wanted.items()]

    def attempt(deadline: float) -> list[LogDir]:
        connection = cluster.broker(broker_id, deadline)
        version = connection.version_of(DescribeLogDirsRequest)
        found: dict[str, LogDir] = {}
        read = partial(decode_struct, DescribeLogDirsTopic, kind=DescribeLogDirsResponse, version=version)

        def take(directory: DescribeLogDirsResult, topic: DescribeLogDirsTopic, data: memoryview) -> None:
            if directory.log_dir not in found:
                found[directory.log_dir] = LogDir(directory.log_dir, directory.error_code, read)
            found[directory.log_dir].add(topic.name, data)

        request = DescribeLogDirsRequest(topics=topics)
        answer = connection.send_for(request, DescribeLogDirsResponse, DescribeLogDirsTopic, take, deadline)
        return [found.get(row.log_dir) or LogDir(row.log_dir, row.error_code, read) for row in answer.results]

    directories = cluster.call("describeLogDirs", attempt)
    if not directories:  # what a broker says to those who may not describe the cluster
        raise ApiError(ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
    return directories


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
