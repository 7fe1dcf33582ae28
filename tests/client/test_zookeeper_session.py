"""Sessions over one connection: servers that answer and don't, watches, pauses that are too long, servers that lie."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kafkacli.client.znode_client import ZnodeClient
from kafkacli.client.zookeeper_security import ZooKeeperLogin
from kafkacli.client.zookeeper_session import (
    NodeExists,
    NoNode,
    NotConnected,
    ZooKeeperError,
    ZooKeeperSession,
    host_and_port,
)
from kafkacli.zookeeper.protocol import ConnectResponse, Error, OpCode, PathRequest, WatcherEvent
from tests.support.server import free_port
from tests.support.zookeeper import RunningZooKeeper


class Client(ZnodeClient):
    """A session with the events that it tells."""

    def __init__(self, connect: str, timeout_s: float = 6.0) -> None:
        self.events: list[WatcherEvent] = []
        super().__init__(ZooKeeperSession(connect, timeout_s, ZooKeeperLogin(), self.events.append))


@pytest.fixture
def client(zookeeper_server: RunningZooKeeper) -> Iterator[Client]:
    client = Client(zookeeper_server.address)
    client.session.open(10)
    yield client
    client.session.close()


@contextmanager
def answering(*answers: bytes) -> Iterator[int]:
    """Give the port of a server that sends each of these after what it receives, and then closes."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            for answer in answers:
                connection.recv(65536)
                connection.sendall(answer)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def frame(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


ACCEPTED = frame(ConnectResponse(0, 6000, 1, bytes(16)).encode() + b"\0")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("h:1", ("h", 1)),
        ("h", ("h", 2181)),
        ("[::1]:7", ("::1", 7)),
        ("[::1]", ("::1", 2181)),
        ("::1", ("::1", 2181)),
    ],
)
def test_addresses(text: str, parts: tuple[str, int]) -> None:
    assert host_and_port(text) == parts


@pytest.mark.parametrize("text", ["", ":1", "h:", "h:x", "h:70000", "h:-1"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="a ZooKeeper server is named as host:port"):
        host_and_port(text)


def test_the_next_server_of_the_list_is_tried(zookeeper_server: RunningZooKeeper) -> None:
    client = Client(f"127.0.0.1:{free_port()},{zookeeper_server.address}")
    assert client.get_children("/") == ["zookeeper"]
    client.session.close()


def test_a_round_without_an_answer_says_why() -> None:
    session = ZooKeeperSession(f"127.0.0.1:{free_port()}", 6, ZooKeeperLogin())
    with pytest.raises(NotConnected) as error:
        session.open(10, rounds=1)
    assert isinstance(error.value.__cause__, ConnectionRefusedError)
    with pytest.raises(NotConnected):
        session.open(0.05)


def test_a_server_that_says_nothing_is_reported_once_and_given_its_time() -> None:
    told: list[OSError | None] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        session = ZooKeeperSession(f"127.0.0.1:{silent.getsockname()[1]}", 6, ZooKeeperLogin())
        with pytest.raises(NotConnected):
            session.open(0.2, patience_s=0.05, report=told.append)
    assert [type(trouble) for trouble in told] == [TimeoutError]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "a frame of"),
        ((frame(b"xy"),), "no ZooKeeper listens there"),
        ((frame(ConnectResponse(0, 0, 0, bytes(16)).encode()),), "the session was refused"),
        ((b"",), "the server has closed the connection"),
    ],
)
def test_what_is_no_zookeeper_is_told(answers: tuple[bytes, ...], why: str) -> None:
    with answering(*answers) as port:
        session = ZooKeeperSession(f"127.0.0.1:{port}", 6, ZooKeeperLogin())
        with pytest.raises(NotConnected) as error:
            session.open(5, rounds=1)
        assert why in str(error.value.__cause__)


@pytest.mark.parametrize("answer", [b"\0\0\0\3abc", b"\xff\xff\xff\xff", b"\0\0\0", b""])
def test_a_reply_that_is_none_fails_the_call(answer: bytes) -> None:
    with answering(ACCEPTED, answer) as port:
        session = ZooKeeperSession(f"127.0.0.1:{port}", 0.5, ZooKeeperLogin())
        session.open(5)
        with pytest.raises(ZooKeeperError, match="KeeperErrorCode = ConnectionLoss for /x"):
            session.call(OpCode.SYNC, PathRequest("/x"), "/x")
        assert not session.is_open


def test_refusals_have_their_class_and_javas_words(client: Client) -> None:
    with pytest.raises(NoNode, match="KeeperErrorCode = NoNode for /none"):
        client.get("/none")
    client.create("/a")
    with pytest.raises(NodeExists, match="KeeperErrorCode = NodeExists for /a"):
        client.create("/a")
    assert str(ZooKeeperError(-9999)) == "KeeperErrorCode = Unknown error -9999"


def test_a_watch_ends_the_wait_and_is_told(client: Client, zookeeper_server: RunningZooKeeper) -> None:
    assert client.exists("/later", watch=True) is None
    assert not client.session.await_event(0.01)
    other = Client(zookeeper_server.address)
    other.create("/later")
    assert client.session.await_event(10)
    assert client.events == [WatcherEvent(1, 3, "/later")]
    assert not client.session.await_event(0)
    other.session.close()


def test_an_event_that_comes_before_an_answer_counts(client: Client) -> None:
    client.exists("/mine", watch=True)
    client.create("/mine")
    assert client.session.await_event(0)


def test_waiting_keeps_the_session_alive(client: Client, zookeeper_server: RunningZooKeeper) -> None:
    client.session._lives_s = 0.03
    assert not client.session.await_event(0.1)  # with pings, whose answers are passed over
    assert client.get_children("/") == ["zookeeper"]
    zookeeper_server.stop()
    with pytest.raises(ZooKeeperError, match="ConnectionLoss"):
        client.session.await_event(10)


def test_after_a_long_pause_another_session_begins(client: Client) -> None:
    client.session.add_auth("digest", "me:secret")
    before = client.session._socket
    client.session._lives_s = 0
    client.create("/mine")
    assert client.session._socket is not before


def test_the_call_after_a_lost_connection_finds_the_server_again(
    client: Client, zookeeper_server: RunningZooKeeper
) -> None:
    zookeeper_server.settings["client_port"] = zookeeper_server.port
    zookeeper_server.stop()
    with pytest.raises(ZooKeeperError, match="ConnectionLoss"):
        client.get("/")
    zookeeper_server.start()
    assert client.get_children("/") == ["zookeeper"]


def test_credentials_that_are_refused(client: Client) -> None:
    with pytest.raises(ZooKeeperError) as error:
        client.session.add_auth("digest", None)
    assert error.value.code == Error.AUTH_FAILED
