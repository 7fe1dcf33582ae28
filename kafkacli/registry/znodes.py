"""Kafka's znodes: their paths, and their JSON with the fields in the order in which 2.6.2 writes them.

    /brokers/ids/N                     {"listener_security_protocol_map":{...},"endpoints":[...],"rack":...,"jmx_port":-1,
                                        "host":...,"timestamp":"...","port":...,"version":4}
    /brokers/topics/T                  {"version":2,"partitions":{"0":[1]},"adding_replicas":{},"removing_replicas":{}}
    /brokers/topics/T/partitions/P/state {"controller_epoch":1,"leader":1,"version":1,"leader_epoch":0,"isr":[1]}
    /controller                        {"version":1,"brokerid":1,"timestamp":"..."}
    /controller_epoch                  the number
    /cluster/id                        {"version":"1","id":"..."}
    /config/TYPE/NAME                  {"version":1,"config":{...}}
    /config/changes/config_change_N    {"version":2,"entity_path":"topics/T"}
    /admin/reassign_partitions         {"version":1,"partitions":[{"topic":T,"partition":0,"replicas":[1]}]}
    /admin/preferred_replica_election  {"version":1,"partitions":[{"topic":T,"partition":0}]}

Source: Apache `ZkData.scala`; the order of fields as a real broker wrote them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

BROKER_IDS: Final = "/brokers/ids"
TOPICS: Final = "/brokers/topics"
SEQUENCE_ID: Final = "/brokers/seqid"
CONTROLLER: Final = "/controller"
CONTROLLER_EPOCH: Final = "/controller_epoch"
CLUSTER_ID: Final = "/cluster/id"
CONFIG: Final = "/config"
CONFIG_CHANGES: Final = "/config/changes"
CONFIG_CHANGE_PREFIX: Final = "/config/changes/config_change_"
DELETE_TOPICS: Final = "/admin/delete_topics"
REASSIGN_PARTITIONS: Final = "/admin/reassign_partitions"
PREFERRED_REPLICA_ELECTION: Final = "/admin/preferred_replica_election"
ISR_CHANGES: Final = "/isr_change_notification"
LOG_DIR_EVENTS: Final = "/log_dir_event_notification"
LOG_DIR_EVENT_PREFIX: Final = "log_dir_event_"
PRODUCER_ID_BLOCK: Final = "/latest_producer_id_block"

_DIRECTORY_FAILED: Final = 1

PERSISTENT_PATHS: Final = (
    "/consumers",
    BROKER_IDS,
    TOPICS,
    CONFIG_CHANGES,
    DELETE_TOPICS,
    SEQUENCE_ID,
    ISR_CHANGES,
    PRODUCER_ID_BLOCK,
    LOG_DIR_EVENTS,
    "/config/topics",
    "/config/clients",
    "/config/users",
    "/config/brokers",
)
"""What a broker makes at its start, without data, in Kafka's order."""


P = ParamSpec("P")
T = TypeVar("T")


class ReplicaAssignment(NamedTuple):
    """Where a partition's replicas are; while it is being reassigned, which of them come and which go (KIP-455)."""

    replicas: tuple[int, ...]
    adding: tuple[int, ...] = ()
    removing: tuple[int, ...] = ()

    @property
    def is_being_reassigned(self) -> bool:
        return bool(self.adding or self.removing)

    @property
    def target(self) -> tuple[int, ...]:
        """The replicas after the reassignment."""
        return tuple(replica for replica in self.replicas if replica not in self.removing)

    @property
    def origin(self) -> tuple[int, ...]:
        """The replicas before the reassignment."""
        return tuple(replica for replica in self.replicas if replica not in self.adding)

    def reassigned_to(self, target: Sequence[int]) -> ReplicaAssignment:
        """Return the assignment while its replicas move to `target`."""
        full = tuple(dict.fromkeys((*target, *self.origin)))
        return ReplicaAssignment(
            full,
            tuple(replica for replica in full if replica not in self.origin),
            tuple(replica for replica in self.origin if replica not in target),
        )


