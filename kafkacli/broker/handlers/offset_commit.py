"""OffsetCommit (8), versions 0-8: store how far a group has read.

v0 in ZooKeeper, /consumers/GROUP/offsets/TOPIC/PARTITION; from v1 in `__consumer_offsets`. v1 generation, member and a
timestamp of the client's; v2-v4 a retention time of the client's; v3 throttle time; v6 leader epochs (KIP-320); v7 static
members (KIP-345); v8 flexible. Source: Apache `KafkaApis.handleOffsetCommitRequest`.
"""

from collections.abc import Awaitable

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.offsets import OffsetAndMetadata, TopicPartition
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitResponse,
    OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
)

NOT_SET = -1


@handles(ApiKey.OFFSET_COMMIT, versions=(0, 8))
def handle(
    request: OffsetCommitRequest, context: RequestContext
) -> OffsetCommitResponse | Awaitable[OffsetCommitResponse]:
    metadata = context.broker.metadata
    asked = _offsets(request, context.broker.now_ms())
    if not context.allows(Operation.READ, ResourceType.GROUP, request.group_id):
        return _response(request, dict.fromkeys(asked, ErrorCode.GROUP_AUTHORIZATION_FAILED))
    if not context.knows_member(request.group_instance_id):
        return _response(request, dict.fromkeys(asked, ErrorCode.UNSUPPORTED_VERSION))
    refused = {
        partition: ErrorCode.TOPIC_AUTHORIZATION_FAILED
        for partition in asked
        if not context.allows(Operation.READ, ResourceType.TOPIC, partition.topic)
    }
    offsets = {
        partition: value
        for partition, value in asked.items()
        if partition not in refused and metadata.partition(*partition) is not None
    }
    if not offsets:
        return _response(request, refused)
    if context.header.api_version == 0:
        return _answer(request, _store_in_zookeeper(request.group_id, offsets, context), refused)
    committed = context.broker.groups.commit_offsets(
        request.group_id, request.member_id, request.group_instance_id, request.generation_id, offsets
    )
    # without followers to wait for it is done already: no need to come back in another turn of the loop
    return (
        _response(request, refused | committed.result()) if committed.done() else _answer(request, committed, refused)
    )


async def _answer(
    request: OffsetCommitRequest,
    committed: Awaitable[dict[TopicPartition, ErrorCode]],
    refused: dict[TopicPartition, ErrorCode],
) -> OffsetCommitResponse:
    return _response(request, refused | await committed)


async def _store_in_zookeeper(
    group_id: str, offsets: dict[TopicPartition, OffsetAndMetadata], context: RequestContext
) -> dict[TopicPartition, ErrorCode]:
    limit = context.broker.config.integer("offset.metadata.max.bytes")
    errors = {}
    for partition, value in offsets.items():
        if value.metadata_length > limit:
            errors[partition] = ErrorCode.OFFSET_METADATA_TOO_LARGE
        else:
            errors[partition] = await context.broker.controller.store_consumer_offset(
                group_id, *partition, value.offset
            )
    return errors


def _offsets(request: OffsetCommitRequest, now_ms: int) -> dict[TopicPartition, OffsetAndMetadata]:
    retention_ms = request.retention_time_ms
    return {
        TopicPartition(topic.name, partition.partition_index): OffsetAndMetadata(
            partition.committed_offset,
            None if partition.committed_leader_epoch == NOT_SET else partition.committed_leader_epoch,
            partition.committed_metadata or "",
            now_ms if partition.commit_timestamp == NOT_SET else partition.commit_timestamp,
            None if retention_ms == NOT_SET else now_ms + retention_ms,
        )
        for topic in request.topics
        for partition in topic.partitions
    }


def _response(request: OffsetCommitRequest, errors: dict[TopicPartition, ErrorCode]) -> OffsetCommitResponse:
    """errors: of partitions that exist."""
    unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return OffsetCommitResponse(
        topics=[
            OffsetCommitResponseTopic(
                name=topic.name,
                partitions=[
                    OffsetCommitResponsePartition(
                        partition_index=partition.partition_index,
                        error_code=errors.get(TopicPartition(topic.name, partition.partition_index), unknown),
                    )
                    for partition in topic.partitions
                ],
            )
            for topic in request.topics
        ]
    )
