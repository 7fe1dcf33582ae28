"""TxnOffsetCommit (28), versions 0-3: how far a group has read, to be kept if the producer's transaction is committed (KIP-98).

v1 throttle time before others; v2 leader epochs (KIP-320); v3 flexible, with member and generation of the consumer, so that
one that has lost its partitions is refused (KIP-447). Source: Apache `KafkaApis.handleTxnOffsetCommitRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.offsets import OffsetAndMetadata, TopicPartition
from kafkacli.coordinator.requests import Producer
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitResponse,
    TxnOffsetCommitResponsePartition,
    TxnOffsetCommitResponseTopic,
)

UNKNOWN_EPOCH = -1
_SINCE_LOADING_IS_UNDERSTOOD = 2  # older producers may crash of COORDINATOR_LOAD_IN_PROGRESS (KAFKA-7296)


@handles(ApiKey.TXN_OFFSET_COMMIT, versions=(0, 3))
async def handle(request: TxnOffsetCommitRequest, context: RequestContext) -> TxnOffsetCommitResponse:
    asked = _offsets(request, context.broker.now_ms())
    try:
        context.check_transactions()
        context.check(Operation.WRITE, ResourceType.TRANSACTIONAL_ID, request.transactional_id)
        context.check(Operation.READ, ResourceType.GROUP, request.group_id)
    except ApiError as refused:
        return _response(dict.fromkeys(asked, ErrorCode(refused.code)))
    errors = {partition: error for partition in asked if (error := _refusal(partition, context)) is not None}
    offsets = {partition: value for partition, value in asked.items() if partition not in errors}
    if offsets:
        errors |= await context.broker.groups.commit_transactional_offsets(
            request.group_id,
            request.member_id,
            request.group_instance_id,
            request.generation_id,
            Producer(request.producer_id, request.producer_epoch),
            offsets,
        )
    if context.header.api_version < _SINCE_LOADING_IS_UNDERSTOOD:
        for partition, told in errors.items():
            if told is ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
                errors[partition] = ErrorCode.COORDINATOR_NOT_AVAILABLE
    return _response({partition: errors[partition] for partition in asked})


def _offsets(request: TxnOffsetCommitRequest, now_ms: int) -> dict[TopicPartition, OffsetAndMetadata]:
    return {
        TopicPartition(topic.name, partition.partition_index): OffsetAndMetadata(
            partition.committed_offset,
            None if partition.committed_leader_epoch == UNKNOWN_EPOCH else partition.committed_leader_epoch,
            partition.committed_metadata or "",
            now_ms,
        )
        for topic in request.topics
        for partition in topic.partitions
    }


def _refusal(partition: TopicPartition, context: RequestContext) -> ErrorCode | None:
    if not context.allows(Operation.READ, ResourceType.TOPIC, partition.topic):
        return ErrorCode.TOPIC_AUTHORIZATION_FAILED
    if context.broker.metadata.partition(*partition) is None:
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return None


def _response(errors: dict[TopicPartition, ErrorCode]) -> TxnOffsetCommitResponse:
    topics: dict[str, list[TxnOffsetCommitResponsePartition]] = {}
    for (topic, number), error in errors.items():
        result = TxnOffsetCommitResponsePartition(partition_index=number, error_code=error)
        topics.setdefault(topic, []).append(result)
    return TxnOffsetCommitResponse(
        topics=[TxnOffsetCommitResponseTopic(name=topic, partitions=results) for topic, results in topics.items()]
    )
