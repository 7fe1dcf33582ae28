"""ElectLeaders (43), versions 0-2: make the preferred replicas lead again, or any living one (KIP-183, KIP-460).

v1 the kind of election, an error for the whole; v2 flexible. For all partitions, those that needed no election aren't told.
Source: Apache `KafkaApis.handleElectReplicaLeader`, `ReplicaManager.electLeaders`.
"""

from collections import defaultdict
from collections.abc import Iterable

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.znodes import TopicPartition
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.elect_leaders import (
    ElectLeadersRequest,
    ElectLeadersResponse,
    PartitionResult,
    ReplicaElectionResult,
    TopicPartitions,
)

UNCLEAN = 1


@handles(ApiKey.ELECT_LEADERS, versions=(0, 2))
async def handle(request: ElectLeadersRequest, context: RequestContext) -> ElectLeadersResponse:
    asked = request.topic_partitions
    if not context.allows(Operation.ALTER, ResourceType.CLUSTER):
        return _refused(asked or ())
    if asked is None:
        partitions = [
            TopicPartition(topic, index) for topic, known in context.broker.metadata.items() for index in known
        ]
    else:
        partitions = [TopicPartition(topic.topic, index) for topic in asked for index in topic.partition_id]
    try:
        results = await context.broker.administration.elect_leaders(
            list(dict.fromkeys(partitions)), unclean=request.election_type == UNCLEAN
        )
    except ApiError as refused:
        results = dict.fromkeys(partitions, refused)
    by_topic = defaultdict(list)
    for partition, error in results.items():
        if asked is not None or error is None or error.code != ErrorCode.ELECTION_NOT_NEEDED:
            by_topic[partition.topic].append(_result(partition, error))
    return ElectLeadersResponse(
        replica_election_results=[
            ReplicaElectionResult(topic=topic, partition_result=found) for topic, found in by_topic.items()
        ]
    )


def _refused(asked: Iterable[TopicPartitions]) -> ElectLeadersResponse:
    refusal = ErrorCode.CLUSTER_AUTHORIZATION_FAILED
    return ElectLeadersResponse(
        error_code=refusal,
        replica_election_results=[
            ReplicaElectionResult(
                topic=topic.topic,
                partition_result=[
                    PartitionResult(partition_id=index, error_code=refusal, error_message=None)
                    for index in topic.partition_id
                ],
            )
            for topic in asked
        ],
    )


def _result(partition: TopicPartition, error: ApiError | None) -> PartitionResult:
    if error is None:
        return PartitionResult(partition_id=partition.partition, error_message=None)
    text = None if error.code == ErrorCode.NOT_CONTROLLER else str(error)
    return PartitionResult(partition_id=partition.partition, error_code=error.code, error_message=text)
