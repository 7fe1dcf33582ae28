"""UpdateMetadata (6), versions 0-6: the controller tells of brokers and partitions.

v1 several endpoints of a broker; v2 racks; v3 listener names; v4 offline replicas; v5 broker epoch (KIP-380), partitions by
topic; v6 flexible. Source: Apache `KafkaApis.handleUpdateMetadataRequest`, `MetadataCache.updateMetadata`.
"""

from collections import defaultdict
from collections.abc import Iterator

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.metadata import BrokerNode, Endpoint, PartitionMetadata
from kafkacli.errors import ApiError
from kafkacli.registry.znodes import TopicPartition
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.update_metadata import (
    UpdateMetadataBroker,
    UpdateMetadataPartitionState,
    UpdateMetadataRequest,
    UpdateMetadataResponse,
)

DELETED = -2  # the leader of a partition whose topic is being deleted
_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")  # by their numbers


@handles(ApiKey.UPDATE_METADATA, versions=(0, 6))
def handle(request: UpdateMetadataRequest, context: RequestContext) -> UpdateMetadataResponse:
    leadership, metadata = context.broker.leadership, context.broker.metadata
    version = context.header.api_version
    try:
        context.check(Operation.CLUSTER_ACTION, ResourceType.CLUSTER)
        leadership.check_controller(request.controller_epoch, request.broker_epoch)
    except ApiError as error:
        return UpdateMetadataResponse(error_code=error.code)
    metadata.controller_id = request.controller_id if request.controller_id >= 0 else None
    metadata.set_brokers(
        BrokerNode(broker.id, _endpoints(broker, version), broker.rack) for broker in request.live_brokers
    )
    deleted = defaultdict(list)
    for partition, state in _states(request):
        if state.leader == DELETED:
            deleted[partition.topic].append(partition.partition)
        else:
            leadership.know(
                partition,
                PartitionMetadata(state.leader, state.leader_epoch, tuple(state.isr), tuple(state.replicas)),
            )
    for topic, numbers in deleted.items():
        leadership.forget_partitions(topic, numbers)
    leadership.told_all()
    return UpdateMetadataResponse()


def _endpoints(broker: UpdateMetadataBroker, version: int) -> dict[str, Endpoint]:
    if version == 0:
        return {"PLAINTEXT": Endpoint(broker.v0_host, broker.v0_port)}
    return {
        end.listener if version >= 3 else _PROTOCOLS[end.security_protocol]: Endpoint(end.host, end.port)
        for end in broker.endpoints
    }


def _states(request: UpdateMetadataRequest) -> Iterator[tuple[TopicPartition, UpdateMetadataPartitionState]]:
    for state in request.ungrouped_partition_states:
        yield TopicPartition(state.topic_name, state.partition_index), state
    for topic in request.topic_states:
        for state in topic.partition_states:
            yield TopicPartition(topic.topic_name, state.partition_index), state
