"""Frames in and out of one connection: whole, in pieces, many at once, wrong ones, slow readers."""

import asyncio
import logging
import mmap
import socket
import struct
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from kafkacli.broker import dispatch
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.connection import BUFFER_BYTES, FIRST_BUFFER_BYTES
from kafkacli.broker.dispatch import CloseConnection, RequestContext
from kafkacli.broker.listeners import Listener
from kafkacli.broker.quotas import ClientQuotas
from kafkacli.broker.server import ConnectionLimits, Server
from kafkacli.errors import ErrorCode
from kafkacli.wire import codec
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.header import encode_request
from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from kafkacli.wire.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from tests.support.loop import LoopThread
from tests.support.raw import RawClient

MAX_REQUEST_BYTES = 1_000_000
MANY_PARTS = [bytes([i % 251]) * 3000 for i in range(2500)]

CONFIG = KafkaConfig({"zookeeper.connect": "x"})


class EchoServer:
    """A server whose SyncGroup handler does what the request's group says; nothing behind it."""

    def __init__(self, loop: LoopThread, limits: ConnectionLimits) -> None:
        self.loop = loop
        self.released = asyncio.Event()
        self.waited = 0
        self.parked: list[asyncio.Future[SyncGroupResponse]] = []
        self.server = Server(SimpleNamespace(name="broker", config=CONFIG, quotas=ClientQuotas()), limits)  # type: ignore[arg-type]
        (listener,) = self.server.bind([Listener("PLAINTEXT", "PLAINTEXT", "127.0.0.1", 0, "127.0.0.1", 0)])
        self.port = listener.port
        loop.run(self.server.serve())

    def handle(self, request: SyncGroupRequest, context: RequestContext) -> Any:
        if request.group_id == "raise":
            raise RuntimeError("a handler's mistake")
        if request.group_id == "close":
            raise CloseConnection("as asked")
        if request.group_id == "none":
            return None
        if request.group_id == "park":
            self.parked.append(asyncio.get_running_loop().create_future())
            return self.parked[-1]
        if request.group_id == "wait":
            return self._wait(request)
        return SyncGroupResponse(assignment=bytes(request.group_id, "ascii") * (request.generation_id or 1))

    async def _wait(self, request: SyncGroupRequest) -> SyncGroupResponse:
        await self.released.wait()
        self.waited += 1
        return SyncGroupResponse(assignment=b"waited")

    def client(self) -> RawClient:
        return RawClient(self.port)


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.stop()


@pytest.fixture
def limits() -> ConnectionLimits:
    return ConnectionLimits(max_request_bytes=MAX_REQUEST_BYTES)


@pytest.fixture
def echo(loop: LoopThread, limits: ConnectionLimits, monkeypatch: pytest.MonkeyPatch) -> Iterator[EchoServer]:
    dispatch.import_handlers()
    server = EchoServer(loop, limits)

    def encode(response: SyncGroupResponse, version: int) -> list[Any]:
        if response.assignment != b"many":
            return codec.encode_parts(response, version)
        whole = codec.encode(SyncGroupResponse(assignment=b"".join(MANY_PARTS)), version)
        return [whole[: -sum(map(len, MANY_PARTS))], *MANY_PARTS]

    monkeypatch.delitem(dispatch.ROUTES, ApiKey.SYNC_GROUP)
    dispatch.handles(ApiKey.SYNC_GROUP, versions=(0, 3), encode=encode)(server.handle)
    yield server
    loop.loop.call_soon_threadsafe(server.released.set)
    loop.run(server.server.stop())


def request(group: str, correlation_id: int = 1, repeat: int = 1) -> bytes:
    message = SyncGroupRequest(group_id=group, member_id="m", generation_id=repeat)
    return encode_request(message, 1, correlation_id, "client")


def answered(client: RawClient) -> tuple[int, bytes]:
    response = client.response(SyncGroupResponse, 1)
    return client.last_correlation_id, bytes(response.assignment)


def test_answers_a_request(echo: EchoServer) -> None:
    with echo.client() as client:
        client.send(request("a"))
        assert answered(client) == (1, b"a")


