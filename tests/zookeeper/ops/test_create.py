"""create, create2, createContainer, createTTL."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.pipeline import Rules
from kafkacli.zookeeper.protocol import (
    Acl,
    Create2Response,
    CreateFlag,
    CreateRequest,
    CreateResponse,
    CreateTtlRequest,
    Error,
    Id,
    OpCode,
)
from tests.support.zookeeper_pipeline import OPEN, Driver


def test_the_path_is_answered() -> None:
    client = Driver().client()
    assert client.get(CreateResponse, OpCode.CREATE, CreateRequest("/a", b"", OPEN, 0)).path == "/a"


def test_path_and_stat_are_answered_by_create2() -> None:
    client = Driver().client()
    request = CreateRequest("/a", b"xy", OPEN, CreateFlag.EPHEMERAL)
    response = client.get(Create2Response, OpCode.CREATE2, request)
    assert (response.path, response.stat.data_length, response.stat.czxid) == ("/a", 2, 2)
    assert response.stat.ephemeral_owner == client.session_id


def test_sequential_names_count_the_parents_creations() -> None:
    client = Driver().client()
    client.create("/q")
    client.create("/q/other")
    paths = [
        client.get(CreateResponse, OpCode.CREATE, CreateRequest("/q/n-", b"", OPEN, flags)).path for flags in (2, 3, 2)
    ]
    assert paths == ["/q/n-0000000001", "/q/n-0000000002", "/q/n-0000000003"]
    named_by_number = CreateRequest("/q/", b"", OPEN, CreateFlag.PERSISTENT_SEQUENTIAL)
    assert client.get(CreateResponse, OpCode.CREATE, named_by_number).path == "/q/0000000004"


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (CreateRequest("/a", b"", OPEN, 0), Error.NODE_EXISTS),
        (CreateRequest("/", b"", OPEN, 0), Error.NODE_EXISTS),
        (CreateRequest("/no/way", b"", OPEN, 0), Error.NO_NODE),
        (CreateRequest("/e/child", b"", OPEN, 0), Error.NO_CHILDREN_FOR_EPHEMERALS),
        (CreateRequest("/closed/child", b"", OPEN, 0), Error.NO_AUTH),
        (CreateRequest("a", b"", OPEN, 0), Error.BAD_ARGUMENTS),
        (CreateRequest("/b/", b"", OPEN, 0), Error.NO_NODE),
        (CreateRequest("/a/", b"", OPEN, 0), Error.BAD_ARGUMENTS),
        (CreateRequest("/b", b"", OPEN, 9), Error.BAD_ARGUMENTS),
        (CreateRequest("/b", b"", [], 0), Error.INVALID_ACL),
        (CreateRequest("/b", b"", OPEN, CreateFlag.PERSISTENT_WITH_TTL), Error.UNIMPLEMENTED),
    ],
)
def test_what_is_refused(request_: CreateRequest, error: Error) -> None:
    client = Driver().client()
    client.create("/a")
    client.create("/e", flags=CreateFlag.EPHEMERAL)
    client.create("/closed", acl=[Acl(1, Id("world", "anyone"))])
    assert client.call(OpCode.CREATE, request_) == (error, b"")


def test_a_container_shows_no_owner_and_goes_when_it_has_lost_its_last_child() -> None:
    driver = Driver()
    request = CreateRequest("/c", b"", OPEN, CreateFlag.CONTAINER)
    response = driver.client().get(Create2Response, OpCode.CREATE_CONTAINER, request)
    assert response.stat.ephemeral_owner == 0
    assert driver.tree.containers == {"/c"}


@pytest.mark.parametrize(
    ("flags", "ttl_ms", "error"),
    [
        (5, 1, Error.OK),
        (6, (1 << 40) - 1, Error.OK),
        (5, 0, Error.BAD_ARGUMENTS),
        (5, -1, Error.BAD_ARGUMENTS),
        (5, 1 << 40, Error.BAD_ARGUMENTS),
        (0, -1, Error.BAD_ARGUMENTS),
    ],
)
def test_a_time_to_live_has_its_limits(flags: int, ttl_ms: int, error: Error) -> None:
    client = Driver(Rules(extended_types=True)).client()
    assert client.call(OpCode.CREATE_TTL, CreateTtlRequest("/t", b"", OPEN, flags, ttl_ms))[0] == error
    assert Driver().client().call(OpCode.CREATE_TTL, CreateTtlRequest("/t", b"", OPEN, 5, 1))[0] == Error.UNIMPLEMENTED
