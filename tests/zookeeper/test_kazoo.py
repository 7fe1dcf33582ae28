"""kazoo's client and recipes on our server: watches, sessions, reconnects, locks, elections, queues."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from kazoo.client import KazooClient, KazooState
from kazoo.exceptions import (
    BadVersionError,
    NoAuthError,
    NodeExistsError,
    NoNodeError,
    NotEmptyError,
)
from kazoo.security import make_digest_acl

from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper

_SECONDS = 10


@pytest.fixture
def connect(zookeeper_server: RunningZooKeeper) -> Iterator[Callable[..., Any]]:
    clients = []

    def make(**arguments: Any) -> Any:
        # The port must stay the same over a restart, for those that reconnect.
        zookeeper_server.settings["client_port"] = zookeeper_server.port
        client = KazooClient(zookeeper_server.address, **{"timeout": 10, **arguments})
        clients.append(client)
        client.start(_SECONDS)
        return client

    yield make
    for client in clients:
        client.stop()
        client.close()


def test_errors_are_the_ones_kazoo_knows(connect: Callable[..., Any]) -> None:
    client = connect()
    client.create("/a/b", makepath=True)
    with pytest.raises(NodeExistsError):
        client.create("/a")
    with pytest.raises(NoNodeError):
        client.get("/none")
    with pytest.raises(NotEmptyError):
        client.delete("/a")
    with pytest.raises(BadVersionError):
        client.set("/a", b"", version=7)
    client.create("/mine", acl=[make_digest_acl("me", "secret", all=True)])
    with pytest.raises(NoAuthError):
        client.get("/mine")
    client.add_auth("digest", "me:secret")
    assert client.get("/mine")[0] == b""
    client.delete("/a", recursive=True)
    assert client.sync("/") == "/"


def test_watches_fire_in_order_and_are_set_again_by_recipes(connect: Callable[..., Any]) -> None:
    client, other = connect(), connect()
    client.create("/w", b"0")
    seen: list[bytes] = []
    children: list[list[str]] = []
    client.DataWatch("/w")(lambda data, _: seen.append(data))
    client.ChildrenWatch("/w")(lambda names: children.append(sorted(names)))
    for number in range(1, 6):
        other.set("/w", str(number).encode())
        until(partial(lambda data: seen[-1] == data, str(number).encode()))
        other.create(f"/w/{number}")
        until(partial(lambda count: len(children[-1]) == count, number))
    assert seen == [str(number).encode() for number in range(6)]


def test_a_client_goes_on_with_its_session_and_watches_over_a_restart(
    connect: Callable[..., Any], zookeeper_server: RunningZooKeeper
) -> None:
    client, other = connect(), connect()
    client.create("/e", ephemeral=True)
    client.create("/w", b"old")
    session = client.client_id
    states: list[str] = []
    client.add_listener(states.append)
    told = threading.Event()
    client.get("/w", watch=lambda _: told.set())
    zookeeper_server.stop()
    until(lambda: KazooState.SUSPENDED in states)
    zookeeper_server.start()
    until(lambda: client.connected and other.connected)
    assert client.client_id == session
    assert KazooState.LOST not in states
    assert client.exists("/e")
    other.set("/w", b"new")
    assert told.wait(_SECONDS)


def test_ephemeral_znodes_go_with_their_client(connect: Callable[..., Any]) -> None:
    client, other = connect(), connect()
    client.create("/e", ephemeral=True)
    gone = threading.Event()
    other.exists("/e", watch=lambda _: gone.set())
    client.stop()
    assert gone.wait(_SECONDS)
    assert other.exists("/e") is None


def test_a_lock_is_held_by_one(connect: Callable[..., Any]) -> None:
    first, second = connect().Lock("/lock", "first"), connect().Lock("/lock", "second")
    assert first.acquire(timeout=_SECONDS)
    assert not second.acquire(blocking=False)
    waiter = threading.Thread(target=second.acquire, kwargs={"timeout": _SECONDS})
    waiter.start()
    until(lambda: second.contenders() == ["first", "second"])
    first.release()
    waiter.join(_SECONDS)
    assert second.is_acquired
    second.release()


def test_an_election_gives_the_next_when_the_leader_goes(connect: Callable[..., Any]) -> None:
    leaders: list[str] = []
    ends = {name: threading.Event() for name in ("a", "b")}

    def lead(name: str) -> None:
        leaders.append(name)
        ends[name].wait(_SECONDS)

    threads = []
    for name in ends:
        election = connect().Election("/election", name)
        threads.append(threading.Thread(target=election.run, args=(lead, name)))
        threads[-1].start()
        until(partial(lambda election, name: name in election.contenders(), election, name))
    until(lambda: leaders == ["a"])
    ends["a"].set()
    until(lambda: leaders == ["a", "b"])
    ends["b"].set()
    for thread in threads:
        thread.join(_SECONDS)


def test_counters_queues_parties_and_barriers(connect: Callable[..., Any]) -> None:
    client, other = connect(), connect()
    counter = client.Counter("/counter")
    for _ in range(5):
        counter += 2
    assert other.Counter("/counter").value == 10
    queue = client.Queue("/queue")
    for number in range(3):
        queue.put(str(number).encode())
    assert [other.Queue("/queue").get() for _ in range(4)] == [b"0", b"1", b"2", None]
    party = client.Party("/party", "me")
    party.join()
    assert list(other.Party("/party")) == ["me"]
    party.leave()
    assert list(other.Party("/party")) == []
    barrier = client.Barrier("/barrier")
    barrier.create()
    assert not other.Barrier("/barrier").wait(0.01)
    barrier.remove()
    assert other.Barrier("/barrier").wait(_SECONDS)


def test_many_clients_at_once_lose_no_count(connect: Callable[..., Any]) -> None:
    clients = [connect() for _ in range(4)]
    clients[0].create("/n", b"0")

    def count(client: Any) -> None:
        for _ in range(20):
            while True:
                data, stat = client.get("/n")
                try:
                    client.set("/n", str(int(data) + 1).encode(), version=stat.version)
                    break
                except BadVersionError:
                    continue

    threads = [threading.Thread(target=count, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_SECONDS)
    assert clients[0].get("/n")[0] == b"80"
