"""AddOffsetsToTxn (25), versions 0-1: a producer is about to commit a group's offsets in its transaction (KIP-98).

v1 throttle time before others. It adds the group's partition of `__consumer_offsets` to the transaction.
Source: Apache `KafkaApis.handleAddOffsetsToTxnRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.group_records import OFFSETS_TOPIC
from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import Producer
from kafkacli.errors import ApiError
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.add_offsets_to_txn import AddOffsetsToTxnRequest, AddOffsetsToTxnResponse


@handles(ApiKey.ADD_OFFSETS_TO_TXN, versions=(0, 1))
async def handle(request: AddOffsetsToTxnRequest, context: RequestContext) -> AddOffsetsToTxnResponse:
    broker = context.broker
    try:
        context.check_transactions()
        context.check(Operation.WRITE, ResourceType.TRANSACTIONAL_ID, request.transactional_id)
        context.check(Operation.READ, ResourceType.GROUP, request.group_id)
    except ApiError as error:
        return AddOffsetsToTxnResponse(error_code=error.code)
    partition = TopicPartition(OFFSETS_TOPIC, broker.groups.partition_for(request.group_id))
    producer = Producer(request.producer_id, request.producer_epoch)
    added = await broker.transactions.add_partitions(request.transactional_id, producer, [partition])
    return AddOffsetsToTxnResponse(error_code=added)
