"""Situations that random operations don't reach, on ours and on Apache ZooKeeper 3.5.9: the same is seen from outside."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kafkacli.zookeeper.admin_commands import COMMANDS
from kafkacli.zookeeper.protocol import (
    Acl,
    AuthPacket,
    ConnectRequest,
    CreateFlag,
    CreateRequest,
    GetAclResponse,
    GetDataResponse,
    Id,
    OpCode,
    PathRequest,
    PathTypeRequest,
    PathVersionRequest,
    PathWatchRequest,
    ReconfigRequest,
    SetDataRequest,
    SetWatches,
)
from tests.support.apache import Apache
from tests.support.server import free_port
from tests.support.zookeeper import ZooKeeperProcess, four_letter
from tests.support.zookeeper_raw import RawClient

pytestmark = pytest.mark.apache

OPEN = [Acl(31, Id("world", "anyone"))]
SETTINGS = {
    "4lw__commands__whitelist": "*",
    "tickTime": 2000,
    "reconfigEnabled": "true",
    "preAllocSize": 64,
    "admin__enableServer": "true",
    "admin__serverAddress": "127.0.0.1",
    # super:secret
    "DigestAuthenticationProvider__superDigest": "super:lK75jTNcA+U9vtVEw5vB51mj/w4=",
}
MOST = 0xFFFFF


class Server:
    """One side: a process, the ports that it listens on, and clients that end with the test."""

    def __init__(self, process: ZooKeeperProcess, admin_port: int) -> None:
        self.process = process
        self.port = process.port
        self.admin_port = admin_port
        self.clients: list[RawClient] = []

    def client(self, **arguments: Any) -> RawClient:
        """Return a client with a session."""
        client = self.bare()
        client.connect(**arguments)
        return client

    def bare(self) -> RawClient:
        """Return a client that hasn't said anything."""
        self.clients.append(RawClient(self.port))
        return self.clients[-1]

    def close_clients(self) -> None:
        """End their connections; the sessions are left."""
        while self.clients:
            self.clients.pop().close()


