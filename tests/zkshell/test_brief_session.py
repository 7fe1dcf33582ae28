"""Sessions for one command: they connect when they are asked, and tell what a session of the shell tells."""

import socket
from functools import partial

import pytest

from kafkacli.zkshell.brief_session import BriefSession
from kafkacli.zkshell.errors import OperationError
from kafkacli.zookeeper.protocol import CreateFlag, Error
from tests.support.server import free_port
from tests.support.shell_client import ShellClient
from tests.support.zookeeper import RunningZooKeeper

Client = partial(ShellClient, BriefSession)


def test_states_and_events_of_a_session(zookeeper_server: RunningZooKeeper) -> None:
    client = Client(zookeeper_server.address)
    assert (client.session.state, client.session.await_connected(9)) == ("CONNECTING", False)
    assert client.znodes.children("/")[0] == ["zookeeper"]
    assert (client.session.state, client.session.await_connected(0)) == ("CONNECTED", True)
    client.session.close()
    assert (client.session.state, client.session.is_alive) == ("CLOSED", False)
    assert client.events == [("SyncConnected", "None", None), ("Closed", "None", None)]


def test_watches_are_told_below_the_chroot(zookeeper_server: RunningZooKeeper) -> None:
    whole = Client(zookeeper_server.address)
    whole.create("/app")
    client = Client(zookeeper_server.address, "/app")
    assert client.znodes.exists("/a", watch=True) is None
    client.znodes.children("/", watch=True)
    assert client.create("/a") == "/a"
    assert client.events[1:] == [("SyncConnected", "NodeCreated", "/a"), ("SyncConnected", "NodeChildrenChanged", "/")]
    for each in (whole, client):
        each.session.close()


def test_ephemeral_znodes_outlive_the_command(zookeeper_server: RunningZooKeeper) -> None:
    client, other = Client(zookeeper_server.address), Client(zookeeper_server.address)
    client.create("/e", CreateFlag.EPHEMERAL)
    assert client.session.made_ephemerals
    client.session.leave()
    assert other.znodes.exists("/e") is not None
    other.session.close()


def test_a_refused_connection_fails_the_call_and_is_explained() -> None:
    client = Client(f"127.0.0.1:{free_port()}")
    with pytest.raises(OperationError, match="KeeperErrorCode = ConnectionLoss for /x"):
        client.znodes.get("/x")
    assert (client.session.state, client.events) == ("CONNECTING", [])
    (warning,) = client.warnings
    assert warning.endswith("no ZooKeeper answers: Connection refused")
    client.session.close()


def test_a_server_that_says_nothing_is_reported_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafkacli.zkshell.brief_session.PATIENCE_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Client(f"127.0.0.1:{silent.getsockname()[1]}", timeout_ms=300)
        with pytest.raises(OperationError) as error:
            client.znodes.get("/")
        assert error.value.code == Error.CONNECTION_LOSS
    assert "no answer to the connection yet" in client.warnings[0]


def test_a_connection_that_is_lost_is_told(zookeeper_server: RunningZooKeeper) -> None:
    client = Client(zookeeper_server.address)
    client.znodes.get("/")
    zookeeper_server.stop()
    with pytest.raises(OperationError) as error:
        client.znodes.get("/")
    assert error.value.code == Error.CONNECTION_LOSS
    assert client.events[1:] == [("Disconnected", "None", None)]
    assert client.session.state == "CONNECTING"
