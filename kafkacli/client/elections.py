"""Leader elections, asked of the controller (KIP-183, KIP-460). What KafkaAdminClient of 2.6.2 asks."""

from __future__ import annotations

from kafkacli.client.cluster import MOVED_CONTROLLER, Cluster, check
from kafkacli.errors import ApiError
from kafkacli.wire.messages.elect_leaders import ElectLeadersRequest, ElectLeadersResponse, TopicPartitions
from kafkacli.wire.primitives import WireError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kafkacli.client.topics import TopicPartition

ELECTION_TYPES = {"PREFERRED": 0, "UNCLEAN": 1}


def elect_leaders(
    cluster: Cluster, election_type: str, partitions: Iterable[TopicPartition] | None
) -> dict[TopicPartition, ApiError | None]:
    """Have leaders elected; returns the error of each partition, None for none.

    election_type: a name of ELECTION_TYPES. partitions: None for all, of which those that need none are left out.
    Raises ApiError for what concerns the whole request.
    """
    topics: dict[str, list[int]] = {}
    for topic, partition in partitions or ():
        topics.setdefault(topic, []).append(partition)

    def attempt(deadline: float) -> ElectLeadersResponse:
        connection = cluster.controller(deadline)
        if ELECTION_TYPES[election_type] and connection.version_of(ElectLeadersRequest) < 1:
            raise WireError("API Version 0 only supports PREFERRED election type")
        request = ElectLeadersRequest(
            election_type=ELECTION_TYPES[election_type],
            topic_partitions=None
            if partitions is None
            else [TopicPartitions(topic=topic, partition_id=rows) for topic, rows in topics.items()],
            timeout_ms=cluster.settings.request_timeout_ms,
        )
        response = connection.send(request, ElectLeadersResponse, deadline)
        check(response.error_code, passing=MOVED_CONTROLLER)
        return response

    response = cluster.call("electLeaders", attempt)
    return {
        (result.topic, row.partition_id): ApiError(row.error_code, row.error_message) if row.error_code else None
        for result in response.replica_election_results
        for row in result.partition_result
    }
