"""InitProducerId (22), versions 0-3: a producer id for an idempotent producer (KIP-98).

v1 throttle time before others; v2 flexible; v3 the producer's current id and epoch (KIP-360). A transactional id always gets
the same producer id, and a higher epoch each time, which fences whoever has the one before.
Source: Apache `KafkaApis.handleInitProducerIdRequest`, `TransactionCoordinator.handleInitProducerId`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.requests import InitProducerId, Producer
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse


@handles(ApiKey.INIT_PRODUCER_ID, versions=(0, 3))
async def handle(request: InitProducerIdRequest, context: RequestContext) -> InitProducerIdResponse:
    if request.transactional_id is None:
        is_allowed = context.allows(Operation.IDEMPOTENT_WRITE, ResourceType.CLUSTER)
        refusal = ErrorCode.CLUSTER_AUTHORIZATION_FAILED
    else:
        is_allowed = context.allows(Operation.WRITE, ResourceType.TRANSACTIONAL_ID, request.transactional_id)
        refusal = ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    if not is_allowed:
        return _failed(refusal)
    if (request.producer_id == -1) != (request.producer_epoch == -1):
        return _failed(ErrorCode.INVALID_REQUEST)
    if request.transactional_id is None:
        producer_id = await context.broker.controller.next_producer_id()
        return InitProducerIdResponse(producer_id=producer_id, producer_epoch=0)
    expected = None if request.producer_id == -1 else Producer(request.producer_id, request.producer_epoch)
    error, producer = await context.broker.transactions.init_producer_id(
        InitProducerId(request.transactional_id, request.transaction_timeout_ms, expected)
    )
    return InitProducerIdResponse(error_code=error, producer_id=producer.producer_id, producer_epoch=producer.epoch)


def _failed(error: ErrorCode) -> InitProducerIdResponse:
    return InitProducerIdResponse(error_code=error, producer_epoch=-1)