@pytest.fixture(scope="module")
def pair(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Ours and Apache's."""
    servers = []
    try:
        for command in (ZooKeeperProcess.OURS, tuple(apache.command("zookeeper-server-start.sh"))):
            admin_port = free_port()
            data = tmp_path_factory.mktemp("likeness") / "data"
            process = ZooKeeperProcess(data, free_port(), **{**SETTINGS, "admin__serverPort": admin_port})
            servers.append(Server(process, admin_port))
            process.start(command)
        yield servers[0], servers[1]
    finally:
        for server in servers:
            server.close_clients()
            server.process.close()


def odd_pings(server: Server) -> object:
    client = server.client()
    client.send(OpCode.PING, b"", xid=77)
    return client.receive()[0].xid


def unknown_operations(server: Server) -> object:
    seen = []
    for code in (10, 22, 50, 103, -7):
        client = server.client()
        err, body = client.call(code, b"")
        seen.append((err, body, client.last_zxid, client.is_closed()))
    return seen


def watches_that_are_not_there(server: Server) -> object:
    client = server.client()
    client.call(OpCode.GET_DATA, PathWatchRequest("/", True))
    return [
        client.call(code, PathTypeRequest(path, kind))
        for code in (OpCode.CHECK_WATCHES, OpCode.REMOVE_WATCHES)
        for path in ("/", "/none", "")
        for kind in (0, 1, 2, 3, 4, -1)
    ]


def watches_set_again(server: Server) -> object:
    client = server.client()
    for path in ("/sw", "/sw/old", "/sw/new"):
        client.call(OpCode.CREATE, CreateRequest(path, b"", OPEN, 0))
        seen = client.last_zxid
    client.call(OpCode.SET_DATA, SetDataRequest("/sw/new", b"1", -1))
    client.call(OpCode.CREATE, CreateRequest("/sw/new/child", b"", OPEN, 0))
    other = server.client()
    paths = ["/sw", "/sw/old", "/sw/new", "/sw/none"]
    answer = other.call(OpCode.SET_WATCHES, SetWatches(seen, paths, paths, paths), xid=-8)
    told = [(event.type, event.path) for event in other.events]
    summary = four_letter(server.port, "wchp")
    for path in ("/sw/new/child", "/sw/new", "/sw/old", "/sw"):
        client.call(OpCode.DELETE, PathVersionRequest(path, -1))
    return answer, told, sorted(re.findall(r"^/.*", summary, re.MULTILINE))


def a_session_that_moves(server: Server) -> object:
    first = server.client(timeout_ms=8000)
    second = server.bare()
    answer = second.connect(session_id=first.session_id, password=first.password, timeout_ms=8000)
    kept = answer.session_id == first.session_id
    return kept, answer.timeout_ms, first.is_closed(), second.call(OpCode.EXISTS, PathWatchRequest("/", False))[0]


def wrong_passwords(server: Server) -> object:
    owner = server.client()
    seen = []
    for password in (b"x" * 16, b"", b"x" * 15, owner.password + b"x"):
        other = server.bare()
        request = ConnectRequest(0, 0, 8000, owner.session_id, password)
        other.send_frame(request.encode() + b"\0")
        seen.append((other.receive_frame(), other.is_closed()))
    return seen


def negotiated_timeouts(server: Server) -> object:
    return [server.bare().connect(timeout_ms=timeout).timeout_ms for timeout in (-1, 0, 3999, 4001, 40_000, 1 << 30)]


def how_a_client_may_say_hello(server: Server) -> object:
    seen: list[object] = []
    request = ConnectRequest(0, 0, 8000, 0, bytes(16)).encode()
    for content in (request + b"\1", request, request + b"\0more", ConnectRequest(9, 0, 8000, 0, None).encode()):
        client = server.bare()
        client.send_frame(content)
        frame = client.receive_frame()
        seen.append((len(frame), frame[:8], frame[36:]))
    for content in (request[:-1], b"", b"\0" * 10):
        client = server.bare()
        client.send_frame(content)
        seen.append(client.is_closed())
    late = server.bare()
    late.send_frame(ConnectRequest(0, 1 << 40, 8000, 0, bytes(16)).encode() + b"\0")
    return [*seen, late.is_closed()]


def lengths_at_the_limit(server: Server) -> object:
    seen: list[object] = []
    for size in (MOST, MOST + 1):
        client = server.client()
        request = SetDataRequest("/none", b"", -1).encode()
        try:  # a server may close before all of it is sent
            xid = client.send(OpCode.SET_DATA, request + b"x" * (size - 8 - len(request)))
            header, _ = client.receive()
            seen.append((header.err, header.xid == xid))
        except (EOFError, ConnectionError):
            seen.append("closed")
    for head in (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"GET "):
        client = server.client()
        client.socket.sendall(head + b"x")
        seen.append(client.is_closed())
    empty = server.client()
    empty.send_frame(b"")
    return [*seen, empty.is_closed()]


def reconfiguration(server: Server) -> object:
    return server.client().call(OpCode.RECONFIG, ReconfigRequest("", "1", "", -1))


def what_the_server_keeps_for_itself(server: Server) -> object:
    client = server.client()
    config = PathWatchRequest("/zookeeper/config", False)
    tries = [
        (OpCode.SET_DATA, SetDataRequest("/zookeeper/config", b"x", -1)),
        (OpCode.DELETE, PathVersionRequest("/zookeeper/config", -1)),
        (OpCode.DELETE, PathVersionRequest("/zookeeper", -1)),
        (OpCode.DELETE, PathVersionRequest("/zookeeper/quota", -1)),
        (OpCode.DELETE, PathVersionRequest("/", -1)),
        (OpCode.CREATE, CreateRequest("/zookeeper", b"", OPEN, 0)),
        (OpCode.CREATE, CreateRequest("/zookeeper/config/x", b"", OPEN, 0)),
        (OpCode.CREATE, CreateRequest("/zookeeper/mine", b"", OPEN, CreateFlag.EPHEMERAL)),
    ]
    seen = [client.call(code, request) for code, request in tries]
    seen.append((0, client.get(GetDataResponse, OpCode.GET_DATA, config).data or b""))
    seen.append((0, repr(client.get(GetAclResponse, OpCode.GET_ACL, PathRequest("/zookeeper/config")).acl).encode()))
    client.call(OpCode.CLOSE_SESSION)
    return seen


def super_user(server: Server) -> object:
    client = server.client()
    locked = [Acl(31, Id("digest", "nobody:x"))]
    client.call(OpCode.CREATE, CreateRequest("/locked", b"s", locked, 0))
    look = PathWatchRequest("/locked", False)
    before = client.call(OpCode.GET_DATA, look)[0]
    answers = [
        client.call(OpCode.AUTH, AuthPacket(0, "digest", content), xid=-4)[0]
        for content in (b"super:no", b"super:secret")
    ]
    after = client.call(OpCode.GET_DATA, look)[0]
    config = client.call(OpCode.SET_DATA, SetDataRequest("/zookeeper/config", b"", -1))[0]
    return before, answers, after, config, client.call(OpCode.DELETE, PathVersionRequest("/locked", -1))[0]


def authentication_that_fails(server: Server) -> object:
    seen = []
    for scheme, content in (("nope", b""), ("world", b""), ("sasl", b"x"), ("super", b""), ("digest", b"")):
        client = server.client()
        err, body = client.call(OpCode.AUTH, AuthPacket(0, scheme, content), xid=-4)
        seen.append((err, body, client.is_closed() if err else None))
    return seen


def sasl_without_a_login(server: Server) -> object:
    client = server.client()
    return client.call(OpCode.SASL, b"\0\0\0\1x"), client.call(OpCode.EXISTS, PathWatchRequest("/", False))[0]


@pytest.mark.parametrize(
    "situation",
    [
        odd_pings,
        unknown_operations,
        watches_that_are_not_there,
        watches_set_again,
        a_session_that_moves,
        wrong_passwords,
        negotiated_timeouts,
        how_a_client_may_say_hello,
        lengths_at_the_limit,
        reconfiguration,
        what_the_server_keeps_for_itself,
        super_user,
        authentication_that_fails,
        sasl_without_a_login,
    ],
)
def test_a_situation(pair: tuple[Server, Server], situation: Callable[[Server], object]) -> None:
    ours, apache = pair
    try:
        assert situation(ours) == situation(apache)
    finally:
        for server in pair:
            server.close_clients()


MASKS = (
    (r"queued=\d+", "queued=N"),  # a reply is still counted for a moment
    (r"0x1[0-9a-f]{14,15}\b|\b7[0-9]{16}\b|\b1[0-9]{17}\b", "SESSION"),
    (r"127\.0\.0\.1:\d+", "CLIENT"),
    (r"/\S*/version-2", "DIR"),
    (r"expire at .*:", "expire at DATE:"),
    (r"((?:est|lresp|\w+lat)=|Latency min/avg/max: |_latency\t)[\d/]+", r"\1N"),
    (r"((?:[dD]ata\w*Size|\w+dir_size|clientPort|zk_packets_\w+|zk_\w+_descriptor_count)[=\t:]+ ?)\d+", r"\1N"),
    (r"((?:java\.(?:v|h|c|l|io)\S*|os\.memory\.\w+|user\.dir|host\.name)=).*", r"\1N"),
)


def masked(text: str) -> list[str]:
    """Lines without what two servers can't share, in an order that doesn't depend on hashes."""
    for pattern, replacement in MASKS:
        text = re.sub(pattern, replacement, text)
    return sorted(text.splitlines())


@pytest.fixture
def busy(pair: tuple[Server, Server]) -> Iterator[tuple[Server, Server]]:
    """Both after the same: a session with ephemerals and watches, and a connection without a session."""
    for server in pair:
        client = server.client()
        for path in ("/busy", "/busy2"):
            client.call(OpCode.CREATE, CreateRequest(path, b"x", OPEN, CreateFlag.EPHEMERAL))
        client.call(OpCode.GET_DATA, PathWatchRequest("/busy", True))
        client.call(OpCode.EXISTS, PathWatchRequest("/busy/none", True))
        client.call(OpCode.GET_CHILDREN, PathWatchRequest("/", True))
        server.bare()
    yield pair
    for server in pair:
        server.clients[0].call(OpCode.CLOSE_SESSION)
        server.close_clients()


@pytest.mark.parametrize(
    "word",
    [
        "conf",
        "cons",
        "dirs",
        "envi",
        "gtmk",
        "isro",
        "ruok",
        "wchp",
        "wchs",
        "wchc",
        "crst",
        "srst",
        "stmk\0\0\0\0\0\0\1\x32",
    ],
)
def test_a_word(busy: tuple[Server, Server], word: str) -> None:
    ours, apache = (masked(four_letter(server.port, word)) for server in busy)
    assert ours == apache


def shape(value: Any) -> Any:
    """Types in the place of values; keys that are ids, times or paths become one."""
    if isinstance(value, dict):
        return {re.sub(r"^(\d+|/.*)$", "N", key): shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(map(shape, value), key=str)
    return type(value).__name__


@pytest.mark.parametrize("name", [names[0] for names in COMMANDS.values()])
def test_a_command_of_the_admin_server(busy: tuple[Server, Server], name: str) -> None:
    ours, apache = (json.loads(answer(server, f"/commands/{name}")[2]) for server in busy)
    assert list(ours) == list(apache)
    assert shape(ours) == shape(apache)


def answer(server: Server, path: str, method: str = "GET") -> tuple[int, str | None, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.admin_port, timeout=10)
    connection.request(method, path)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.getheader("Content-Type"), content


@pytest.mark.parametrize(
    "path",
    ["/commands", "/commands/", "/commands/nope", "/commands/stat/", "/commands/stmk", "/commands/stmk?traceMask=x",
     "/commands/stmk?traceMask=306", "/commands/gtmk", "/commands/isro", "/commands/ruok", "/commands/wch%73"],
)  # fmt: skip
def test_an_answer_of_the_admin_server_byte_by_byte(pair: tuple[Server, Server], path: str) -> None:
    (status, kind, ours), (expected_status, expected_kind, apache) = (answer(server, path) for server in pair)
    assert (status, ours) == (expected_status, apache)
    assert kind == (expected_kind or "text/html")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/x"), ("POST", "/commands/ruok"), ("TRACE", "/commands"), ("HEAD", "/commands/ruok"),
     ("OPTIONS", "/commands/ruok"), ("BREW", "/commands/ruok")],
)  # fmt: skip
def test_a_method_gets_the_same_status(pair: tuple[Server, Server], method: str, path: str) -> None:
    ours, apache = (answer(server, path, method)[0] for server in pair)
    assert ours == apache
