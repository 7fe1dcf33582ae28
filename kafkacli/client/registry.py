"""A cluster's znodes, for the tools that take --zookeeper: read and written, blocking.

Their JSON and the rules for new topics stand in the room below (`kafkacli/registry`), as for the controller; here is what
Apache's `KafkaZkClient` and `AdminZkClient` of 2.6.2 do with them.
"""

from __future__ import annotations

from random import Random

from kafkacli.client.znode_client import CREATOR_ALL_ACL, OPEN_ACL_UNSAFE, READ_ACL_UNSAFE, ZnodeClient
from kafkacli.client.zookeeper_session import (
    HungUp,
    LoginFailed,
    NodeExists,
    NoNode,
    NotConnected,
    ZooKeeperError,
    ZooKeeperSession,
)
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry import znodes
from kafkacli.registry.assignment import LiveBroker, assign_replicas
from kafkacli.registry.topic_rules import already_exists, check_create, check_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Self

    from kafkacli.client.zookeeper_security import ZooKeeperLogin
    from kafkacli.zookeeper.protocol import Acl

    CheckConfigs = Callable[[Mapping[str, str]], None]

TIMEOUT_S = 30.0
_SENSITIVE = ("/config/users", "/config/brokers", "/delegation_token/tokens")


class RegistryError(Exception):
    """ZooKeeper can't be reached, or what was asked is not possible; the text is the original's where it has one."""


class LoginRefused(RegistryError):
    """ZooKeeper knows no such user or password, or no logins at all. Source: KeeperException.AuthFailedException.

    reason: what ended the login; told where it is for people, as Kerberos' reasons are.
    """

    CODE = -115

    def __init__(self, connect: str, reason: BaseException | None = None) -> None:
        said = reason if isinstance(reason, ValueError) else "ZooKeeper refuses the login"
        super().__init__(f"{connect}: {said} (SASL)")


