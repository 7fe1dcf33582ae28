"""multi."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.pipeline import Rules
from kafkacli.zookeeper.protocol import (
    Create2Response,
    CreateFlag,
    CreateRequest,
    CreateResponse,
    CreateTtlRequest,
    Error,
    ErrorResponse,
    EventType,
    MultiHeader,
    OpCode,
    PathVersionRequest,
    PathWatchRequest,
    SetDataRequest,
    StatResponse,
)
from tests.support.zookeeper_pipeline import OPEN, Driver, FakeClient

Part = tuple[OpCode, Record]
RESPONSES: dict[int, type[Record]] = {
    OpCode.CREATE: CreateResponse,
    OpCode.CREATE2: Create2Response,
    OpCode.SET_DATA: StatResponse,
    OpCode.ERROR: ErrorResponse,
}


def multi(client: FakeClient, *parts: Part) -> tuple[int, list[tuple[int, Record | None]]]:
    """Do parts at once; return the error and for each part its result's type and record."""
    body = b"".join(MultiHeader(code, False, -1).encode() + request.encode() for code, request in parts)
    err, response = client.call(OpCode.MULTI, body + MultiHeader(-1, True, -1).encode())
    results: list[tuple[int, Record | None]] = []
    header, position = MultiHeader.decode(response) if response else (MultiHeader(-1, True, -1), 0)
    while not header.done:
        record = None
        if header.type in RESPONSES:
            record, position = RESPONSES[header.type].decode(response, position)
        results.append((header.type, record))
        header, position = MultiHeader.decode(response, position)
    assert position == len(response)
    return err, results


def create(path: str, flags: int = 0, code: OpCode = OpCode.CREATE) -> Part:
    return code, CreateRequest(path, b"", OPEN, flags)


def delete(path: str, version: int = -1) -> Part:
    return OpCode.DELETE, PathVersionRequest(path, version)


def set_data(path: str, version: int = -1) -> Part:
    return OpCode.SET_DATA, SetDataRequest(path, b"x", version)


def check(path: str, version: int) -> Part:
    return OpCode.CHECK, PathVersionRequest(path, version)


def test_parts_see_what_those_before_them_leave() -> None:
    driver = Driver()
    client = driver.client()
    err, results = multi(
        client, create("/a"), create("/a/b"), set_data("/a", 0), check("/a", 1), set_data("/a", 1), delete("/a/b"),
        create("/a/s-", CreateFlag.PERSISTENT_SEQUENTIAL), delete("/a/s-0000000001"), delete("/a", 2),
    )  # fmt: skip
    assert err == Error.OK
    assert [code for code, _ in results] == [1, 1, 5, 13, 5, 2, 1, 2, 2]
    assert results[6][1] == CreateResponse("/a/s-0000000001")
    assert "/a" not in driver.tree.nodes
    assert driver.tree.last_zxid == 2


def test_one_refusal_undoes_all() -> None:
    driver = Driver()
    client, watcher = driver.client(), driver.client()
    watcher.call(OpCode.EXISTS, PathWatchRequest("/a", True))
    err, results = multi(client, create("/a"), set_data("/a", 9), create("/b"))
    assert err == Error.OK
    assert results == [
        (-1, ErrorResponse(Error.OK)),
        (-1, ErrorResponse(Error.BAD_VERSION)),
        (-1, ErrorResponse(Error.RUNTIME_INCONSISTENCY)),
    ]
    assert not {"/a", "/b"} & driver.tree.nodes.keys()
    assert watcher.events() == []


def test_events_come_for_every_part() -> None:
    driver = Driver()
    client, watcher = driver.client(), driver.client()
    for path in ("/a", "/b"):
        watcher.call(OpCode.EXISTS, PathWatchRequest(path, True))
    multi(client, create("/a"), create("/b"))
    assert watcher.events() == [(EventType.NODE_CREATED, "/a"), (EventType.NODE_CREATED, "/b")]


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ((create("/a"), create("/a")), Error.NODE_EXISTS),
        ((create("/e", CreateFlag.EPHEMERAL), create("/e/x")), Error.NO_CHILDREN_FOR_EPHEMERALS),
        ((create("/a"), create("/a/b"), delete("/a")), Error.NOT_EMPTY),
        ((delete("/there"), create("/there/x")), Error.NO_NODE),
        ((delete("/there"), check("/there", -1)), Error.NO_NODE),
        ((check("/there", 3),), Error.BAD_VERSION),
        ((check("/none", -1),), Error.NO_NODE),
        ((check("x", -1),), Error.BAD_ARGUMENTS),
        ((delete("/"),), Error.BAD_ARGUMENTS),
    ],
)
def test_why_parts_are_refused(parts: tuple[Part, ...], error: Error) -> None:
    client = Driver().client()
    client.create("/there")
    assert multi(client, *parts)[1][-1] == (-1, ErrorResponse(error))


def test_the_kind_of_a_create_follows_from_its_flags() -> None:
    driver = Driver(Rules(extended_types=True))
    client = driver.client()
    ttl = (OpCode.CREATE_TTL, CreateTtlRequest("/t", b"", OPEN, CreateFlag.PERSISTENT_WITH_TTL, 500))
    plain = (OpCode.CREATE_TTL, CreateTtlRequest("/p", b"", OPEN, CreateFlag.PERSISTENT, -1))
    err, results = multi(client, create("/c", CreateFlag.CONTAINER), create("/2", 0, OpCode.CREATE2), ttl, plain)
    assert (err, [code for code, _ in results]) == (Error.OK, [15, 1, 15, 1])
    assert (driver.tree.containers, driver.tree.ttls) == ({"/c"}, {"/t"})
    err, _ = multi(client, create("/x", CreateFlag.PERSISTENT_WITH_TTL))
    assert err == Error.MARSHALLING_ERROR


def test_a_container_and_a_timed_znode_may_get_children_at_once() -> None:
    driver = Driver(Rules(extended_types=True))
    ttl = (OpCode.CREATE_TTL, CreateTtlRequest("/t", b"", OPEN, CreateFlag.PERSISTENT_WITH_TTL, 500))
    multi(driver.client(), create("/c", CreateFlag.CONTAINER), create("/c/x"), ttl, create("/t/x"))
    assert {"/c/x", "/t/x"} <= driver.tree.nodes.keys()


def test_nothing_at_all_is_done_well() -> None:
    assert multi(Driver().client()) == (Error.OK, [])
