"""Metadata (3), versions 0-9: brokers, controller, topics with their partitions.

v1 null topics are all, racks, internal topics, the controller; v2 cluster id; v3 throttle time; v4 whether a missing topic
may be created; v5 offline replicas; v6 LISTENER_NOT_FOUND; v7 leader epochs (KIP-320); v8 authorized operations (KIP-430);
v9 flexible. A topic that is created by asking for it is answered with LEADER_NOT_AVAILABLE: the client asks again.
Source: Apache `KafkaApis.handleTopicMetadataRequest`, `MetadataCache.getPartitionMetadata`.
"""

from collections.abc import Awaitable, Iterable

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.broker import Broker
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.metadata import INTERNAL_TOPICS, PartitionMetadata
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)


@handles(ApiKey.METADATA, versions=(0, 9))
def handle(request: MetadataRequest, context: RequestContext) -> MetadataResponse | Awaitable[MetadataResponse]:
    names, errors = _asked_topics(request, context)
    metadata = context.broker.metadata
    missing = [name for name in names if name not in metadata and name not in errors]
    errors |= {
        name: ErrorCode.TOPIC_AUTHORIZATION_FAILED
        for name in missing
        if _wants_creation(request, context.broker) and not _allows_creation(name, context)
    }
    if any(_may_create(name, request, context.broker) for name in missing if name not in errors):
        return _create_and_answer(names, errors, request, context)
    return _response(names, dict.fromkeys(missing, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) | errors, request, context)


def _asked_topics(request: MetadataRequest, context: RequestContext) -> tuple[list[str], dict[str, ErrorCode]]:
    """Return the topics to tell of, and errors for those that the client may not know of: when it named them."""

    def is_allowed(name: str) -> bool:
        return context.allows(Operation.DESCRIBE, ResourceType.TOPIC, name)

    if request.topics is None or (not request.topics and context.header.api_version == 0):
        return list(filter(is_allowed, context.broker.metadata.topics())), {}
    names = list(dict.fromkeys(topic.name for topic in request.topics))
    return names, {name: ErrorCode.TOPIC_AUTHORIZATION_FAILED for name in names if not is_allowed(name)}


def _wants_creation(request: MetadataRequest, broker: Broker) -> bool:
    return request.allow_auto_topic_creation and broker.config.flag("auto.create.topics.enable")


def _allows_creation(name: str, context: RequestContext) -> bool:
    return context.allows(Operation.CREATE, ResourceType.CLUSTER) or context.allows(
        Operation.CREATE, ResourceType.TOPIC, name
    )


def _may_create(name: str, request: MetadataRequest, broker: Broker) -> bool:
    return name in INTERNAL_TOPICS or _wants_creation(request, broker)


async def _create_and_answer(
    names: list[str], errors: dict[str, ErrorCode], request: MetadataRequest, context: RequestContext
) -> MetadataResponse:
    broker = context.broker
    for name in names:
        if name in broker.metadata or name in errors:
            continue
        if not _may_create(name, request, broker):
            errors[name] = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            continue
        error = await broker.controller.auto_create_topic(name)
        if error == ErrorCode.COORDINATOR_NOT_AVAILABLE:  # too few brokers for an internal topic
            error = ErrorCode.INVALID_REPLICATION_FACTOR
        errors[name] = error or ErrorCode.LEADER_NOT_AVAILABLE
    return _response(names, errors, request, context)


def _response(
    names: Iterable[str], errors: dict[str, ErrorCode], request: MetadataRequest, context: RequestContext
) -> MetadataResponse:
    """errors: the topics to be answered with no more than an error."""
    metadata = context.broker.metadata
    version = context.header.api_version
    topics = []
    for name in names:
        topic = MetadataResponseTopic(name=name, is_internal=name in INTERNAL_TOPICS)
        if name in errors:
            topic.error_code = errors[name]
        else:
            topic.partitions = [
                _partition(index, state, context) for index, state in sorted(metadata.partitions(name).items())
            ]
        if topic.error_code == ErrorCode.TOPIC_AUTHORIZATION_FAILED:
            topics.append(topic)
            continue
        if version >= 8 and request.include_topic_authorized_operations:
            topic.topic_authorized_operations = context.allowed_operations(ResourceType.TOPIC, name)
        topics.append(topic)
    response = MetadataResponse(
        brokers=_brokers(context),
        cluster_id=context.broker.cluster_id,
        controller_id=-1 if metadata.controller_id is None else metadata.controller_id,
        topics=topics,
    )
    if version >= 8 and request.include_cluster_authorized_operations:
        is_allowed = context.allows(Operation.DESCRIBE, ResourceType.CLUSTER)
        response.cluster_authorized_operations = context.allowed_operations(ResourceType.CLUSTER) if is_allowed else 0
    return response


def _brokers(context: RequestContext) -> list[MetadataResponseBroker]:
    """The live brokers, as far as they have the listener that the client came by."""
    return [
        MetadataResponseBroker(node_id=node.node_id, host=endpoint.host, port=endpoint.port, rack=node.rack)
        for node in context.broker.metadata.brokers()
        if (endpoint := node.endpoints.get(context.listener)) is not None
    ]


def _partition(index: int, state: PartitionMetadata, context: RequestContext) -> MetadataResponsePartition:
    metadata = context.broker.metadata
    version = context.header.api_version

    def reachable(node_id: int) -> bool:
        node = metadata.broker(node_id)
        return node is not None and context.listener in node.endpoints

    replicas, isr = list(state.replicas), list(state.isr)
    if version == 0:
        replicas, isr = list(filter(reachable, replicas)), list(filter(reachable, isr))
    error = ErrorCode.NONE
    leader = state.leader
    if not reachable(leader):
        leader = -1
        # Kafka asks whether it is alive itself, not the leader (MetadataCache.scala of 2.6); so clients see this code.
        known = version >= 6 and metadata.is_alive(context.broker.node_id)
        error = ErrorCode.LISTENER_NOT_FOUND if known else ErrorCode.LEADER_NOT_AVAILABLE
    elif len(replicas) < len(state.replicas) or len(isr) < len(state.isr):
        error = ErrorCode.REPLICA_NOT_AVAILABLE
    return MetadataResponsePartition(
        error_code=error,
        partition_index=index,
        leader_id=leader,
        leader_epoch=state.leader_epoch,
        replica_nodes=replicas,
        isr_nodes=isr,
        offline_replicas=[
            replica for replica in state.replicas if replica in state.offline or not metadata.is_alive(replica)
        ],
    )