class Registry:
    """One session with ZooKeeper.

    connect: host:port,.../chroot. timeout_s: for the connection, and of the session. login: None for what KAFKA_OPTS says.
    dry_run: write nothing, only look whether it would work.
    Raises RegistryError when no server answers in time, LoginRefused for a login that isn't accepted; ValueError and OSError
    for what the login is read from.
    """

    def __init__(
        self,
        connect: str,
        timeout_s: float = TIMEOUT_S,
        report: Callable[[str], None] | None = None,
        login: ZooKeeperLogin | None = None,
        *,
        dry_run: bool = False,
    ) -> None:
        from kafkacli.client.zookeeper_security import zookeeper_login

        self.login = login or zookeeper_login()
        self._session = ZooKeeperSession(connect, timeout_s, self.login)

        def slow(trouble: OSError | None) -> None:
            if report is not None:
                is_tls = hasattr(trouble, "refused") or isinstance(trouble, HungUp)
                stage = f"{trouble} (TLS)" if is_tls else "no ZooKeeper answers (TCP)"
                report(f"{connect}: {stage}; trying for up to {timeout_s:g} s")

        try:
            self._session.open(timeout_s, report=slow)
            if self.login.sasl is not None:  # some servers hang up only after a login that isn't accepted
                ZnodeClient(self._session).exists("/")
        except NotConnected:
            raise RegistryError(f"{connect}: Timed out waiting for connection while in state: CONNECTING") from None
        except (LoginFailed, ZooKeeperError) as error:
            self._session.close()
            raise LoginRefused(connect, error.__cause__) from None
        except OSError as error:
            raise RegistryError(f"{connect}: {error} (TLS)") from None
        kind = ZnodeClient
        if dry_run:
            from kafkacli.client.registry_dry_run import DryClient as kind  # noqa: N813
        self._client = kind(self._session, protected_acl("") if self.login.is_known else OPEN_ACL_UNSAFE)

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- brokers and topics

    def brokers(self) -> list[LiveBroker]:
        """Return the registered brokers in the order of their ids."""
        found = []
        for name in self.children(znodes.BROKER_IDS):
            if (data := self._get(znodes.broker_path(int(name)))) is not None:
                found.append(LiveBroker(int(name), znodes.decode_broker(data).rack))
        return sorted(found)

    def cluster_id(self) -> str | None:
        """Return the id of the cluster, None when no broker has written one."""
        data = self._get(znodes.CLUSTER_ID)
        return None if data is None else znodes.decode_cluster_id(data)

    def brokers_for_replicas(self, *, rack_aware: bool) -> list[LiveBroker]:
        """Return the brokers as replicas are spread over them. Raises RegistryError when only some have racks."""
        brokers = self.brokers()
        if not rack_aware:
            return [LiveBroker(broker.broker_id) for broker in brokers]
        racks = [broker.rack for broker in brokers if broker.rack is not None]
        if racks and len(racks) < len(brokers):
            raise RegistryError(
                "Not all brokers have rack information. Add --disable-rack-aware in command line"
                " to make replica assignment without rack information."
            )
        return brokers

    def topics(self) -> list[str]:
        """Return the names of all topics, those marked for deletion among them."""
        return self.children(znodes.TOPICS)

    def is_marked_for_deletion(self, topic: str) -> bool:
        """Whether the controller was asked to delete the topic."""
        return self.exists(f"{znodes.DELETE_TOPICS}/{topic}")

    def assignment(self, topic: str) -> dict[int, znodes.ReplicaAssignment]:
        """Return where a topic's replicas are, by partition in order; empty when there is no such topic."""
        return dict(sorted(znodes.decode_topic(self._get(znodes.topic_path(topic))).items()))

    def leader_and_isr(self, topic: str, partition: int) -> tuple[int | None, list[int]]:
        """Return (leader, in-sync replicas); (None, []) as long as the controller hasn't decided."""
        data = self._get(znodes.state_path(znodes.TopicPartition(topic, partition)))
        if data is None:
            return None, []
        state = znodes.decode_state(data, -1)
        return (state.leader if state.leader >= 0 else None), list(state.isr)

    def create_topic(
        self,
        topic: str,
        assignment: Mapping[int, Sequence[int]],
        configs: Mapping[str, str],
        check_configs: CheckConfigs,
    ) -> None:
        """Write the znodes of a new topic; the controller makes it from them.

        check_configs: raises what is wrong with the topic's configuration; nothing is written then. Raises ApiError.
        """
        check_create(topic, assignment, self.topics(), lambda: check_configs(configs))
        self._write_config(f"topics/{topic}", configs)
        replicas = {number: znodes.ReplicaAssignment(tuple(ids)) for number, ids in assignment.items()}
        try:
            self._client.create(znodes.topic_path(topic), znodes.encode_topic(replicas), makepath=True)
        except NodeExists:
            raise already_exists(topic) from None

    def add_partitions(self, topic: str, count: int, wanted: Mapping[int, Sequence[int]]) -> None:
        """Have a topic grow to `count` partitions. wanted: replicas of the new ones, empty to choose. Raises ApiError."""
        existing = self.assignment(topic)
        if not existing:
            raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION, f"The topic {topic} does not exist")
        if 0 not in existing:
            raise RegistryError(
                f"Unexpected existing replica assignment for topic '{topic}', partition id 0 is missing."
            )
        added = count - len(existing)
        if added <= 0:
            raise ApiError(
                ErrorCode.INVALID_PARTITIONS,
                f"The number of partitions for a topic can only be increased. Topic {topic} currently has "
                f"{len(existing)} partitions, {count} would not be an increase.",
            )
        first = existing[0].replicas
        brokers = self.brokers_for_replicas(rack_aware=True)
        ids = [broker.broker_id for broker in brokers]
        new: Mapping[int, Sequence[int]] = wanted
        if wanted:
            _check_wanted(wanted, len(first), ids)
        else:
            start = next((index for index, broker_id in enumerate(ids) if broker_id >= first[0]), 0)
            new = assign_replicas(
                brokers, added, len(first), Random(), start_index=start, first_partition=len(existing)
            )
        grown = existing | {number: znodes.ReplicaAssignment(tuple(replicas)) for number, replicas in new.items()}
        self._client.set(znodes.topic_path(topic), znodes.encode_topic(grown))

    def mark_for_deletion(self, topic: str) -> bool:
        """Ask the controller to delete a topic; False when it was asked already."""
        try:
            self._client.create(f"{znodes.DELETE_TOPICS}/{topic}", None, makepath=True)
        except NodeExists:
            return False
        return True

    def start_preferred_election(self, partitions: Sequence[tuple[str, int]]) -> None:
        """Ask the controller to let the preferred replicas lead. Raises RegistryError while it is still at it."""
        path = znodes.PREFERRED_REPLICA_ELECTION
        wanted = [znodes.TopicPartition(*name) for name in partitions]
        try:
            self._client.create(path, znodes.encode_partitions(wanted), makepath=True)
        except NodeExists:
            going_on = ",".join(map(str, self.preferred_election()))
            raise RegistryError(
                f"Preferred replica leader election currently in progress for {going_on}. Aborting operation"
            ) from None

    def preferred_election(self) -> list[znodes.TopicPartition]:
        """Return the partitions of the preferred election that is under way, if any."""
        return znodes.decode_partitions(self._get(znodes.PREFERRED_REPLICA_ELECTION))

    def reassignment(self) -> dict[znodes.TopicPartition, tuple[int, ...]] | None:
        """Return the replicas that partitions are being moved to, as asked for in the znode; None when it isn't there."""
        data = self._get(znodes.REASSIGN_PARTITIONS)
        return None if data is None else znodes.decode_reassignment(data)

    def start_reassignment(self, partitions: Mapping[tuple[str, int], Sequence[int]]) -> None:
        """Ask the controller to move partitions to these replicas."""
        wanted = {znodes.TopicPartition(*name): replicas for name, replicas in partitions.items()}
        self._client.create(znodes.REASSIGN_PARTITIONS, znodes.encode_reassignment(wanted), makepath=True)

    # --- configurations

    def config(self, entity: str) -> dict[str, str]:
        """Return the configuration of an entity such as `topics/T`; empty when it has none."""
        return znodes.decode_config(self._get(znodes.config_path(entity)))

    def config_entities(self, kind: str) -> list[str]:
        """Return the names that have a configuration of a kind such as `topics` or `users/U/clients`."""
        return self.children(znodes.config_path(kind))

    def change_config(self, entity: str, configs: Mapping[str, str]) -> None:
        """Replace the configuration of an entity and tell the brokers."""
        self._write_config(entity, configs)
        self._client.create(
            znodes.CONFIG_CHANGE_PREFIX, znodes.encode_config_change(entity), sequence=True, makepath=True
        )

    def change_topic_config(self, topic: str, configs: Mapping[str, str], check_configs: CheckConfigs) -> None:
        """As `change_config`, for a topic that is there. Raises ApiError, RegistryError and what `check_configs` raises."""
        check_name(topic)
        if self._client.exists(znodes.topic_path(topic)) is None:
            raise RegistryError(f'Topic "{topic}" does not exist.')
        check_configs(configs)
        self.change_config(f"topics/{topic}", configs)

    def _write_config(self, entity: str, configs: Mapping[str, str]) -> None:
        path, data = znodes.config_path(entity), znodes.encode_config(configs)
        try:
            self._client.set(path, data)
        except NoNode:
            self._client.create(path, data, acl=protected_acl(path) if self.login.is_known else None, makepath=True)

    def _get(self, path: str) -> bytes | None:
        try:
            return self._client.get(path)[0]
        except NoNode:
            return None

    def exists(self, path: str, *, watch: bool = False) -> bool:
        """Whether there is such a znode. watch: `await_change` ends when that has changed."""
        return self._client.exists(path, watch=watch) is not None

    def await_change(self, seconds: float) -> None:
        """Wait until something that is watched has changed, for so long at most. Raises ZooKeeperError."""
        self._session.await_event(seconds)

    def children(self, path: str) -> list[str]:
        """Return the names below a znode; none where there is none."""
        try:
            return self._client.get_children(path)
        except NoNode:
            return []


