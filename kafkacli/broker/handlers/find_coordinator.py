"""FindCoordinator (10), versions 0-3: which broker keeps a group, or a transactional id.

v1 key types, throttle time and a message (KIP-98); v3 flexible. It is the leader of the key's partition of the internal topic,
which is made by the first one that asks; until it has a leader the answer is COORDINATOR_NOT_AVAILABLE.
Source: Apache `KafkaApis.handleFindCoordinatorRequest`, `createInternalTopic`.
"""

from collections.abc import Awaitable

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import REFUSALS, RequestContext, handles
from kafkacli.broker.metadata import Endpoint
from kafkacli.coordinator.group_records import OFFSETS_TOPIC
from kafkacli.coordinator.transaction_records import TRANSACTIONS_TOPIC
from kafkacli.errors import ErrorCode, error_info
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse

GROUP, TRANSACTION = 0, 1
_RESOURCES = {GROUP: ResourceType.GROUP, TRANSACTION: ResourceType.TRANSACTIONAL_ID}
NO_NODE = (-1, Endpoint("", -1))


@handles(ApiKey.FIND_COORDINATOR, versions=(0, 3))
def handle(
    request: FindCoordinatorRequest, context: RequestContext
) -> FindCoordinatorResponse | Awaitable[FindCoordinatorResponse]:
    kind = _RESOURCES.get(request.key_type)
    if kind is not None and not context.allows(Operation.DESCRIBE, kind, request.key):
        return _response(REFUSALS[kind], *NO_NODE)
    if request.key_type == GROUP:
        topic, partition = OFFSETS_TOPIC, context.broker.groups.partition_for(request.key)
    elif request.key_type == TRANSACTION:
        topic, partition = TRANSACTIONS_TOPIC, context.broker.transactions.partition_for(request.key)
    else:
        return _response(ErrorCode.UNKNOWN_SERVER_ERROR, *NO_NODE)
    if topic not in context.broker.metadata:
        return _create_and_answer(topic, partition, context)
    return _answer(topic, partition, context)


async def _create_and_answer(topic: str, partition: int, context: RequestContext) -> FindCoordinatorResponse:
    await context.broker.controller.auto_create_topic(topic)
    return _answer(topic, partition, context)


def _answer(topic: str, partition: int, context: RequestContext) -> FindCoordinatorResponse:
    state = context.broker.metadata.partition(topic, partition)
    node = None if state is None else context.broker.metadata.broker(state.leader)
    endpoint = None if node is None else node.endpoints.get(context.listener)
    if node is None or endpoint is None:
        return _response(ErrorCode.COORDINATOR_NOT_AVAILABLE, *NO_NODE)
    return _response(ErrorCode.NONE, node.node_id, endpoint)


def _response(error: ErrorCode, node_id: int, endpoint: Endpoint) -> FindCoordinatorResponse:
    return FindCoordinatorResponse(
        error_code=error,
        error_message=error_info(error).message or error.name,  # so that success says "NONE"
        node_id=node_id,
        host=endpoint.host,
        port=endpoint.port,
    )
