"""OffsetFetch (9), versions 0-7: how far a group has read.

v0 from ZooKeeper, where a partition without an offset is UNKNOWN_TOPIC_OR_PARTITION; from v1 from the group coordinator,
where it is -1. v2 null topics are all the group has, an error for all; v3 throttle time; v5 leader epochs (KIP-320); v6
flexible; v7 require_stable (KIP-447). Source: Apache `KafkaApis.handleOffsetFetchRequest`, `OffsetFetchRequest.java`.
"""

from collections.abc import Awaitable, Iterable, Mapping

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.group_coordinator import FetchedOffset
from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchResponse,
    OffsetFetchResponsePartition,
    OffsetFetchResponseTopic,
)

NOT_THERE = FetchedOffset(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)


@handles(ApiKey.OFFSET_FETCH, versions=(0, 7))
def handle(
    request: OffsetFetchRequest, context: RequestContext
) -> OffsetFetchResponse | Awaitable[OffsetFetchResponse]:
    partitions = None
    if request.topics is not None:
        partitions = [
            TopicPartition(topic.name, index) for topic in request.topics for index in topic.partition_indexes
        ]
    version = context.header.api_version
    if not context.allows(Operation.DESCRIBE, ResourceType.GROUP, request.group_id):
        return _failed(ErrorCode.GROUP_AUTHORIZATION_FAILED, partitions, version)

    def is_allowed(partition: TopicPartition) -> bool:
        return context.allows(Operation.DESCRIBE, ResourceType.TOPIC, partition.topic)

    if partitions is None:
        error, offsets = context.broker.groups.fetch_offsets(request.group_id, None, request.require_stable)
        return _response(error, {partition: found for partition, found in offsets.items() if is_allowed(partition)})
    allowed = list(filter(is_allowed, partitions))
    refused = dict.fromkeys(
        (partition for partition in partitions if partition not in allowed),
        FetchedOffset(ErrorCode.TOPIC_AUTHORIZATION_FAILED),
    )
    if version == 0:
        return _from_zookeeper(request.group_id, allowed, refused, context)
    error, offsets = context.broker.groups.fetch_offsets(request.group_id, allowed, request.require_stable)
    if error is not ErrorCode.NONE:
        return _failed(error, partitions, version)
    return _response(error, {**offsets, **refused})


def _failed(error: ErrorCode, partitions: Iterable[TopicPartition] | None, version: int) -> OffsetFetchResponse:
    """Before version 2 there is no place for the error but each partition."""
    return _response(error, dict.fromkeys((partitions or ()) if version < 2 else (), FetchedOffset(error)))


async def _from_zookeeper(
    group_id: str,
    partitions: Iterable[TopicPartition],
    refused: Mapping[TopicPartition, FetchedOffset],
    context: RequestContext,
) -> OffsetFetchResponse:
    offsets = dict(refused)
    for partition in partitions:
        found = NOT_THERE
        if context.broker.metadata.partition(*partition) is not None:
            try:
                offset = await context.broker.controller.consumer_offset(group_id, *partition)
                found = NOT_THERE if offset is None else FetchedOffset(ErrorCode.NONE, offset)
            except ApiError as error:
                found = FetchedOffset(ErrorCode(error.code))
        offsets[partition] = found
    return _response(ErrorCode.NONE, offsets)


def _response(error: ErrorCode, offsets: Mapping[TopicPartition, FetchedOffset]) -> OffsetFetchResponse:
    topics: dict[str, list[OffsetFetchResponsePartition]] = {}
    for partition, found in offsets.items():
        topics.setdefault(partition.topic, []).append(
            OffsetFetchResponsePartition(
                partition_index=partition.partition,
                committed_offset=found.offset,
                committed_leader_epoch=-1 if found.leader_epoch is None else found.leader_epoch,
                metadata=found.metadata,
                error_code=found.error,
            )
        )
    return OffsetFetchResponse(
        error_code=error,
        topics=[OffsetFetchResponseTopic(name=name, partitions=partitions) for name, partitions in topics.items()],
    )
