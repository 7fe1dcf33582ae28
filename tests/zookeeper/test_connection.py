"""Connections: handshake, frames in any pieces, and what is wrong with them costs only its own connection."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kafkacli.zookeeper.protocol import (
    Acl,
    ConnectRequest,
    CreateFlag,
    CreateRequest,
    Error,
    GetDataResponse,
    Id,
    OpCode,
    PathWatchRequest,
    RequestHeader,
    SetDataRequest,
)
from kafkacli.zookeeper.sessions import password_of
from tests.support.zookeeper import RunningZooKeeper, four_letter
from tests.support.zookeeper_raw import RawClient

# Without those that noise might do something with.
READING = [
    OpCode.EXISTS,
    OpCode.GET_DATA,
    OpCode.GET_ACL,
    OpCode.SET_ACL,
    OpCode.CREATE,
    OpCode.MULTI,
    OpCode.SET_WATCHES,
]
OPEN = [Acl(31, Id("world", "anyone"))]


@pytest.fixture
def connect(zookeeper_server: RunningZooKeeper) -> Iterator[Callable[[], RawClient]]:
    clients: list[RawClient] = []

    def make() -> RawClient:
        clients.append(RawClient(zookeeper_server.port))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def test_a_session_is_given_with_a_negotiated_timeout(connect: Callable[[], RawClient]) -> None:
    response = connect().connect(timeout_ms=1)
    assert response.timeout_ms == 6000
    assert response.password == password_of(response.session_id)
    assert connect().connect(timeout_ms=10**6).timeout_ms == 60_000


def test_a_session_moves_to_a_new_connection_and_the_old_one_is_closed(connect: Callable[[], RawClient]) -> None:
    first, second = connect(), connect()
    first.connect()
    response = second.connect(session_id=first.session_id, password=first.password)
    assert response.session_id == first.session_id
    assert first.is_closed()
    second.ping()


@pytest.mark.parametrize("password", [bytes(16), b"", b"x" * 16])
def test_a_wrong_password_gets_no_session_and_hurts_nobody(connect: Callable[[], RawClient], password: bytes) -> None:
    owner, thief = connect(), connect()
    owner.connect()
    response = thief.connect(session_id=owner.session_id, password=password)
    assert (response.session_id, response.timeout_ms, response.password) == (0, 0, bytes(16))
    assert thief.is_closed()
    owner.ping()


def test_a_client_that_has_seen_more_is_turned_away(connect: Callable[[], RawClient]) -> None:
    client = connect()
    client.send_frame(ConnectRequest(0, 1 << 40, 10_000, 0, bytes(16)).encode())
    assert client.is_closed()


def test_a_client_without_the_read_only_flag_gets_an_answer_without_it(connect: Callable[[], RawClient]) -> None:
    client = connect()
    client.send_frame(ConnectRequest(0, 0, 10_000, 0, bytes(16)).encode())
    assert len(client.receive_frame()) == 36


def test_requests_may_come_in_any_pieces(connect: Callable[[], RawClient]) -> None:
    client = connect()
    client.connect()
    frame = RequestHeader(1, OpCode.CREATE).encode() + CreateRequest("/a", b"x" * 50, OPEN, 0).encode()
    for byte in len(frame).to_bytes(4, "big") + frame:
        client.socket.sendall(bytes([byte]))
    assert client.receive()[0].err == Error.OK
    requests = b""
    for xid in range(2, 200):
        frame = RequestHeader(xid, OpCode.SET_DATA).encode() + SetDataRequest("/a", b"%d" % xid, -1).encode()
        requests += len(frame).to_bytes(4, "big") + frame
    client.socket.sendall(requests)
    assert [client.receive()[0].xid for _ in range(2, 200)] == list(range(2, 200))
    response = client.get(GetDataResponse, OpCode.GET_DATA, PathWatchRequest("/a", False))
    assert (response.data, response.stat.version) == (b"199", 198)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xff\xff\xff",  # a length below zero
        b"\x7f\xff\xff\xff",  # more than jute.maxbuffer
        b"\x00\x10\x00\x00",  # a byte more than that
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x00\x00\x00\x00",  # no header
        b"\x00\x00\x00\x07\x00\x00\x00\x01\x00\x00\x00",  # a header that is cut
        b"\x00\x00\x00\x0c\x00\x00\x00\x01\x00\x00\x00\x64\x00\x00\x00\x00",  # an authentication without a scheme
    ],
)
@pytest.mark.parametrize("established", [True, False])
def test_a_malformed_frame_closes_its_own_connection_only(
    connect: Callable[[], RawClient], content: bytes, established: bool
) -> None:
    good, bad = connect(), connect()
    good.connect()
    if established:
        bad.connect()
    bad.socket.sendall(content)
    assert bad.is_closed()
    good.ping()
    assert connect().connect().session_id


def test_noise_of_any_kind_leaves_the_server_as_it_was(
    zookeeper_server: RunningZooKeeper, connect: Callable[[], RawClient]
) -> None:
    good = connect()
    good.connect()
    before = picture_of(zookeeper_server)
    noise = random.Random(1)
    for _ in range(150):
        bad = connect()
        if noise.random() < 0.7:
            bad.connect()
        for _ in range(noise.randrange(4)):
            content = noise.randbytes(noise.choice((0, 3, 8, 9, 30, 300)))
            if noise.random() < 0.7:  # a request of a kind that reads it
                content = RequestHeader(noise.randrange(1 << 31), noise.choice(READING)).encode() + content
            length = len(content) + noise.choice((0, 0, 0, 1, -1))
            with suppress(ConnectionError):
                bad.socket.sendall(max(length, 0).to_bytes(4, "big") + content)
        bad.close()
        good.ping()
    assert picture_of(zookeeper_server) == before


def picture_of(server: RunningZooKeeper) -> dict[str, bytes | None]:
    return {path: node.data for path, node in server.server.pipeline.tree.nodes.items()}


@pytest.mark.parametrize("code", [0, 10, 13, 22, 99, 103, -10, 10**9])
def test_an_unknown_operation_is_answered_and_the_connection_closed(
    connect: Callable[[], RawClient], code: int
) -> None:
    client = connect()
    client.connect()
    assert client.call(code) == (Error.UNIMPLEMENTED, b"")
    assert client.is_closed()


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (OpCode.CREATE, b""),
        (OpCode.CREATE, b"\x00\x00\x00\x02/a\x00\x00\x00\x01x\x7f\xff\xff\xff"),  # two thousand million ACLs
        (OpCode.GET_DATA, b"\x00\x00\x00\x7f/a"),
        (OpCode.GET_DATA, b"\xff\xff\xff\xfe"),
        (OpCode.MULTI, b"\x00\x00\x00\x63\x00\x00\x00\x00\x00"),  # a part of an unknown kind
        (OpCode.MULTI, b""),
        (OpCode.SET_WATCHES, b"\x00"),
    ],
)
def test_a_request_that_cannot_be_read_gets_an_error(
    connect: Callable[[], RawClient], code: OpCode, body: bytes
) -> None:
    client = connect()
    client.connect()
    assert client.call(code, body) == (Error.MARSHALLING_ERROR, b"")
    client.ping()


def test_closing_a_session_is_answered_and_takes_its_znodes_along(connect: Callable[[], RawClient]) -> None:
    client, other = connect(), connect()
    client.connect()
    other.connect()
    client.call(OpCode.CREATE, CreateRequest("/e", b"", OPEN, CreateFlag.EPHEMERAL))
    assert client.call(OpCode.CLOSE_SESSION) == (Error.OK, b"")
    assert client.is_closed()
    assert other.call(OpCode.EXISTS, PathWatchRequest("/e", False))[0] == Error.NO_NODE


def test_a_client_that_reads_nothing_harms_only_itself(
    zookeeper_server: RunningZooKeeper, connect: Callable[[], RawClient]
) -> None:
    slow, quick = connect(), connect()
    slow.connect()
    quick.connect()
    quick.call(OpCode.CREATE, CreateRequest("/big", b"x" * 100_000, OPEN, 0))
    frame = RequestHeader(1, OpCode.GET_DATA).encode() + PathWatchRequest("/big", False).encode()
    requests = (len(frame).to_bytes(4, "big") + frame) * 1000
    slow.socket.settimeout(0.2)
    with pytest.raises(TimeoutError):  # the server reads no more
        _send_for_ever(slow, requests)
    (connection,) = [each for each in zookeeper_server.server.connections if each.session_id == slow.session_id]
    assert connection.stats.sent < 200  # and holds only a few of the answers
    quick.ping()


def _send_for_ever(client: RawClient, content: bytes) -> None:
    while True:
        client.socket.sendall(content)


def test_too_many_connections_from_one_address_are_refused(tmp_path: Path) -> None:
    server = RunningZooKeeper(tmp_path / "zookeeper", max_client_connections=2)
    clients = [RawClient(server.port) for _ in range(3)]
    try:
        clients[0].connect()
        clients[1].connect()
        assert clients[2].is_closed()
        clients[0].close()
        clients[1].ping()
    finally:
        for client in clients:
            client.close()
        server.close()


def test_an_expired_session_is_closed_by_the_server(tmp_path: Path) -> None:
    server = RunningZooKeeper(tmp_path / "zookeeper", tick_time_ms=20)
    client = RawClient(server.port)
    try:
        client.connect(timeout_ms=1)
        assert client.is_closed()
        again = RawClient(server.port)
        assert again.connect(session_id=client.session_id, password=client.password).session_id == 0
        again.close()
    finally:
        client.close()
        server.close()


def test_only_words_of_the_whitelist_are_answered(zookeeper_server: RunningZooKeeper) -> None:
    assert "Mode: standalone" in four_letter(zookeeper_server.port, "srvr")
    assert four_letter(zookeeper_server.port, "ruok") == "ruok is not executed because it is not in the whitelist.\n"
