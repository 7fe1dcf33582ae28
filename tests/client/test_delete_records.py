"""Deleting records through the leaders."""

from kafkacli.client.cluster import Cluster
from kafkacli.client.delete_records import delete_records
from kafkacli.errors import ApiError, ErrorCode
from tests.support.kafka import Kafka


def test_each_partition_has_its_outcome(kafka: Kafka) -> None:
    one, two, none = kafka.create_topic(2, records=3), kafka.create_topic(records=3), kafka.new_name()
    with Cluster(kafka.bootstrap) as cluster:
        outcomes = delete_records(cluster, {(none, 0): 1, (one, 0): 2, (one, 1): 5, (two, 0): -1, (two, 7): 0})
    assert list(outcomes) == [(none, 0), (one, 0), (one, 1), (two, 0), (two, 7)]
    assert outcomes[one, 0] == 2
    assert outcomes[two, 0] == 3
    errors = {key: outcome.code for key, outcome in outcomes.items() if isinstance(outcome, ApiError)}
    assert errors == {
        (none, 0): ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        (one, 1): ErrorCode.OFFSET_OUT_OF_RANGE,
        (two, 7): ErrorCode.LEADER_NOT_AVAILABLE,
    }
