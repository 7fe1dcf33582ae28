"""The same random operations on ours and on Apache ZooKeeper 3.5.9: same replies, errors, Stats, zxids and events."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.protocol import (
    Acl,
    AuthPacket,
    Create2Response,
    CreateRequest,
    CreateResponse,
    CreateTtlRequest,
    ErrorResponse,
    GetAclResponse,
    GetChildren2Response,
    GetChildrenResponse,
    GetDataResponse,
    Id,
    MultiHeader,
    OpCode,
    PathRequest,
    PathTypeRequest,
    PathVersionRequest,
    PathWatchRequest,
    ReconfigRequest,
    SetAclRequest,
    SetDataRequest,
    SetWatches,
    Stat,
    StatResponse,
)
from tests.support.apache import Apache
from tests.support.server import free_port
from tests.support.zookeeper import RunningZooKeeper, ZooKeeperProcess
from tests.support.zookeeper_raw import RawClient

pytestmark = pytest.mark.apache
STEPS = int(os.environ.get("DIFFERENTIAL_STEPS", "600"))

NAMES = ("/a", "/b", "/a/x", "/a/y", "/b/x", "/a/x/deep")
ODD = ("", "/", "a", "/a/", "//", "/a//b", "/./a", "/..", "/a\0", "/\ue000", "/zookeeper", "/zookeeper/config", "/é€")
ACLS: tuple[list[Acl], ...] = (
    [Acl(31, Id("world", "anyone"))],
    [Acl(1, Id("world", "anyone"))],
    [Acl(31, Id("auth", ""))],
    [Acl(5, Id("ip", "127.0.0.1")), Acl(8, Id("world", "anyone"))],
    [Acl(31, Id("digest", "me:x"))],
    [Acl(31, Id("ip", "10.0.0.0/8"))],
    [],
    [Acl(31, Id("nope", "x"))],
    [Acl(31, Id("digest", "me"))],
    [Acl(31, Id("ip", "1.2.3.4/99"))],
    [Acl(31, Id("world", "somebody"))],
    [Acl(1, Id("world", "anyone")), Acl(1, Id("world", "anyone"))],
)
RESPONSES: dict[int, type[Record]] = {
    OpCode.CREATE: CreateResponse,
    OpCode.CREATE2: Create2Response,
    OpCode.CREATE_CONTAINER: Create2Response,
    OpCode.CREATE_TTL: Create2Response,
    OpCode.EXISTS: StatResponse,
    OpCode.GET_DATA: GetDataResponse,
    OpCode.SET_DATA: StatResponse,
    OpCode.GET_ACL: GetAclResponse,
    OpCode.SET_ACL: StatResponse,
    OpCode.GET_CHILDREN: GetChildrenResponse,
    OpCode.GET_CHILDREN2: GetChildren2Response,
    OpCode.SYNC: PathRequest,
}
Step = tuple[int, int, bytes]  # which client, op code, body


class Pair:
    """Two sessions on one server."""

    def __init__(self, port: int) -> None:
        self.clients = [RawClient(port), RawClient(port)]
        for client in self.clients:
            client.connect(timeout_ms=60_000)

    def do(self, step: Step) -> tuple[object, ...]:
        """Return what a step gives, without what two servers can't share: times and session ids."""
        which, code, body = step
        client = self.clients[which]
        err, response = client.call(code, body, xid=-4 if code == OpCode.AUTH else None)
        zxid = client.last_zxid
        shown: object = response
        if not err and code == OpCode.MULTI:
            shown = self._multi(response)
        elif not err and code in RESPONSES:
            shown = self._plain(RESPONSES[code].decode(response))
        events: list[object] = []
        for each in self.clients:
            each.ping()
            events.append([(event.type, event.state, event.path) for event in each.events])
            each.events.clear()
        return err, zxid, shown, events

    def close(self) -> None:
        for client in self.clients:
            client.close()

    def _multi(self, response: bytes) -> list[object]:
        results: list[object] = []
        header, position = MultiHeader.decode(response)
        while not header.done:
            kind = ErrorResponse if header.type == OpCode.ERROR else RESPONSES.get(header.type)
            record: object = None
            if kind is not None:
                decoded, position = kind.decode(response, position)
                record = self._plain((decoded, position))[0]
            results.append((header.type, header.err, record))
            header, position = MultiHeader.decode(response, position)
        return [*results, len(response) - position]

    def _plain(self, decoded: tuple[Record, int]) -> tuple[object, int]:
        record, position = decoded
        values: dict[str, Any] = {name: getattr(record, name) for name in record._fields}
        if isinstance(stat := values.get("stat"), Stat):
            owners = [0, *(client.session_id for client in self.clients)]
            values["stat"] = (
                stat.czxid, stat.mzxid, stat.pzxid, stat.version, stat.cversion, stat.aversion, stat.data_length,
                stat.num_children, owners.index(stat.ephemeral_owner), stat.mtime >= stat.ctime > 0,
            )  # fmt: skip
        if "children" in values:
            values["children"] = sorted(values["children"])
        return values, position


