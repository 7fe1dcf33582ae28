"""Names that a cluster knows, for completion: topics, groups, brokers, partitions, config keys, transactional ids, znodes.

A kind of names is asked of the brokers or, where the command line names ZooKeeper alone, of ZooKeeper.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.registry import Registry
    from kafkacli.wire.primitives import Buffer

_SECONDS = 5.0  # in all; whoever waits goes long before
_TRANSACTIONS = "__transaction_state"


class Asked:
    """What names are wanted, and of which cluster.

    kind: one of KINDS. topic: whose partitions. entity: (type, name) of kafka-configs, whose config keys; for the kind
    `entity` only the type counts. parent: the znode whose children.
    """

    __slots__ = ("entity", "kind", "parent", "properties_file", "servers", "topic", "zookeeper")

    def __init__(
        self,
        kind: str,
        *,
        servers: str = "",
        zookeeper: str = "",
        properties_file: str | None = None,
        topic: str = "",
        entity: tuple[str, str] = ("", ""),
        parent: str = "/",
    ) -> None:
        self.kind = kind
        self.servers = servers
        self.zookeeper = zookeeper
        self.properties_file = properties_file
        self.topic = topic
        self.entity = entity
        self.parent = parent

    def key(self) -> str:
        """Return what tells two questions apart."""
        return "\0".join(map(str, (getattr(self, name) for name in self.__slots__)))


def find(asked: Asked) -> list[str]:
    """Return the names, sorted. Raises whatever the connection raises; takes some seconds at most before it does."""
    if asked.kind == "znode" or not asked.servers:
        return sorted(_of_zookeeper(asked))
    from kafkacli.client.connect import connect

    wait = {"default.api.timeout.ms": str(int(_SECONDS * 1000)), "request.timeout.ms": str(int(_SECONDS * 1000))}
    with connect(asked.servers, asked.properties_file, fixed=wait) as cluster:
        return sorted(_OF_BROKERS[asked.kind](cluster, asked), key=_by_number)


def _by_number(name: str) -> tuple[int, str]:
    return (int(name) if name.isdecimal() else -1, name)


# --- asked of the brokers


def _topics(cluster: Cluster, _asked: Asked) -> Iterable[str]:
    from kafkacli.client.topics import list_topics

    return [name for name, _ in list_topics(cluster)]


def _groups(cluster: Cluster, _asked: Asked) -> Iterable[str]:
    from kafkacli.client.groups import list_groups

    return [name for name, _ in list_groups(cluster)]


def _brokers(cluster: Cluster, _asked: Asked) -> Iterable[str]:
    from kafkacli.client.topics import live_brokers

    return map(str, live_brokers(cluster))


def _partitions(cluster: Cluster, asked: Asked) -> Iterable[str]:
    from kafkacli.client.topics import describe_topics

    return [str(partition.index) for topic in describe_topics(cluster, [asked.topic]) for partition in topic.partitions]


def _entities(cluster: Cluster, asked: Asked) -> Iterable[str]:
    kind = asked.entity[0]
    if kind in ("topics", "brokers", "broker-loggers"):
        return _topics(cluster, asked) if kind == "topics" else _brokers(cluster, asked)
    from kafkacli.client.quotas import CLIENT_ID, USER, describe_quotas

    component = USER if kind == "users" else CLIENT_ID
    found = [entity.get(component) for entity, _ in describe_quotas(cluster, [(component, None)])]
    return {name for name in found if name is not None}


def _configs(cluster: Cluster, asked: Asked) -> Iterable[str]:
    from kafkacli.client.configs import describe_configs

    kind, name = asked.entity
    number = {"topics": 2, "brokers": 4, "broker-loggers": 8}.get(kind)
    if number is None:
        from kafkacli.client.quotas import CLIENT_ID, USER, describe_quotas

        component = USER if kind == "users" else CLIENT_ID
        return {key for _, quotas in describe_quotas(cluster, [(component, name)]) for key in quotas}
    entries = describe_configs(cluster, number, name, synonyms=False)
    return [entry.name for entry in entries if not entry.is_default]


def _transactional_ids(cluster: Cluster, _asked: Asked) -> Iterable[str]:
    """Read the whole of __transaction_state: no request of Kafka 2.6 lists the ids."""
    from kafkacli.client.replicas import ReplicaReader
    from kafkacli.client.topics import describe_topics

    led: dict[int, dict[tuple[str, int], int]] = {}
    for topic in describe_topics(cluster, [_TRANSACTIONS]):
        for partition in topic.partitions:
            if partition.leader is not None:
                led.setdefault(partition.leader, {})[topic.name, partition.index] = 0
    ids: dict[str, bool] = {}
    for broker, offsets in led.items():
        reader = ReplicaReader(_asked.servers, broker, 1 << 20, 0)
        try:
            while offsets:
                left = {}
                for partition_key, fetched in reader.fetch(offsets).items():
                    after = _take_ids(fetched.records, ids)
                    if after is not None and after < fetched.high_watermark:
                        left[partition_key] = after
                offsets = left
        finally:
            reader.close()
    return [name for name, alive in ids.items() if alive]


def _take_ids(records: Buffer, ids: dict[str, bool]) -> int | None:
    """Note which transactional ids whole batches set or remove; return the offset after them, None when there are none."""
    from kafkacli.coordinator.transaction_records import decode_transaction_key
    from kafkacli.record.batch import iter_records

    after = None
    for record in iter_records(records):
        after = record.offset + 1
        if record.key is not None and (name := decode_transaction_key(record.key)) is not None:
            ids[name] = record.value is not None
    return after


_OF_BROKERS: dict[str, Callable[[Cluster, Asked], Iterable[str]]] = {
    "topic": _topics,
    "group": _groups,
    "broker": _brokers,
    "partition": _partitions,
    "entity": _entities,
    "config": _configs,
    "transactional-id": _transactional_ids,
}
KINDS = (*_OF_BROKERS, "znode")


# --- asked of ZooKeeper


def _of_zookeeper(asked: Asked) -> Iterable[str]:
    from kafkacli.client.registry import Registry

    with Registry(asked.zookeeper, _SECONDS) as registry:
        if asked.kind == "znode":
            return [asked.parent.rstrip("/") + "/" + name for name in registry.children(asked.parent)]
        if asked.kind == "config":
            return registry.config("/".join(asked.entity))
        return _names_in(registry, asked)


def _names_in(registry: Registry, asked: Asked) -> Iterable[str]:
    kind = {"topic": "topics", "broker": "brokers"}.get(asked.kind, asked.entity[0])
    if kind == "topics":
        return registry.topics()
    if kind == "brokers":
        return [str(broker.broker_id) for broker in registry.brokers()]
    if asked.kind == "partition":
        return map(str, registry.assignment(asked.topic))
    return registry.config_entities(kind) if asked.kind == "entity" else ()