def protected_acl(path: str) -> list[Acl]:
    """Return the ACL that brokers with zookeeper.set.acl give a znode: others may read what isn't sensitive."""
    if path == "/consumers":
        return list(OPEN_ACL_UNSAFE)
    return [*CREATOR_ALL_ACL, *([] if path.startswith(_SENSITIVE) else READ_ACL_UNSAFE)]


def _check_wanted(wanted: Mapping[int, Sequence[int]], replication_factor: int, live: Sequence[int]) -> None:
    for number, replicas in wanted.items():
        shown = ", ".join(map(str, replicas))
        if len(set(replicas)) != len(replicas):
            raise ApiError(
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                f"Duplicate brokers not allowed in replica assignment: {shown} for partition id {number}.",
            )
        if not set(replicas) <= set(live):
            raise ApiError(
                ErrorCode.BROKER_NOT_AVAILABLE,
                f"Some brokers specified for partition id {number} are not available. Specified brokers: {shown}, "
                f"available brokers: {', '.join(map(str, live))}.",
            )
    bad = {number: len(replicas) for number, replicas in wanted.items() if len(replicas) != replication_factor}
    if bad:
        raise ApiError(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            f"Inconsistent replication factor between partitions, partition 0 has {replication_factor} while partitions "
            f"[{', '.join(map(str, bad))}] have replication factors [{', '.join(map(str, bad.values()))}], respectively.",
        )