class Steps:
    """Random steps."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def __iter__(self) -> Iterator[Step]:
        kinds: list[Callable[[], tuple[int, bytes]]] = [
            *[self._create] * 6, self._create_ttl, *[self._delete] * 3, *[self._set_data] * 3, *[self._watching] * 8,
            self._set_acl, self._get_acl, self._sync, *[self._multi] * 4, self._set_watches, self._watches,
            self._auth, self._reconfig, self._garbage,
        ]  # fmt: skip
        while True:
            code, body = self.random.choice(kinds)()
            yield self.random.randrange(2), code, body

    def _path(self) -> str:
        return self.random.choice(ODD) if self.random.random() < 0.08 else self.random.choice(NAMES)

    def _version(self) -> int:
        return self.random.choice((-1, -1, -1, 0, 1, 2, -2))

    def _acl(self) -> list[Acl]:
        return ACLS[0] if self.random.random() < 0.7 else self.random.choice(ACLS)

    def _data(self) -> bytes | None:
        return self.random.choice((None, b"", b"x", b"yy" * 50))

    def _create(self) -> tuple[int, bytes]:
        code = self.random.choice((OpCode.CREATE, OpCode.CREATE, OpCode.CREATE2, OpCode.CREATE_CONTAINER))
        flags = self.random.choice((0, 0, 0, 1, 2, 3, 4, 5, 7, -1))
        if code == OpCode.CREATE_CONTAINER:
            flags = 4
        return code, CreateRequest(self._path(), self._data(), self._acl(), flags).encode()

    def _create_ttl(self) -> tuple[int, bytes]:
        flags, ttl = self.random.choice((5, 6)), self.random.choice((60_000, 0, -1, 1 << 40, (1 << 40) - 1))
        return OpCode.CREATE_TTL, CreateTtlRequest(self._path(), self._data(), self._acl(), flags, ttl).encode()

    def _delete(self) -> tuple[int, bytes]:
        return OpCode.DELETE, PathVersionRequest(self._path(), self._version()).encode()

    def _set_data(self) -> tuple[int, bytes]:
        return OpCode.SET_DATA, SetDataRequest(self._path(), self._data(), self._version()).encode()

    def _watching(self) -> tuple[int, bytes]:
        code = self.random.choice((OpCode.EXISTS, OpCode.GET_DATA, OpCode.GET_CHILDREN, OpCode.GET_CHILDREN2))
        return code, PathWatchRequest(self._path(), self.random.random() < 0.5).encode()

    def _set_acl(self) -> tuple[int, bytes]:
        path = self.random.choice(NAMES)  # the root keeps its ACL, or nothing could be done any more
        return OpCode.SET_ACL, SetAclRequest(path, self._acl(), self._version()).encode()

    def _get_acl(self) -> tuple[int, bytes]:
        return OpCode.GET_ACL, PathRequest(self._path()).encode()

    def _sync(self) -> tuple[int, bytes]:
        return OpCode.SYNC, PathRequest(self._path()).encode()

    def _multi(self) -> tuple[int, bytes]:
        body = b""
        for _ in range(self.random.randrange(5)):
            code, part = self.random.choice((self._create, self._delete, self._set_data, self._check))()
            body += MultiHeader(code, False, -1).encode() + part
        return OpCode.MULTI, body + MultiHeader(-1, True, -1).encode()

    def _check(self) -> tuple[int, bytes]:
        return OpCode.CHECK, PathVersionRequest(self._path(), self._version()).encode()

    def _set_watches(self) -> tuple[int, bytes]:
        paths = [self.random.sample(NAMES, self.random.randrange(4)) for _ in range(3)]
        return OpCode.SET_WATCHES, SetWatches(self.random.randrange(200), *paths).encode()

    def _watches(self) -> tuple[int, bytes]:
        code = self.random.choice((OpCode.CHECK_WATCHES, OpCode.REMOVE_WATCHES))
        return code, PathTypeRequest(self._path(), self.random.choice((1, 2, 3, 9))).encode()

    def _auth(self) -> tuple[int, bytes]:
        scheme, auth = self.random.choice((("digest", b"me:secret"), ("digest", b"you:x"), ("ip", b"")))
        return OpCode.AUTH, AuthPacket(0, scheme, auth).encode()

    def _reconfig(self) -> tuple[int, bytes]:
        return OpCode.RECONFIG, ReconfigRequest("", "1", "", -1).encode()

    def _garbage(self) -> tuple[int, bytes]:
        code = self.random.choice((OpCode.CREATE, OpCode.DELETE, OpCode.MULTI, OpCode.GET_DATA, OpCode.SET_WATCHES))
        return code, self.random.randbytes(self.random.randrange(4))


@pytest.fixture(scope="module")
def theirs(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], int]]:
    """Start Apache's server on an empty data directory; returns its port."""
    servers: list[ZooKeeperProcess] = []

    def start() -> int:
        server = ZooKeeperProcess(tmp_path_factory.mktemp("theirs") / "data", free_port(), extendedTypesEnabled="true")
        servers.append(server)
        server.start(apache.command("zookeeper-server-start.sh"))
        return server.port

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize("seed", range(1, 1 + int(os.environ.get("DIFFERENTIAL_SEEDS", "2"))))
def test_random_steps_give_the_same(theirs: Callable[[], int], tmp_path: Path, seed: int) -> None:
    server = RunningZooKeeper(tmp_path / "ours", extended_types=True)
    ours, other = Pair(server.port), Pair(theirs())
    history: list[Step] = []
    try:
        for step, _ in zip(Steps(seed), range(STEPS), strict=False):
            history.append(step)
            expected, found = other.do(step), ours.do(step)
            assert found == expected, f"after {len(history)} steps, last: {step}"
    finally:
        ours.close()
        other.close()
        server.close()


