"""The registrations of a small Kafka cluster with something of everything, to be put below a path in ZooKeeper."""

import json

from kafkacli.registry import znodes as kafka
from kafkacli.zkshell.copies import Planted, Znode, plant
from kafkacli.zkshell.znodes import Znodes
from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE

_A = kafka.TopicPartition("orders", 0)
_B = kafka.TopicPartition("orders", 1)
_C = kafka.TopicPartition("payments", 0)


def _broker(port: int, rack: str | None) -> bytes:
    endpoints = (("PLAINTEXT", "PLAINTEXT", f"kafka{port % 10}", port), ("TLS", "SSL", "10.0.0.1", port + 100))
    return kafka.encode_broker(kafka.BrokerRegistration(endpoints, rack), 1_600_000_000_000)


def _acl(operation: str) -> bytes:
    entry = {"principal": "User:alice", "permissionType": "Allow", "operation": operation, "host": "*"}
    return json.dumps({"version": 1, "acls": [entry]}).encode()


REGISTRATIONS = {
    "/": b"",
    kafka.CLUSTER_ID: kafka.encode_cluster_id("cl-us-ter"),
    kafka.CONTROLLER: kafka.encode_controller(1, 1_600_000_000_000),
    kafka.CONTROLLER_EPOCH: b"7",
    kafka.broker_path(1): _broker(9091, "a"),
    kafka.broker_path(10): _broker(9090, None),
    kafka.broker_path(2): _broker(9092, "b"),
    kafka.topic_path("orders"): kafka.encode_topic(
        {0: kafka.ReplicaAssignment((1, 2)), 1: kafka.ReplicaAssignment((2, 1))}
    ),
    kafka.state_path(_A): kafka.encode_state(kafka.LeaderAndIsr(1, 3, (1, 2), 7)),
    kafka.state_path(_B): kafka.encode_state(kafka.LeaderAndIsr(2, 4, (2,), 7)),
    kafka.topic_path("payments"): kafka.encode_topic(
        {0: kafka.ReplicaAssignment((10, 1), (10,), (1,)), 1: kafka.ReplicaAssignment((1,))}
    ),
    kafka.state_path(_C): kafka.encode_state(kafka.LeaderAndIsr(-1, 5, (1,), 7)),
    kafka.config_path("topics/orders"): kafka.encode_config({"retention.ms": "1000", "cleanup.policy": "delete"}),
    kafka.config_path("users/alice"): kafka.encode_config({"SCRAM-SHA-256": "salt=x", "producer_byte_rate": "10"}),
    kafka.CONFIG_CHANGE_PREFIX + "0000000000": kafka.encode_config_change("topics/orders"),
    kafka.DELETE_TOPICS + "/old": b"",
    kafka.PREFERRED_REPLICA_ELECTION: json.dumps(
        {"version": 1, "partitions": [{"topic": "orders", "partition": 0}]}
    ).encode(),
    "/kafka-acl/Topic/orders": _acl("Read"),
    "/kafka-acl-extended/prefixed/Group/g-": _acl("Describe"),
}


def register(znodes: Znodes, base: str) -> Planted:
    """Put them below a path, whose parent is there."""
    whole = {path: REGISTRATIONS.get(path, b"") for known in REGISTRATIONS for path in _with_parents(known)}
    in_order = sorted(whole, key=lambda path: path.split("/"))
    return plant(znodes, base, [Znode(path, whole[path], list(OPEN_ACL_UNSAFE)) for path in in_order])


def _with_parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(2, len(parts) + 1)]