def test_answers_a_request_that_comes_byte_by_byte(echo: EchoServer) -> None:
    with echo.client() as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request("abc"):
            client.send(bytes([byte]))
        assert answered(client) == (1, b"abc")


def test_answers_many_requests_sent_at_once_in_order(echo: EchoServer) -> None:
    with echo.client() as client:
        client.send(b"".join(request(f"g{i}", i) for i in range(3000)))
        assert [answered(client) for _ in range(3000)] == [(i, b"g%d" % i) for i in range(3000)]


@pytest.mark.parametrize("size", [BUFFER_BYTES - 40, BUFFER_BYTES, BUFFER_BYTES * 3])
def test_answers_requests_around_and_above_the_buffer_size(echo: EchoServer, size: int) -> None:
    member = "m" * 30000
    parts = [
        encode_request(
            SyncGroupRequest(group_id="big", member_id=member, assignments=_padding(size - 30000)), 1, i, "client"
        )
        for i in range(4)
    ]
    with echo.client() as client:
        for part in parts:
            client.send(part)
        client.send(request("small", 9))
        assert [answered(client)[0] for _ in range(5)] == [0, 1, 2, 3, 9]


def _padding(size: int) -> list[Any]:
    from kafkacli.wire.messages.sync_group import SyncGroupRequestAssignment

    return [SyncGroupRequestAssignment(member_id="x", assignment=b"p" * max(size, 0))]


def test_requests_behind_a_parked_one_wait_for_it(echo: EchoServer, loop: LoopThread) -> None:
    with echo.client() as client:
        client.send(request("wait", 1) + request("next", 2))
        client.send(b"".join(request("more" * 2000, i) for i in range(3, 40)))
        with echo.client() as other:  # the loop is free for others meanwhile
            other.send(request("other", 1))
            assert answered(other) == (1, b"other")
        loop.loop.call_soon_threadsafe(echo.released.set)
        assert answered(client) == (1, b"waited")
        assert answered(client) == (2, b"next")
        assert [answered(client)[0] for _ in range(3, 40)] == list(range(3, 40))


def test_a_request_without_a_response_lets_the_next_be_answered(echo: EchoServer) -> None:
    with echo.client() as client:
        client.send(request("none", 1) + request("a", 2))
        assert answered(client) == (2, b"a")


def test_a_client_that_goes_while_parked_is_forgotten(echo: EchoServer, loop: LoopThread) -> None:
    with echo.client() as client:
        client.send(request("park"))
        loop.run(_until(lambda: echo.parked))
    loop.run(_until(lambda: not echo.server._connections))
    assert echo.parked[0].cancelled()


def test_a_handler_at_work_ends_its_work_without_the_client(echo: EchoServer, loop: LoopThread) -> None:
    with echo.client() as client:
        client.send(request("wait"))
        loop.run(_until(lambda: any(connection.busy for connection in echo.server._connections)))
    loop.run(_until(lambda: not echo.server._connections))
    assert echo.waited == 0
    loop.loop.call_soon_threadsafe(echo.released.set)
    loop.run(_until(lambda: echo.waited == 1))


def test_a_handler_at_work_ends_with_the_server(echo: EchoServer, loop: LoopThread) -> None:
    with echo.client() as client:
        client.send(request("wait"))
        loop.run(_until(lambda: any(connection.busy for connection in echo.server._connections)))
    loop.run(_until(lambda: not echo.server._connections))
    loop.run(echo.server.stop())
    assert loop.run(_other_tasks()) == 0
    assert echo.waited == 0


async def _other_tasks() -> int:
    return len(asyncio.all_tasks()) - 1


async def _until(condition: Any) -> None:
    while not condition():
        await asyncio.sleep(0.001)


def test_a_client_that_reads_slowly_gets_everything_and_bounds_the_output(echo: EchoServer, loop: LoopThread) -> None:
    count, repeat = 60, 100_000
    with RawClient(echo.port) as client:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.send(b"".join(request("0123456789", i, repeat) for i in range(count)))

        async def buffered() -> int:
            while not echo.server._connections:
                await asyncio.sleep(0.001)
            (connection,) = echo.server._connections
            while connection._writable:
                await asyncio.sleep(0.001)
            return connection._transport.get_write_buffer_size()

        assert loop.run(buffered()) < 2 * 10 * repeat
        for i in range(count):
            correlation_id, data = answered(client)
            assert correlation_id == i
            assert len(data) == 10 * repeat


