"""Znodes byte for byte as Kafka 2.6.2 wrote them, and read back."""

from collections.abc import Callable

import pytest

from kafkacli.registry import znodes
from kafkacli.registry.znodes import BrokerRegistration, LeaderAndIsr, ReplicaAssignment, TopicPartition

BROKER = (
    b'{"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"},"endpoints":["PLAINTEXT://localhost:47483"],'
    b'"jmx_port":-1,"host":"localhost","timestamp":"1795508139712","port":47483,"version":4}'
)
ONE = BrokerRegistration((("PLAINTEXT", "PLAINTEXT", "localhost", 47483),))


def test_a_brokers_registration_is_written_as_kafka_writes_it() -> None:
    assert znodes.encode_broker(ONE, 1795508139712) == BROKER
    assert znodes.decode_broker(BROKER) == ONE


def test_a_broker_without_plaintext_has_no_host_for_old_clients() -> None:
    two = BrokerRegistration((("INSIDE", "SSL", "::1", 1), ("OUTSIDE", "SASL_SSL", "h", 2)), "r1")
    data = znodes.encode_broker(two, 5)
    assert b'"endpoints":["INSIDE://[::1]:1","OUTSIDE://h:2"],"rack":"r1","jmx_port":-1,"host":null' in data
    assert b'"port":-1' in data
    assert znodes.decode_broker(data) == two


def test_brokers_before_0_10_are_told_in_their_own_version() -> None:
    old = ONE._replace(version=2)
    data = (
        b'{"endpoints":["PLAINTEXT://localhost:47483"],"jmx_port":-1,"host":"localhost","timestamp":"1795508139712",'
        b'"port":47483,"version":2}'
    )
    assert znodes.encode_broker(old, 1795508139712) == data
    assert znodes.decode_broker(data) == old


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            b'{"version":1,"host":"h","port":9092,"jmx_port":9999,"timestamp":"1"}',
            ("PLAINTEXT", "PLAINTEXT", "h", 9092),
        ),
        (
            b'{"version":2,"host":"h","port":9092,"jmx_port":-1,"timestamp":"1","endpoints":["SSL://h:9093"]}',
            ("SSL", "SSL", "h", 9093),
        ),
    ],
)
def test_registrations_of_older_brokers_are_read(data: bytes, expected: tuple[str, str, str, int]) -> None:
    assert znodes.decode_broker(data).endpoints == (expected,)


def test_a_registration_of_no_version_is_refused() -> None:
    with pytest.raises(ValueError, match="Unsupported version of broker registration"):
        znodes.decode_broker(b"{}")


def test_assignments() -> None:
    data = b'{"version":2,"partitions":{"0":[1],"1":[2,1]},"adding_replicas":{"1":[2]},"removing_replicas":{}}'
    assignment = {0: ReplicaAssignment((1,)), 1: ReplicaAssignment((2, 1), adding=(2,))}
    assert znodes.encode_topic(assignment) == data
    assert znodes.decode_topic(data) == assignment
    assert znodes.decode_topic(b'{"version":1,"partitions":{"0":[1]}}') == {0: ReplicaAssignment((1,))}
    assert znodes.decode_topic(None) == {}


def test_states() -> None:
    data = b'{"controller_epoch":1,"leader":0,"version":1,"leader_epoch":0,"isr":[0]}'
    state = LeaderAndIsr(0, 0, (0,), 1, version=3)
    assert znodes.encode_state(state) == data
    assert znodes.decode_state(data, 3) == state


def test_the_controller_and_the_cluster() -> None:
    data = b'{"version":1,"brokerid":0,"timestamp":"1795508139871"}'
    assert znodes.encode_controller(0, 1795508139871) == data
    assert znodes.decode_controller(data) == 0
    data = b'{"version":"1","id":"NxaimVkAQES1UpLkXmgG7g"}'
    assert znodes.encode_cluster_id("NxaimVkAQES1UpLkXmgG7g") == data
    assert znodes.decode_cluster_id(data) == "NxaimVkAQES1UpLkXmgG7g"


def test_configs_and_their_announcements() -> None:
    data = b'{"version":1,"config":{"retention.ms":"1000"}}'
    assert znodes.encode_config({"retention.ms": "1000"}) == data
    assert znodes.decode_config(data) == {"retention.ms": "1000"}
    assert znodes.decode_config(None) == znodes.decode_config(b"garbage") == {}
    data = b'{"version":2,"entity_path":"topics/t1"}'
    assert znodes.encode_config_change("topics/t1") == data
    assert znodes.decode_config_change(data) == "topics/t1"
    assert znodes.decode_config_change(b'{"version":1,"entity_type":"topics","entity_name":"t"}') == "topics/t"
    with pytest.raises(ValueError, match="unsupported version number"):
        znodes.decode_config_change(b"{}")


def test_requests_under_admin() -> None:
    wanted = {TopicPartition("t", 0): (1, 2)}
    data = b'{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1,2]}]}'
    assert znodes.encode_reassignment(wanted) == data
    assert znodes.decode_reassignment(data) == wanted
    election = b'{"version":1,"partitions":[{"topic":"t","partition":3}]}'
    assert znodes.encode_partitions([TopicPartition("t", 3)]) == election
    assert znodes.decode_partitions(election) == [("t", 3)]
    assert znodes.decode_partitions(b"") == []


def test_a_move_adds_and_removes_replicas() -> None:
    moving = ReplicaAssignment((1, 2)).reassigned_to((3, 2))
    assert moving == ReplicaAssignment((3, 2, 1), adding=(3,), removing=(1,))
    assert (moving.target, moving.origin) == ((3, 2), (2, 1))
    assert moving.reassigned_to((1, 2)) == ReplicaAssignment((1, 2))
    assert moving.is_being_reassigned
    assert not ReplicaAssignment((1, 2)).reassigned_to((2, 1)).is_being_reassigned


@pytest.mark.parametrize(
    ("decode", "data"),
    [
        (znodes.decode_topic, b'{"partitions":[1]}'),
        (znodes.decode_partitions, b'{"partitions":[1]}'),
        (znodes.decode_reassignment, b'{"partitions":[{"topic":"t","partition":0}]}'),
        (znodes.decode_controller, b"[1]"),
        (znodes.decode_cluster_id, b"not JSON"),
        (znodes.decode_broker, b'{"version":4,"endpoints":5}'),
    ],
)
def test_what_kafka_does_not_write_is_a_value_error(decode: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(ValueError, match="this is not what Kafka writes"):
        decode(data)
