"""Sessions: connecting and not, watches over a reconnection, sessions that end from outside."""

import socket
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest

from kafkacli.zkshell.errors import OperationError
from kafkacli.zkshell.session import Session
from kafkacli.zookeeper.protocol import Acl, CreateFlag, Error, Id, Perms
from tests.support.server import free_port
from tests.support.shell_client import ShellClient
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper

Client = partial(ShellClient, partial(Session, read_only=False))


@pytest.fixture
def client(zookeeper_server: RunningZooKeeper) -> Iterator[ShellClient[Session]]:
    client = Client(zookeeper_server.address)
    assert client.session.await_connected(10)
    yield client
    if client.session.is_alive:
        client.session.close()


def test_states_and_events_of_a_session(client: ShellClient[Session]) -> None:
    assert client.session.state == "CONNECTED"
    client.session.close()
    assert client.session.state == "CLOSED"
    assert client.events == [("SyncConnected", "None", None), ("Closed", "None", None)]
    with pytest.raises(OperationError) as error:
        client.znodes.get("/")
    assert error.value.code == Error.SESSION_EXPIRED


def test_a_refused_connection_fails_the_call_and_is_explained() -> None:
    client = Client(f"127.0.0.1:{free_port()}")
    with pytest.raises(OperationError, match="KeeperErrorCode = ConnectionLoss for /x"):
        client.znodes.get("/x")
    assert client.session.state == "CONNECTING"
    (warning,) = client.warnings
    assert warning.endswith("no ZooKeeper answers: Connection refused")
    client.session.close()


def test_the_next_server_of_the_list_is_tried(zookeeper_server: RunningZooKeeper) -> None:
    client = Client(f"127.0.0.1:{free_port()},{zookeeper_server.address}")
    assert client.znodes.children("/")[0] == ["zookeeper"]
    client.session.close()


def test_a_server_that_says_nothing_is_reported_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafkacli.zkshell.session._PATIENCE_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Client(f"127.0.0.1:{silent.getsockname()[1]}", timeout_ms=300)
        with pytest.raises(OperationError) as error:
            client.znodes.get("/")
        assert error.value.code == Error.CONNECTION_LOSS
        assert "no answer to the connection yet" in client.warnings[0]
        client.session.close()


def test_a_session_that_never_began_ends_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Client(f"127.0.0.1:{silent.getsockname()[1]}", timeout_ms=60_000)
        until(lambda: client.session._client._connection._socket is not None)
        begun = time.monotonic()
        client.session.close()
        assert time.monotonic() - begun < 5
    assert client.events == [("Closed", "None", None)]


def test_a_call_begun_before_the_server_is_up_finds_it(zookeeper_server: RunningZooKeeper) -> None:
    zookeeper_server.settings["client_port"] = zookeeper_server.port
    zookeeper_server.stop()
    client = Client(zookeeper_server.address)
    assert not client.session.await_connected(5)
    zookeeper_server.start()
    until(lambda: client.session.is_connected)
    assert client.znodes.children("/")[0] == ["zookeeper"]
    client.session.close()


def test_an_event_comes_before_the_answer_to_what_caused_it(client: ShellClient[Session]) -> None:
    client.create("/a")
    client.znodes.get("/a", watch=True)
    client.znodes.children("/a", watch=True)
    client.znodes.delete("/a")
    assert client.events[1:] == [("SyncConnected", "NodeDeleted", "/a")]  # once, for two watches


def test_paths_of_events_and_answers_are_below_the_chroot(
    client: ShellClient[Session], zookeeper_server: RunningZooKeeper
) -> None:
    client.create("/app")
    below = Client(zookeeper_server.address, "/app")
    assert below.create("/n-", CreateFlag.PERSISTENT_SEQUENTIAL) == "/n-0000000000"
    below.znodes.children("/", watch=True)
    below.create("/more")
    assert below.events[1:] == [("SyncConnected", "NodeChildrenChanged", "/")]
    assert sorted(client.znodes.children("/app")[0]) == ["more", "n-0000000000"]
    below.session.close()


def test_watches_outlive_a_reconnection(client: ShellClient[Session], zookeeper_server: RunningZooKeeper) -> None:
    zookeeper_server.settings["client_port"] = zookeeper_server.port
    for path in ("/data", "/children", "/quiet"):
        client.create(path)
    client.znodes.get("/data", watch=True)
    client.znodes.get("/quiet", watch=True)
    client.znodes.children("/children", watch=True)
    assert client.znodes.exists("/later", watch=True) is None
    zookeeper_server.stop()
    until(lambda: client.session.state == "CONNECTING")
    zookeeper_server.start()
    until(lambda: client.session.is_connected)
    client.znodes.set("/data", b"new")
    client.create("/children/one")
    client.create("/later")
    assert client.events[1:] == [
        ("Disconnected", "None", None),
        ("SyncConnected", "None", None),
        ("SyncConnected", "NodeDataChanged", "/data"),
        ("SyncConnected", "NodeChildrenChanged", "/children"),
        ("SyncConnected", "NodeCreated", "/later"),
    ]


def test_what_changed_meanwhile_is_told_after_the_reconnection(
    client: ShellClient[Session], zookeeper_server: RunningZooKeeper
) -> None:
    client.create("/data")
    client.znodes.get("/data", watch=True)
    assert client.znodes.exists("/later", watch=True) is None
    other = Client(zookeeper_server.address)
    assert other.session.await_connected(10)
    connection = client.session._client._connection
    blocked, go_on = threading.Event(), threading.Event()
    original = connection._connect

    def connect(*arguments: object) -> object:
        blocked.set()
        assert go_on.wait(10)
        return original(*arguments)

    connection._connect = connect
    connection._socket.shutdown(socket.SHUT_RDWR)
    assert blocked.wait(10)
    other.znodes.set("/data", b"new")
    other.create("/later")
    go_on.set()
    until(lambda: len(client.events) == 5)
    assert sorted(client.events[3:], key=str) == [
        ("SyncConnected", "NodeCreated", "/later"),
        ("SyncConnected", "NodeDataChanged", "/data"),
    ]
    other.session.close()


def test_an_expired_session_stays_closed(client: ShellClient[Session]) -> None:
    client.session._client._session_passwd = b"\x01" * 16  # the server takes it for a session that it doesn't know
    client.session._client._connection._socket.shutdown(socket.SHUT_RDWR)
    until(lambda: client.session.state == "CLOSED")
    assert client.events[1:] == [("Disconnected", "None", None), ("Expired", "None", None)]
    assert not client.session.is_alive


def test_refused_credentials_end_the_session(client: ShellClient[Session]) -> None:
    client.session.add_auth("digest", None)
    assert client.session.state == "AUTH_FAILED"
    assert client.events[1:] == [("AuthFailed", "None", None)]


def test_credentials_count_again_after_a_reconnection(
    client: ShellClient[Session], zookeeper_server: RunningZooKeeper
) -> None:
    zookeeper_server.settings["client_port"] = zookeeper_server.port
    client.session.add_auth("digest", "me:secret")
    client.znodes.create("/mine", b"x", [Acl(Perms.ALL, Id("auth", ""))], CreateFlag.PERSISTENT)
    zookeeper_server.stop()
    until(lambda: client.session.state == "CONNECTING")
    zookeeper_server.start()
    until(lambda: client.session.is_connected)
    assert client.znodes.get("/mine")[0] == b"x"


def test_removing_a_watch_that_is_not_there(client: ShellClient[Session]) -> None:
    with pytest.raises(OperationError, match="No such watcher for /"):
        client.znodes.remove_watches("/", 3, locally=False)
