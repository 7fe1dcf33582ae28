"""DescribeLogDirs (35), versions 0-2: the log directories with the sizes of the partitions in them (KIP-113).

v2 flexible. Every topic in a directory is named; of the partitions those that were asked for.
 Source: Apache `ReplicaManager.describeLogDirs`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ErrorCode
from kafkacli.log.partition_log import PartitionLog
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.describe_log_dirs import (
    DescribeLogDirsPartition,
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
    DescribeLogDirsResult,
    DescribeLogDirsTopic,
)

UNKNOWN_LAG = -1


@handles(ApiKey.DESCRIBE_LOG_DIRS, versions=(0, 2))
def handle(request: DescribeLogDirsRequest, context: RequestContext) -> DescribeLogDirsResponse:
    if not context.allows(Operation.DESCRIBE, ResourceType.CLUSTER):
        return DescribeLogDirsResponse()
    asked = None
    if request.topics is not None:
        asked = {(topic.topic, index) for topic in request.topics for index in topic.partition_index}
    log_dirs = context.broker.partitions.log_dirs
    results = []
    for directory in log_dirs.directories:
        if not log_dirs.is_online(directory):
            results.append(DescribeLogDirsResult(log_dir=directory, error_code=ErrorCode.KAFKA_STORAGE_ERROR))
            continue
        topics: dict[str, DescribeLogDirsTopic] = {}
        for log in log_dirs.in_directory(directory):
            topic = topics.setdefault(log.topic, DescribeLogDirsTopic(name=log.topic))
            if asked is None or (log.topic, log.partition) in asked:
                topic.partitions.append(_partition(log, context))
        results.append(DescribeLogDirsResult(log_dir=directory, topics=list(topics.values())))
    return DescribeLogDirsResponse(results=results)


def _partition(log: PartitionLog, context: RequestContext) -> DescribeLogDirsPartition:
    """The lag is what a future log lacks of the log, a follower of the high watermark; -1 without any log."""
    partition = context.broker.partitions.find(log.topic, log.partition)
    if partition is None:
        lag = UNKNOWN_LAG
    elif log.is_future:
        lag = partition.log.log_end_offset - log.log_end_offset
    else:
        lag = max(log.high_watermark - log.log_end_offset, 0)
    return DescribeLogDirsPartition(
        partition_index=log.partition, partition_size=log.size, offset_lag=lag, is_future_key=log.is_future
    )