def test_a_buffer_takes_memory_only_for_what_has_come(echo: EchoServer, loop: LoopThread) -> None:
    big = encode_request(SyncGroupRequest(group_id="g", member_id="m", assignments=_padding(300_000)), 1, 1, None)
    with echo.client() as client:
        client.send(request("a"))
        answered(client)
        (connection,) = echo.server._connections
        assert len(connection._buffer) == FIRST_BUFFER_BYTES
        client.send(big[:10])
        loop.run(_until(lambda: len(connection._buffer) == len(big)))
        assert isinstance(connection._buffer, mmap.mmap)
        client.send(big[10:])
        assert answered(client) == (1, b"g")


BAD_FRAMES = {
    "negative size": (struct.pack(">i", -1), "Invalid receive (size = -1)"),
    "larger than allowed": (struct.pack(">i", MAX_REQUEST_BYTES + 1), "larger than 1000000"),
    "http": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "Invalid receive (size = 1195725856 larger than 1000000)"),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(600), "Invalid receive"),
    "empty": (struct.pack(">i", 0), "ends inside its header"),
    "cut off in the header": (struct.pack(">ihhi", 8, 14, 1, 1), "ends inside its header"),
    "unknown api": (struct.pack(">ihhih", 10, 999, 0, 1, -1), "Unknown API key 999"),
    "negative api": (struct.pack(">ihhih", 10, -1, 0, 1, -1), "Unknown API key -1"),
    "unknown version": (struct.pack(">ihhihx", 11, 14, 99, 1, -1), "apiKey: SYNC_GROUP, apiVersion: 99"),
    "negative version": (struct.pack(">ihhih", 10, 14, -1, 1, -1), "apiKey: SYNC_GROUP, apiVersion: -1"),
    "client id beyond the frame": (struct.pack(">ihhih", 10, 14, 1, 1, 500), "Error parsing request"),
    "no body": (struct.pack(">ihhih", 10, 14, 1, 1, -1), "Error parsing request"),
    "body too short": (struct.pack(">ihhihh", 12, 14, 1, 1, -1, 40), "Error parsing request"),
    "no utf-8": (request("aaaa").replace(b"aaaa", b"\xff\xfe\xfd\xfc"), "not UTF-8"),
    "array count without end": (
        struct.pack(">i", len(request("a")) - 4) + request("a")[4:-4] + struct.pack(">i", 2**31 - 1),
        "Error parsing request",
    ),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_a_bad_frame_closes_its_connection_with_one_line_and_no_other(
    echo: EchoServer, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    frame, line = BAD_FRAMES[name]
    with caplog.at_level(logging.INFO, "kafka"), echo.client() as good, echo.client() as bad:
        good.send(request("a"))
        assert answered(good) == (1, b"a")
        bad.send(frame)
        assert bad.is_closed()
        good.send(request("b", 2))
        assert answered(good) == (2, b"b")
    assert [record for record in caplog.records if line in record.getMessage()]
    assert len(caplog.records) == 1


def test_bytes_after_a_request_are_left_alone_as_in_kafka(echo: EchoServer) -> None:
    with echo.client() as client:
        client.send(struct.pack(">i", len(request("a")) - 4 + 3) + request("a")[4:] + b"xyz")
        assert answered(client) == (1, b"a")


def test_a_good_request_before_a_bad_frame_is_answered(echo: EchoServer) -> None:
    with echo.client() as client:
        client.send(request("a") + request("b", 2) + b"GET / HTTP/1.1\r\n\r\n")
        assert answered(client) == (1, b"a")
        assert answered(client) == (2, b"b")
        assert client.is_closed()


def test_an_answer_of_very_many_parts_arrives_whole(echo: EchoServer) -> None:
    with echo.client() as client:
        client.send(request("many"))
        response = client.response(SyncGroupResponse, 1)
        assert bytes(response.assignment) == b"".join(MANY_PARTS)


def test_a_frame_cut_off_by_the_end_of_the_connection_is_dropped(echo: EchoServer, loop: LoopThread) -> None:
    with echo.client() as client:
        client.send(request("abcdef")[:-3])
    loop.run(_until(lambda: not echo.server._connections))


def test_a_handlers_mistake_closes_the_connection_and_is_logged(
    echo: EchoServer, caplog: pytest.LogCaptureFixture
) -> None:
    with echo.client() as client:
        client.send(request("raise"))
        assert client.is_closed()
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "api=SYNC_GROUP, version=1" in record.getMessage()


def test_a_handler_may_close_the_connection(echo: EchoServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "kafka"), echo.client() as client:
        client.send(request("close"))
        assert client.is_closed()
    assert "as asked" in caplog.text


@pytest.mark.parametrize("version", [4, 99, -1])
def test_an_unknown_version_of_api_versions_is_answered_in_version_0(echo: EchoServer, version: int) -> None:
    with echo.client() as client:
        body = b"\x00\x02a\x02b\x00" if version > 0 else b""
        client.send(struct.pack(">ihhih", 10 + len(body), ApiKey.API_VERSIONS, version, 7, -1) + body)
        response = client.response(ApiVersionsResponse, 0)
        assert client.last_correlation_id == 7
        assert response.error_code == ErrorCode.UNSUPPORTED_VERSION
        assert [(key.api_key, key.min_version, key.max_version) for key in response.api_keys] == [(18, 0, 3)]
        client.ask(ApiVersionsRequest(client_software_name="a", client_software_version="1"), ApiVersionsResponse, 3)


def test_the_large_buffer_is_given_back(echo: EchoServer, loop: LoopThread) -> None:
    with echo.client() as client:
        big = SyncGroupRequest(group_id="g", member_id="m", assignments=_padding(300_000))
        client.send(encode_request(big, 1, 1, None))
        answered(client)
        (connection,) = echo.server._connections
        assert len(connection._buffer) > BUFFER_BYTES
        client.send(request("a", 2))
        answered(client)
        loop.run(_until(lambda: len(connection._buffer) == BUFFER_BYTES))


@pytest.mark.parametrize("limits", [ConnectionLimits(max_queued_bytes=200_000)])
def test_large_requests_wait_for_memory(echo: EchoServer, loop: LoopThread) -> None:
    big = encode_request(SyncGroupRequest(group_id="g", member_id="m", assignments=_padding(300_000)), 1, 1, None)
    with echo.client() as first, echo.client() as second, echo.client() as third:
        first.send(big[:-1])
        loop.run(_until(lambda: len(echo.server.memory._held) == 1))
        sending = threading.Thread(target=second.send, args=(big,))
        sending.start()
        loop.run(_until(lambda: len(echo.server.memory._waiting) == 1))
        third.send(request("a"))  # a small one needs none of it
        assert answered(third) == (1, b"a")
        assert len(echo.server.memory._held) == 1
        first.send(big[-1:])
        assert answered(first) == (1, b"g")
        assert answered(second) == (1, b"g")
        sending.join()
        loop.run(_until(lambda: not echo.server.memory._held))


@pytest.mark.parametrize("limits", [ConnectionLimits(max_queued_bytes=200_000)])
def test_memory_of_a_client_that_goes_is_for_others(echo: EchoServer, loop: LoopThread) -> None:
    big = encode_request(SyncGroupRequest(group_id="g", member_id="m", assignments=_padding(300_000)), 1, 1, None)
    with echo.client() as first, echo.client() as second, echo.client() as third:
        first.send(big[:-1])
        loop.run(_until(lambda: len(echo.server.memory._held) == 1))
        sending = threading.Thread(target=second.send, args=(big,))
        sending.start()
        third.send(big[:1000])
        loop.run(_until(lambda: len(echo.server.memory._waiting) == 2))
        third.socket.close()
        first.socket.close()
        assert answered(second) == (1, b"g")
        sending.join()