def test_quotas_count_the_same(theirs: Callable[[], int], tmp_path: Path) -> None:
    server = RunningZooKeeper(tmp_path / "ours")
    ours, other = Pair(server.port), Pair(theirs())

    def do(code: int, request: Record) -> None:
        step = (0, code, request.encode())
        assert ours.do(step) == other.do(step)
        for path in ("/zookeeper/quota/a", "/zookeeper/quota/a/x"):
            look = (0, OpCode.GET_DATA, PathWatchRequest(f"{path}/zookeeper_stats", False).encode())
            assert ours.do(look) == other.do(look)

    try:
        do(OpCode.CREATE, CreateRequest("/a", b"12", ACLS[0], 0))
        do(OpCode.CREATE, CreateRequest("/a/x", b"345", ACLS[0], 0))
        for path in ("/a", "/a/x"):
            do(OpCode.CREATE, CreateRequest(f"/zookeeper/quota{path}", b"", ACLS[0], 0))
            for name in ("zookeeper_limits", "zookeeper_stats"):
                request = CreateRequest(f"/zookeeper/quota{path}/{name}", b"count=2,bytes=9", ACLS[0], 0)
                do(OpCode.CREATE, request)
        for path in ("/b", "/a/y", "/a/x/deep", "/a/y/z"):
            do(OpCode.CREATE, CreateRequest(path, b"data", ACLS[0], 0))
            do(OpCode.SET_DATA, SetDataRequest(path, b"d", -1))
        for path in ("/a/x/deep", "/a/y/z", "/zookeeper/quota/a/x/zookeeper_limits", "/a/x", "/a/y"):
            do(OpCode.DELETE, PathVersionRequest(path, -1))
        do(OpCode.SET_DATA, SetDataRequest("/a", None, -1))
    finally:
        ours.close()
        other.close()
        server.close()
