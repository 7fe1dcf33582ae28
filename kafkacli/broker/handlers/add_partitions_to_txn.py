"""AddPartitionsToTxn (24), versions 0-1: partitions that a producer is about to write to in its transaction (KIP-98).

v1 throttle time before others. One partition that can't be added keeps all of them out.
Source: Apache `KafkaApis.handleAddPartitionToTxnRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.metadata import INTERNAL_TOPICS
from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import Producer
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.add_partitions_to_txn import (
    AddPartitionsToTxnPartitionResult,
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnResponse,
    AddPartitionsToTxnTopicResult,
)


@handles(ApiKey.ADD_PARTITIONS_TO_TXN, versions=(0, 1))
async def handle(request: AddPartitionsToTxnRequest, context: RequestContext) -> AddPartitionsToTxnResponse:
    asked = list(
        dict.fromkeys(TopicPartition(topic.name, number) for topic in request.topics for number in topic.partitions)
    )
    try:
        context.check_transactions()
        context.check(Operation.WRITE, ResourceType.TRANSACTIONAL_ID, request.transactional_id)
    except ApiError as denied:
        return _response(dict.fromkeys(asked, ErrorCode(denied.code)))
    refused = {partition: error for partition in asked if (error := _refusal(partition, context)) is not None}
    if refused:
        return _response(dict.fromkeys(asked, ErrorCode.OPERATION_NOT_ATTEMPTED) | refused)
    producer = Producer(request.producer_id, request.producer_epoch)
    error = await context.broker.transactions.add_partitions(request.transactional_id, producer, asked)
    return _response(dict.fromkeys(asked, error))


def _refusal(partition: TopicPartition, context: RequestContext) -> ErrorCode | None:
    topic = partition.topic
    if topic in INTERNAL_TOPICS or not context.allows(Operation.WRITE, ResourceType.TOPIC, topic):
        return ErrorCode.TOPIC_AUTHORIZATION_FAILED
    if context.broker.metadata.partition(*partition) is None:
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return None


def _response(errors: dict[TopicPartition, ErrorCode]) -> AddPartitionsToTxnResponse:
    topics: dict[str, list[AddPartitionsToTxnPartitionResult]] = {}
    for (topic, number), error in errors.items():
        result = AddPartitionsToTxnPartitionResult(partition_index=number, error_code=error)
        topics.setdefault(topic, []).append(result)
    return AddPartitionsToTxnResponse(
        results=[AddPartitionsToTxnTopicResult(name=topic, results=results) for topic, results in topics.items()]
    )
