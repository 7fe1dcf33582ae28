"""What a Kafka cluster has registered: brokers, controller, topics, configs, ACLs, and what is still to be done.

Besides the znodes of `registry/znodes.py`:

    /kafka-acl/TYPE/NAME                       {"version":1,"acls":[{"principal":P,"permissionType":"Allow","operation":O,"host":H}]}
    /kafka-acl-extended/PATTERN/TYPE/NAME      the same, for other patterns than literal ones

Source: Apache `ZkData.scala`, `AclEntry.scala` (Kafka 2.6.2).
"""

from __future__ import annotations

import json
from typing import NamedTuple

from kafkacli.registry import znodes as kafka
from kafkacli.zkshell.errors import CommandError, OperationError
from kafkacli.zkshell.scan import readable, scan
from kafkacli.zookeeper.protocol import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from kafkacli.zkshell.znodes import Znodes

    _T = TypeVar("_T")

_ACLS, _OTHER_ACLS = "/kafka-acl", "/kafka-acl-extended"
_BROKERS, _ADMIN = "/brokers", "/admin"
_ROOTS = (_BROKERS, kafka.CONTROLLER, kafka.CONTROLLER_EPOCH, "/cluster", kafka.CONFIG, _ADMIN, _ACLS, _OTHER_ACLS)
_HIDDEN = "[hidden]"


class Partition(NamedTuple):
    """A partition with its state, which is None until the controller has written it."""

    topic: str
    partition: int
    assignment: kafka.ReplicaAssignment
    state: kafka.LeaderAndIsr | None


class ConfigEntry(NamedTuple):
    """A config; entity: as `topics/T`, `users/U/clients/C`."""

    entity: str
    name: str
    value: str


class AclEntry(NamedTuple):
    """Who may, or may not, do what with what."""

    resource_type: str
    resource: str
    pattern: str
    principal: str
    permission: str
    operation: str
    host: str


class Pending(NamedTuple):
    """Something the controller still has to do; replicas: the wanted ones of a reassignment."""

    action: str
    subject: str
    replicas: tuple[int, ...] = ()


class KafkaCluster:
    """The registrations, read once. `unreadable` are the znodes that hold what Kafka doesn't write."""

    def __init__(self, znodes: Znodes, base: str) -> None:
        """Read them. base: the path that stands before Kafka's, '' for none. Raises CommandError and OperationError."""
        self._base = base
        self._data: dict[str, bytes] = {}
        for root in _ROOTS:
            self._read(znodes, root)
        if _BROKERS not in self._data:
            raise CommandError(f"no Kafka cluster is registered here: there is no {base}{_BROKERS}")
        self.unreadable: list[str] = []
        self.cluster_id = self._decode(kafka.CLUSTER_ID, kafka.decode_cluster_id)
        self.controller = self._decode(kafka.CONTROLLER, kafka.decode_controller)
        self.controller_epoch = self._decode(kafka.CONTROLLER_EPOCH, int)
        self.brokers = self._brokers()
        self.partitions = self._partitions()
        self.configs = self._configs()
        self.acls = self._acls()
        self.pending = self._pending()

    def _read(self, znodes: Znodes, root: str) -> None:
        try:
            for entry in readable(scan(znodes, self._base + root, data=True)):
                self._data[entry.path.removeprefix(self._base)] = entry.data or b""
        except OperationError as error:
            if error.code != Error.NO_NODE:
                raise

    def _decode(self, path: str, decode: Callable[[bytes], _T]) -> _T | None:
        """Return what a znode holds; None when it isn't there or not what Kafka writes."""
        data = self._data.get(path)
        try:
            return None if data is None else decode(data)
        except (ValueError, KeyError, TypeError, AttributeError):
            self.unreadable.append(self._base + path)
            return None

    def _names(self, path: str) -> list[str]:
        """The last parts of the paths right below one, in the order of the walk."""
        found = (known.removeprefix(f"{path}/") for known in self._data if known.startswith(f"{path}/"))
        return [name for name in found if "/" not in name]

    def _brokers(self) -> dict[int, kafka.BrokerRegistration]:
        found = {}
        for name in self._names(kafka.BROKER_IDS):
            registration = self._decode(f"{kafka.BROKER_IDS}/{name}", kafka.decode_broker)
            if registration is not None:
                found[int(name)] = registration
        return dict(sorted(found.items()))

    def _partitions(self) -> list[Partition]:
        found = []
        for topic in self._names(kafka.TOPICS):
            assignment = self._decode(kafka.topic_path(topic), kafka.decode_topic) or {}
            for number, assigned in sorted(assignment.items()):
                path = kafka.state_path(kafka.TopicPartition(topic, number))
                state = self._decode(path, lambda data: kafka.decode_state(data, 0))
                found.append(Partition(topic, number, assigned, state))
        return found

    def _configs(self) -> list[ConfigEntry]:
        found = []
        for path in self._data:
            if not path.startswith(f"{kafka.CONFIG}/") or path.startswith(f"{kafka.CONFIG_CHANGES}/"):
                continue
            entity = path.removeprefix(f"{kafka.CONFIG}/")
            for name, value in sorted((self._decode(path, kafka.decode_config) or {}).items()):
                is_secret = name.startswith("SCRAM-") or "password" in name
                found.append(ConfigEntry(entity, name, _HIDDEN if is_secret else value))
        return found

    def _acls(self) -> list[AclEntry]:
        found = []
        for path in self._data:
            root, *parts = path[1:].split("/")
            if f"/{root}" == _ACLS:
                parts.insert(0, "literal")
            elif f"/{root}" != _OTHER_ACLS:
                continue
            if len(parts) == 3:
                pattern, resource_type, resource = parts
                entries = self._decode(path, lambda data: [_acl_fields(item) for item in json.loads(data)["acls"]])
                found += [AclEntry(resource_type, resource, pattern, *entry) for entry in entries or ()]
        return found

    def _pending(self) -> list[Pending]:
        wanted = self._decode(kafka.REASSIGN_PARTITIONS, kafka.decode_reassignment) or {}
        found = [Pending("reassignment", str(name), replicas) for name, replicas in wanted.items()]
        found += [
            Pending("reassignment", f"{part.topic}-{part.partition}", part.assignment.target)
            for part in self.partitions
            if part.assignment.is_being_reassigned and kafka.TopicPartition(part.topic, part.partition) not in wanted
        ]
        elected = self._decode(kafka.PREFERRED_REPLICA_ELECTION, kafka.decode_partitions) or []
        found += [Pending("preferred replica election", str(name)) for name in elected]
        return found + [Pending("deletion", topic) for topic in self._names(kafka.DELETE_TOPICS)]


def _acl_fields(item: dict[str, str]) -> tuple[str, str, str, str]:
    return item["principal"], item["permissionType"], item["operation"], item["host"]
