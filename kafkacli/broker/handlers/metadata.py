"""Metadata (3), versions 0-9: brokers, controller, topics with their partitions.

v1 null topics are all, racks, internal topics, the controller; v2 cluster id; v3 throttle time; v4 whether a missing topic
may be created; v5 offline replicas; v6 LISTENER_NOT_FOUND; v7 leader epochs (KIP-320); v8 authorized operations (KIP-430);
v9 flexible. A topic that is created by asking for it is answered with LEADER_NOT_AVAILABLE: the client asks again.
Source: Apache `KafkaApis.handleTopicMetadataRequest`, `MetadataCache.getPartitionMetadata`.
"""

from collections.abc import Awaitable, Iterable

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

# AclOperation's codes as bits: all that exist for the resource, since nothing is forbidden without an authorizer.
TOPIC_OPERATIONS = sum(1 << code for code in (3, 4, 5, 6, 7, 8, 10, 11))
CLUSTER_OPERATIONS = sum(1 << code for code in (5, 7, 8, 9, 10, 11, 12))


@handles(ApiKey.METADATA, versions=(0, 9))
def handle(request: MetadataRequest, context: RequestContext) -> MetadataResponse | Awaitable[MetadataResponse]:
    names = _asked_topics(request, context)
    metadata = context.broker.metadata
    missing = [name for name in names if name not in metadata]
    if any(_may_create(name, request, context.broker) for name in missing):
        return _create_and_answer(names, request, context)
    return _response(names, dict.fromkeys(missing, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION), request, context)


def _asked_topics(request: MetadataRequest, context: RequestContext) -> list[str]:
    if request.topics is None or (not request.topics and context.header.api_version == 0):
        return context.broker.metadata.topics()
    return list(dict.fromkeys(topic.name for topic in request.topics))


def _may_create(name: str, request: MetadataRequest, broker: Broker) -> bool:
    return name in INTERNAL_TOPICS or (
        request.allow_auto_topic_creation and broker.config.flag("auto.create.topics.enable")
    )


async def _create_and_answer(names: list[str], request: MetadataRequest, context: RequestContext) -> MetadataResponse:
    broker = context.broker
    errors = {}
    for name in names:
        if name in broker.metadata:
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
        if version >= 8 and request.include_topic_authorized_operations:
            topic.topic_authorized_operations = TOPIC_OPERATIONS
        topics.append(topic)
    response = MetadataResponse(
        brokers=_brokers(context),
        cluster_id=context.broker.cluster_id,
        controller_id=-1 if metadata.controller_id is None else metadata.controller_id,
        topics=topics,
    )
    if version >= 8 and request.include_cluster_authorized_operations:
        response.cluster_authorized_operations = CLUSTER_OPERATIONS
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
        offline_replicas=[replica for replica in state.replicas if not metadata.is_alive(replica)],
    )
