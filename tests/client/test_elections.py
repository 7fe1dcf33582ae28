"""Leader elections through the controller."""

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.elections import elect_leaders
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.api_versions import ApiVersionsResponse, ApiVersionsResponseKey
from kafkacli.wire.messages.metadata import MetadataResponse, MetadataResponseBroker
from kafkacli.wire.primitives import WireError
from tests.support.kafka import Kafka
from tests.support.scripted_broker import framed, scripted_broker


@pytest.mark.parametrize("election_type", ["PREFERRED", "UNCLEAN"])
def test_each_partition_has_its_outcome(kafka: Kafka, election_type: str) -> None:
    name = kafka.create_topic(2)
    with Cluster(kafka.bootstrap) as cluster:
        results = elect_leaders(cluster, election_type, [(name, 0), (name, 9)])
        everywhere = elect_leaders(cluster, election_type, None)
    codes = {partition: error and error.code for partition, error in results.items()}
    assert codes == {
        (name, 0): ErrorCode.ELECTION_NOT_NEEDED,
        (name, 9): ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    }
    assert str(results[name, 9]) == "The partition does not exist."
    assert (name, 0) not in everywhere  # those that need none are left out


def test_an_old_broker_knows_no_unclean_election() -> None:
    def answer(key: int, version: int, request: bytes) -> bytes:
        if key == ApiKey.API_VERSIONS:
            keys = {ApiKey.API_VERSIONS: 3, ApiKey.METADATA: 9, ApiKey.ELECT_LEADERS: 0}
            rows = [ApiVersionsResponseKey(api_key=k, min_version=0, max_version=high) for k, high in keys.items()]
            return framed(ApiVersionsResponse(api_keys=rows), version, request)
        brokers = [MetadataResponseBroker(node_id=1, host="127.0.0.1", port=port)]
        return framed(MetadataResponse(brokers=brokers, controller_id=1), version, request)

    with scripted_broker(answer) as port, Cluster(f"127.0.0.1:{port}") as cluster:
        cluster.settings.api_timeout_ms = 2000
        with pytest.raises(WireError, match=r"^API Version 0 only supports PREFERRED election type$"):
            elect_leaders(cluster, "UNCLEAN", [("a", 0)])