class LeaderAndIsr(NamedTuple):
    """A partition's state; leader -1: none; `version` is the znode's, for conditional writes."""

    leader: int
    leader_epoch: int
    isr: tuple[int, ...]
    controller_epoch: int
    version: int = 0


class BrokerRegistration(NamedTuple):
    """What a broker says of itself; endpoints: (listener name, security protocol, host or "", port).

    version: of the znode's JSON; 2, for brokers before 0.10, has no place for a rack or for protocols beside the names.
    """

    endpoints: tuple[tuple[str, str, str, int], ...]
    rack: str | None = None
    version: int = 4

    def addresses(self) -> list[str]:
        """The endpoints as text, `NAME://host:port`."""
        return [f"{name}://{_address(host, port)}" for name, _, host, port in self.endpoints]


class TopicPartition(NamedTuple):
    """A partition's name."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.partition}"


def broker_path(broker_id: int) -> str:
    return f"{BROKER_IDS}/{broker_id}"


def topic_path(topic: str) -> str:
    return f"{TOPICS}/{topic}"


def state_path(partition: TopicPartition) -> str:
    return f"{TOPICS}/{partition.topic}/partitions/{partition.partition}/state"


def config_path(entity: str) -> str:
    """The znode of an entity's configs; entity: `topics/T`, `brokers/1`, `users/U/clients/C`, names sanitized."""
    return f"{CONFIG}/{entity}"


def _reads(decode: Callable[P, T]) -> Callable[P, T]:
    """Let a decoder raise ValueError for any data that isn't what Kafka writes there."""

    @wraps(decode)
    def decoded(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return decode(*arguments, **named)
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"{decode.__name__}: this is not what Kafka writes: {arguments[0]!r}") from error

    return decoded


def encode_broker(registration: BrokerRegistration, timestamp_ms: int, jmx_port: int = -1) -> bytes:
    plaintext = next((end for end in registration.endpoints if end[1] == "PLAINTEXT"), None)
    fields: dict[str, Any] = {}
    if registration.version >= 4:
        fields["listener_security_protocol_map"] = {name: protocol for name, protocol, _, _ in registration.endpoints}
    fields["endpoints"] = registration.addresses()
    if registration.rack is not None:
        fields["rack"] = registration.rack
    fields |= {
        "jmx_port": jmx_port,
        "host": (plaintext[2] or None) if plaintext else None,
        "timestamp": str(timestamp_ms),
        "port": plaintext[3] if plaintext else -1,
        "version": registration.version,
    }
    return _encode(fields)


@_reads
def decode_broker(data: bytes) -> BrokerRegistration:
    """Raises ValueError for data that no version of Kafka wrote."""
    fields = _decode(data)
    if fields.get("version", 0) < 1:
        raise ValueError("Unsupported version of broker registration: " + data.decode("utf-8", "replace"))
    if fields["version"] == 1:
        return BrokerRegistration((("PLAINTEXT", "PLAINTEXT", str(fields["host"]), int(fields["port"])),), version=1)
    protocols = fields.get("listener_security_protocol_map")
    endpoints = []
    for text in fields["endpoints"]:
        match = re.fullmatch(r"(.*)://\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)", text)
        if match is None:
            raise ValueError(f"Unable to parse {text} to a broker endpoint")
        name = match[1].upper()
        endpoints.append((name, protocols[name] if protocols else name, match[2], int(match[3])))
    return BrokerRegistration(tuple(endpoints), fields.get("rack"), fields["version"])


def encode_topic(assignment: Mapping[int, ReplicaAssignment]) -> bytes:
    return _encode(
        {
            "version": 2,
            "partitions": {str(number): part.replicas for number, part in assignment.items()},
            "adding_replicas": {str(number): part.adding for number, part in assignment.items() if part.adding},
            "removing_replicas": {str(number): part.removing for number, part in assignment.items() if part.removing},
        }
    )


