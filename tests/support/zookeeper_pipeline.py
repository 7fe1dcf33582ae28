"""A pipeline without sockets, files or clocks: requests in, replies and events out."""

from __future__ import annotations

from typing import TypeVar

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.pipeline import Client, Pipeline, Rules
from kafkacli.zookeeper.protocol import (
    EVENT_XID,
    PING_XID,
    Acl,
    CreateRequest,
    EventType,
    Id,
    OpCode,
    ReplyHeader,
    RequestHeader,
    WatcherEvent,
)
from kafkacli.zookeeper.sessions import Sessions
from kafkacli.zookeeper.tree import DataTree

_R = TypeVar("_R", bound=Record)
OPEN = [Acl(31, Id("world", "anyone"))]


class FakeClient(Client):
    """A client that keeps what it is sent."""

    def __init__(self, driver: Driver, timeout_ms: int) -> None:
        super().__init__([Id("ip", "127.0.0.1")], driver.pipeline.rules)
        self.driver = driver
        self.timeout_ms = timeout_ms
        self.closed = False
        self.sent: list[bytes] = []
        self._xid = 0

    def send(self, frame: bytes) -> None:
        self.sent.append(frame)

    def close(self) -> None:
        self.closed = True

    def call(self, code: int, request: Record | bytes = b"") -> tuple[int, bytes]:
        """Do a request; return its error and the response's bytes. Events before it stay in `events`."""
        self._xid += 1
        body = request if isinstance(request, bytes) else request.encode()
        self.driver.pipeline.process(self, RequestHeader(self._xid, code).encode() + body, self.driver.now_ms)
        header, position = ReplyHeader.decode(self.sent[-1], 4)
        assert header.xid == (PING_XID if code == OpCode.PING else self._xid)
        return header.err, self.sent.pop()[position:]

    def get(self, response: type[_R], code: int, request: Record | bytes) -> _R:
        """Do a request that must go well; return its response."""
        err, body = self.call(code, request)
        assert err == 0
        record, end = response.decode(body)
        assert end == len(body)
        return record

    def create(self, path: str, data: bytes | None = b"", *, flags: int = 0, acl: list[Acl] = OPEN) -> None:
        """Create a znode that can be created."""
        assert self.call(OpCode.CREATE, CreateRequest(path, data, acl, flags))[0] == 0

    def events(self) -> list[tuple[EventType, str]]:
        """Return type and path of every event since the last call."""
        frames, self.sent = self.sent, []
        events = []
        for frame in frames:
            header, position = ReplyHeader.decode(frame, 4)
            assert header.xid == EVENT_XID
            event = WatcherEvent.decode_whole(frame, position)
            events.append((EventType(event.type), event.path))
        return events


class Driver:
    """A pipeline with a clock that the test moves and a log in a list."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.now_ms = 1000
        self.log: list[tuple[int, bytes]] = []
        rules = rules or Rules()
        self.tree = DataTree(extended_types=rules.extended_types)
        self.sessions = Sessions(tick_ms=100, min_timeout_ms=100, max_timeout_ms=10_000, now_ms=1000, first_id_ms=1)
        self.pipeline = Pipeline(
            self.tree,
            self.sessions,
            append=lambda zxid, body: self.log.append((zxid, body)),
            wall_ms=lambda: 5_000_000 + self.now_ms,
            rules=rules,
        )

    def client(self, timeout_ms: int = 1000) -> FakeClient:
        """Return a client with a new session."""
        client = FakeClient(self, timeout_ms)
        self.pipeline.create_session(client, timeout_ms, self.now_ms)
        return client
