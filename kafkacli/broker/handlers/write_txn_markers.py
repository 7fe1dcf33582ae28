"""WriteTxnMarkers (27), version 0: another broker's transaction coordinator has transactions ended in partitions led here.

Source: Apache `KafkaApis.handleWriteTxnMarkersRequest`, KIP-98.
"""

import asyncio

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.broker import Broker
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.transaction_markers import write_markers
from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import Producer
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.write_txn_markers import (
    WritableTxnMarker,
    WritableTxnMarkerPartitionResult,
    WritableTxnMarkerResult,
    WritableTxnMarkerTopicResult,
    WriteTxnMarkersRequest,
    WriteTxnMarkersResponse,
)

Errors = dict[TopicPartition, ErrorCode]


@handles(ApiKey.WRITE_TXN_MARKERS, versions=(0, 0))
async def handle(request: WriteTxnMarkersRequest, context: RequestContext) -> WriteTxnMarkersResponse:
    errors: dict[int, Errors] = {}
    refusal = ErrorCode.NONE
    try:
        context.check_transactions()
        context.check(Operation.CLUSTER_ACTION, ResourceType.CLUSTER)
    except ApiError as error:
        refusal = ErrorCode(error.code)
    for marker in filter(_partitions, request.markers):
        written = errors.setdefault(marker.producer_id, {})
        if refusal:
            written |= dict.fromkeys(_partitions(marker), refusal)
        else:
            written |= await _write(marker, context.broker)
    return WriteTxnMarkersResponse(markers=[_result(*each) for each in errors.items()])


async def _write(marker: WritableTxnMarker, broker: Broker) -> Errors:
    """Write one transaction's markers, and wait until all of them are replicated or have failed."""
    partitions = _partitions(marker)
    outcome: asyncio.Future[Errors] = asyncio.get_running_loop().create_future()
    errors: Errors = {}

    def told(more: Errors) -> None:
        errors.update(more)
        if len(errors) == len(partitions) and not outcome.done():
            outcome.set_result(errors)

    producer = Producer(marker.producer_id, marker.producer_epoch)
    told(write_markers(broker, producer, marker.coordinator_epoch, partitions, told, commit=marker.transaction_result))
    return await outcome


def _partitions(marker: WritableTxnMarker) -> set[TopicPartition]:
    return {TopicPartition(topic.name, number) for topic in marker.topics for number in topic.partition_indexes}


def _result(producer_id: int, errors: Errors) -> WritableTxnMarkerResult:
    topics: dict[str, list[WritableTxnMarkerPartitionResult]] = {}
    for (topic, number), error in errors.items():
        result = WritableTxnMarkerPartitionResult(partition_index=number, error_code=error)
        topics.setdefault(topic, []).append(result)
    return WritableTxnMarkerResult(
        producer_id=producer_id,
        topics=[WritableTxnMarkerTopicResult(name=topic, partitions=results) for topic, results in topics.items()],
    )
