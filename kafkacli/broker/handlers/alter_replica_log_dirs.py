"""AlterReplicaLogDirs (34), versions 0-1: move replicas between this broker's log directories (KIP-113).

v1 only throttles later. A move goes on in the background; DescribeLogDirs tells how far it is.
Source: Apache `KafkaApis.handleAlterReplicaLogDirsRequest`, `ReplicaManager.alterReplicaLogDirs`.
"""

import logging

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.alter_replica_log_dirs import (
    AlterReplicaLogDirPartitionResult,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
    AlterReplicaLogDirTopicResult,
)

_log = logging.getLogger("kafka.server.ReplicaManager")


@handles(ApiKey.ALTER_REPLICA_LOG_DIRS, versions=(0, 1))
def handle(request: AlterReplicaLogDirsRequest, context: RequestContext) -> AlterReplicaLogDirsResponse:
    wanted = {
        (topic.name, index): directory.path
        for directory in request.dirs
        for topic in directory.topics
        for index in topic.partitions
    }
    allowed = context.allows(Operation.ALTER, ResourceType.CLUSTER)
    results: dict[str, AlterReplicaLogDirTopicResult] = {}
    for (topic, index), path in wanted.items():
        result = results.setdefault(topic, AlterReplicaLogDirTopicResult(topic_name=topic))
        error = _move(topic, index, path, context) if allowed else ErrorCode.CLUSTER_AUTHORIZATION_FAILED
        result.partitions.append(AlterReplicaLogDirPartitionResult(partition_index=index, error_code=error))
    return AlterReplicaLogDirsResponse(results=list(results.values()))


def _move(topic: str, index: int, path: str, context: RequestContext) -> int:
    try:
        context.broker.moves.alter(topic, index, path)
    except ApiError as error:
        _log.warning("Unable to alter log dirs for %s-%d: %s", topic, index, error)
        return error.code
    return ErrorCode.NONE
