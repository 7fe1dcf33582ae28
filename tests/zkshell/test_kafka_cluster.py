"""What a Kafka cluster has registered: all of it, below a path, with znodes that hold something else."""

import pytest

from kafkacli.registry.znodes import ReplicaAssignment
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.kafka_cluster import AclEntry, ConfigEntry, KafkaCluster, Pending
from kafkacli.zkshell.shell import Shell
from kafkacli.zkshell.znodes import Znodes
from tests.support.kafka_registrations import register


@pytest.fixture
def znodes(shell: Shell) -> Znodes:
    assert shell.session is not None
    return Znodes(shell.session)


@pytest.mark.parametrize("base", ["", "/clusters"])
def test_everything_is_found(znodes: Znodes, base: str) -> None:
    register(znodes, base or "/")
    cluster = KafkaCluster(znodes, base)
    assert (cluster.cluster_id, cluster.controller, cluster.controller_epoch) == ("cl-us-ter", 1, 7)
    assert list(cluster.brokers) == [1, 2, 10]
    assert cluster.brokers[1].addresses() == ["PLAINTEXT://kafka1:9091", "TLS://10.0.0.1:9191"]
    assert cluster.brokers[1].rack == "a"
    partitions = cluster.partitions
    assert [each[:2] for each in partitions] == [("orders", 0), ("orders", 1), ("payments", 0), ("payments", 1)]
    assert [each.state and each.state[:3] for each in partitions] == [(1, 3, (1, 2)), (2, 4, (2,)), (-1, 5, (1,)), None]
    assert partitions[2].assignment == ReplicaAssignment((10, 1), (10,), (1,))
    assert cluster.configs == [
        ConfigEntry("topics/orders", "cleanup.policy", "delete"),
        ConfigEntry("topics/orders", "retention.ms", "1000"),
        ConfigEntry("users/alice", "SCRAM-SHA-256", "[hidden]"),
        ConfigEntry("users/alice", "producer_byte_rate", "10"),
    ]
    assert cluster.acls == [
        AclEntry("Topic", "orders", "literal", "User:alice", "Allow", "Read", "*"),
        AclEntry("Group", "g-", "prefixed", "User:alice", "Allow", "Describe", "*"),
    ]
    assert cluster.pending == [
        Pending("reassignment", "payments-0", (10,)),
        Pending("preferred replica election", "orders-0"),
        Pending("deletion", "old"),
    ]
    assert cluster.unreadable == []


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b'{"version": 1}', b"\xff"])
def test_what_kafka_does_not_write_is_named(znodes: Znodes, data: bytes) -> None:
    register(znodes, "/k")
    paths = [
        "/k/brokers/ids/2",
        "/k/controller",
        "/k/controller_epoch",
        "/k/brokers/topics/orders/partitions/0/state",
        "/k/kafka-acl/Topic/orders",
    ]
    for path in paths:
        znodes.set(path, data)
    cluster = KafkaCluster(znodes, "/k")
    assert sorted(cluster.unreadable) == sorted(paths)
    assert list(cluster.brokers) == [1, 10]


def test_where_no_cluster_is(znodes: Znodes) -> None:
    with pytest.raises(CommandError, match="no Kafka cluster is registered here: there is no /x/brokers"):
        KafkaCluster(znodes, "/x")
