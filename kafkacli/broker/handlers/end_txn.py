"""EndTxn (26), versions 0-1: commit or abort a producer's transaction (KIP-98).

v1 throttle time before others. The answer comes when the decision is in the log; the markers follow.
Source: Apache `KafkaApis.handleEndTxnRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.requests import Producer
from kafkacli.errors import ApiError
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.end_txn import EndTxnRequest, EndTxnResponse


@handles(ApiKey.END_TXN, versions=(0, 1))
async def handle(request: EndTxnRequest, context: RequestContext) -> EndTxnResponse:
    try:
        context.check_transactions()
        context.check(Operation.WRITE, ResourceType.TRANSACTIONAL_ID, request.transactional_id)
    except ApiError as error:
        return EndTxnResponse(error_code=error.code)
    producer = Producer(request.producer_id, request.producer_epoch)
    ended = await context.broker.transactions.end(request.transactional_id, producer, commit=request.committed)
    return EndTxnResponse(error_code=ended)
