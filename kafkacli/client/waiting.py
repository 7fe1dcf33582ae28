"""What has to be so in a cluster, what of it is missing, and waiting for the rest with pauses that grow.

Of brokers only looking again tells what has changed. ZooKeeper tells by itself: a pause ends when a znode comes.
"""

from __future__ import annotations

import time

from kafkacli.client.cluster import CallTimedOut, Cluster
from kafkacli.client.connection import AuthenticationFailed, ConnectFailed
from kafkacli.client.settings import SettingsError
from kafkacli.errors import ApiError, ErrorCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kafkacli.client.registry import Registry
    from kafkacli.client.settings import ClientSettings
    from kafkacli.client.zookeeper_security import ZooKeeperLogin
    from kafkacli.wire.messages.metadata import MetadataResponse, MetadataResponseTopic

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0
# A server that says nothing for so long is asked on a new connection; the last look, too, has time for an answer.
_LONGEST_LOOK_S, _SHORTEST_LOOK_S = 10.0, 1.0


class Wanted:
    """What has to be so of the brokers.

    brokers: at least so many are up. topics: are there, with `partitions` at least and a leader for each; in_sync: with all
    their replicas in sync, those of every topic when no topic is named. groups: `is_empty`: have no members; `max_lag`: are
    behind by so many records at most, None for any lag, on `topics` alone when there are some.
    """

    __slots__ = ("brokers", "groups", "in_sync", "is_empty", "max_lag", "partitions", "topics")

    def __init__(
        self,
        *,
        brokers: int = 1,
        topics: Sequence[str] = (),
        partitions: int = 1,
        in_sync: bool = False,
        groups: Sequence[str] = (),
        is_empty: bool = False,
        max_lag: int | None = None,
    ) -> None:
        self.brokers = brokers
        self.topics = list(topics)
        self.partitions = partitions
        self.in_sync = in_sync
        self.groups = list(groups)
        self.is_empty = is_empty
        self.max_lag = max_lag


def wait(
    look: Callable[[float], list[str]],
    timeout_s: float,
    *,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> list[str]:
    """Look until nothing is missing; return what still is when the time is over, [] when it never was.

    look: called with its deadline, returns what is missing. The pauses between looks grow.
    """
    deadline = now() + timeout_s
    pause = _FIRST_PAUSE_S
    while missing := look(deadline):
        left = deadline - now()
        if left <= 0:
            break
        sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE_S)
    return missing


def _look_s(deadline: float) -> float:
    return max(_SHORTEST_LOOK_S, min(deadline - time.monotonic(), _LONGEST_LOOK_S))


class BrokerWatch:
    """Looks at the brokers. Raises what won't pass: AuthenticationFailed, ApiErrors, SettingsError for the list."""

    def __init__(self, bootstrap: str, settings: ClientSettings, wanted: Wanted) -> None:
        self._bootstrap = bootstrap
        self._settings = settings
        self._wanted = wanted
        self._cluster: Cluster | None = None

    def close(self) -> None:
        """Close the connections."""
        if self._cluster is not None:
            self._cluster.close()
            self._cluster = None

    def missing(self, deadline: float) -> list[str]:
        """Return what is not so yet. deadline: of the monotonic clock."""
        left = _look_s(deadline)
        self._settings.api_timeout_ms = int(left * 1000)
        deadline = time.monotonic() + left
        try:
            if self._cluster is None:
                self._cluster = Cluster(self._bootstrap, self._settings)
            return self._look(self._cluster, deadline)
        except AuthenticationFailed:
            raise
        except SettingsError as error:
            if not str(error).startswith("No resolvable"):
                raise
            return [f"{self._bootstrap}: the name can't be resolved (DNS)"]
        except ApiError as error:
            if not error.info.retriable:
                raise
            trouble: BaseException = error
        except (ConnectFailed, CallTimedOut) as error:
            trouble = error.__cause__ if isinstance(error, CallTimedOut) and error.__cause__ else error
        self.close()
        groups = f"group {', '.join(self._wanted.groups)}: " if isinstance(trouble, ApiError) else ""
        return [f"{groups}{trouble}"]

    def _look(self, cluster: Cluster, deadline: float) -> list[str]:
        wanted = self._wanted
        names = None if wanted.in_sync and not wanted.topics else wanted.topics
        found = cluster.topic_metadata(names, deadline)
        missing = broker_troubles(found, wanted)
        if missing:
            return missing
        if wanted.is_empty:
            missing += _members(cluster, wanted.groups)
        if wanted.max_lag is not None:
            for group in wanted.groups:
                missing += _lag(cluster, group, wanted.topics, wanted.max_lag)
        return missing