@_reads
def decode_topic(data: bytes | None) -> dict[int, ReplicaAssignment]:
    """Return the assignment by partition number; empty for data that holds none."""
    fields = _decode(data)
    adding, removing = fields.get("adding_replicas") or {}, fields.get("removing_replicas") or {}
    return {
        int(number): ReplicaAssignment(tuple(replicas), tuple(adding.get(number, ())), tuple(removing.get(number, ())))
        for number, replicas in (fields.get("partitions") or {}).items()
    }


def encode_state(state: LeaderAndIsr) -> bytes:
    return _encode(
        {
            "controller_epoch": state.controller_epoch,
            "leader": state.leader,
            "version": 1,
            "leader_epoch": state.leader_epoch,
            "isr": state.isr,
        }
    )


@_reads
def decode_state(data: bytes, version: int) -> LeaderAndIsr:
    fields = _decode(data)
    return LeaderAndIsr(
        fields["leader"], fields["leader_epoch"], tuple(fields["isr"]), fields["controller_epoch"], version
    )


def encode_controller(broker_id: int, timestamp_ms: int) -> bytes:
    return _encode({"version": 1, "brokerid": broker_id, "timestamp": str(timestamp_ms)})


@_reads
def decode_controller(data: bytes) -> int:
    return int(_decode(data)["brokerid"])


def encode_log_dir_event(broker_id: int) -> bytes:
    return _encode({"version": 1, "broker": broker_id, "event": _DIRECTORY_FAILED})


@_reads
def decode_log_dir_event(data: bytes) -> int:
    return int(_decode(data)["broker"])


def encode_cluster_id(cluster_id: str) -> bytes:
    return _encode({"version": "1", "id": cluster_id})


@_reads
def decode_cluster_id(data: bytes) -> str:
    return str(_decode(data)["id"])


def encode_config(config: Mapping[str, str]) -> bytes:
    return _encode({"version": 1, "config": config})


def decode_config(data: bytes | None) -> dict[str, str]:
    config = _decode(data).get("config")
    return {str(name): str(value) for name, value in config.items()} if isinstance(config, dict) else {}


def encode_config_change(entity: str) -> bytes:
    return _encode({"version": 2, "entity_path": entity})


@_reads
def decode_config_change(data: bytes) -> str:
    """Return the entity (`topics/T`) whose configs changed. Raises ValueError for a text of no known version."""
    fields = _decode(data)
    if fields.get("version") == 1:
        return f"{fields['entity_type']}/{fields['entity_name']}"
    if fields.get("version") != 2 or not isinstance(fields.get("entity_path"), str):
        raise ValueError(
            "Config change notification has an unsupported version number. Supported versions are 1 and 2."
        )
    return str(fields["entity_path"])


def encode_reassignment(partitions: Mapping[TopicPartition, Sequence[int]]) -> bytes:
    listed = [
        {"topic": name.topic, "partition": name.partition, "replicas": list(replicas)}
        for name, replicas in partitions.items()
    ]
    return _encode({"version": 1, "partitions": listed})


@_reads
def decode_reassignment(data: bytes | None) -> dict[TopicPartition, tuple[int, ...]]:
    """Return the wanted replicas; empty for data that can't be read."""
    return {_name(item): tuple(item["replicas"]) for item in _decode(data).get("partitions") or ()}


def encode_partitions(partitions: Sequence[TopicPartition]) -> bytes:
    listed = [{"topic": name.topic, "partition": name.partition} for name in partitions]
    return _encode({"version": 1, "partitions": listed})


@_reads
def decode_partitions(data: bytes | None) -> list[TopicPartition]:
    """Return the partitions that a preferred replica election or an ISR change names."""
    return [_name(item) for item in _decode(data).get("partitions") or ()]


def _name(item: Mapping[str, Any]) -> TopicPartition:
    return TopicPartition(item["topic"], item["partition"])


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _encode(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _decode(data: bytes | None) -> dict[str, Any]:
    try:
        value = json.loads(data or b"")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