def broker_troubles(found: MetadataResponse, wanted: Wanted) -> list[str]:
    """Return what is not so of brokers and topics. Raises ApiError for what won't pass."""
    missing = []
    if len(found.brokers) < wanted.brokers:
        missing.append(f"{len(found.brokers)} of {wanted.brokers} brokers are up")
    for topic in found.topics:
        if text := _topic_trouble(topic, wanted):
            missing.append(f"topic {topic.name} {text}")
    return missing


def _topic_trouble(topic: MetadataResponseTopic, wanted: Wanted) -> str:
    if topic.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
        return "does not exist"
    if topic.error_code == ErrorCode.LEADER_NOT_AVAILABLE:
        return "has no leaders yet"
    if topic.error_code:
        raise ApiError(topic.error_code, f"topic {topic.name}: {ApiError(topic.error_code)}")
    if len(topic.partitions) < wanted.partitions:
        return f"has {len(topic.partitions)} of {wanted.partitions} partitions"
    if leaderless := [row.partition_index for row in topic.partitions if row.leader_id < 0]:
        return f"has no leader for {_numbers(leaderless)}"
    if wanted.in_sync:
        behind = [row.partition_index for row in topic.partitions if not set(row.replica_nodes) <= set(row.isr_nodes)]
        if behind:
            return f"has replicas that are not in sync in {_numbers(behind)}"
    return ""


def _numbers(indexes: list[int]) -> str:
    shown = ", ".join(map(str, sorted(indexes)[:5]))
    more = f" and {len(indexes) - 5} more" if len(indexes) > 5 else ""
    return f"partition{'s' if len(indexes) > 1 else ''} {shown}{more}"


def _members(cluster: Cluster, groups: list[str]) -> list[str]:
    from kafkacli.client.groups import describe_groups

    return [
        f"group {group.group_id} has {len(group.members)} member{'s' if len(group.members) > 1 else ''} ({group.state})"
        for group in describe_groups(cluster, groups)
        if group.members
    ]


def _lag(cluster: Cluster, group: str, topics: list[str], max_lag: int) -> list[str]:
    """Say how far a group is behind: on the topics, or on what it has committed when there are none."""
    from kafkacli.client.groups import committed_offsets
    from kafkacli.client.offsets import EARLIEST, LATEST, list_offsets
    from kafkacli.client.topics import describe_topics

    committed = committed_offsets(cluster, group)
    if topics:
        partitions = [(topic.name, row.index) for topic in describe_topics(cluster, topics) for row in topic.partitions]
    else:
        partitions = sorted(committed)
    if not partitions:
        return [f"group {group} has committed nothing"]
    ends = list_offsets(cluster, partitions, LATEST)
    new = [partition for partition in partitions if partition not in committed]
    starts = list_offsets(cluster, new, EARLIEST)
    lag = sum(max(0, ends[each] - committed.get(each, starts.get(each, 0))) for each in partitions)
    return [f"group {group} has a lag of {lag}"] if lag > max_lag else []


class ZnodeWatch:
    """Looks for znodes. connect: host:port,.../chroot."""

    def __init__(self, connect: str, login: ZooKeeperLogin, paths: Sequence[str]) -> None:
        self._connect = connect
        self._login = login
        self._paths = paths
        self._registry: Registry | None = None

    def close(self) -> None:
        """End the session."""
        if self._registry is not None:
            self._registry.close()
            self._registry = None

    def missing(self, deadline: float) -> list[str]:
        """Return what is not there yet. deadline: of the monotonic clock."""
        from kafkacli.client.registry import Registry, RegistryError
        from kafkacli.client.zookeeper_session import ZooKeeperError

        try:
            if self._registry is None:
                self._registry = Registry(self._connect, _look_s(deadline), login=self._login)
        except RegistryError as error:
            return [str(error)]
        try:
            there = {path: self._registry.exists(path, watch=True) for path in self._paths}
        except ZooKeeperError as error:
            self.close()
            return [f"{self._connect}: {error}"]
        return [f"znode {path} does not exist" for path, is_there in there.items() if not is_there]

    def pause(self, seconds: float) -> None:
        """Wait so long, or until one of the znodes has come."""
        from kafkacli.client.zookeeper_session import ZooKeeperError

        if self._registry is None:
            time.sleep(seconds)
            return
        try:
            self._registry.await_change(seconds)
        except ZooKeeperError:
            self.close()
