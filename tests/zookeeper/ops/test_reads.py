"""exists, getData, getChildren, getChildren2 and sync."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.protocol import (
    Acl,
    Error,
    EventType,
    GetChildren2Response,
    GetChildrenResponse,
    GetDataResponse,
    Id,
    OpCode,
    PathRequest,
    PathVersionRequest,
    PathWatchRequest,
    SetDataRequest,
    StatResponse,
)
from tests.support.zookeeper_pipeline import Driver, FakeClient


@pytest.fixture
def client() -> FakeClient:
    client = Driver().client()
    client.create("/a", b"x")
    client.create("/a/b")
    client.create("/secret", acl=[Acl(2, Id("world", "anyone"))])
    return client


def test_data_stat_and_children(client: FakeClient) -> None:
    data = client.get(GetDataResponse, OpCode.GET_DATA, PathWatchRequest("/a", False))
    assert (data.data, data.stat.num_children) == (b"x", 1)
    assert client.get(StatResponse, OpCode.EXISTS, PathWatchRequest("/a", False)).stat == data.stat
    children = client.get(GetChildrenResponse, OpCode.GET_CHILDREN, PathWatchRequest("/", False)).children
    assert sorted(children) == ["a", "secret", "zookeeper"]
    both = client.get(GetChildren2Response, OpCode.GET_CHILDREN2, PathWatchRequest("/a", False))
    assert (both.children, both.stat) == (["b"], data.stat)
    assert client.get(PathRequest, OpCode.SYNC, PathRequest("/a")).path == "/a"


@pytest.mark.parametrize("code", [OpCode.EXISTS, OpCode.GET_DATA, OpCode.GET_CHILDREN, OpCode.GET_CHILDREN2])
def test_what_is_not_there_or_not_allowed(client: FakeClient, code: OpCode) -> None:
    assert client.call(code, PathWatchRequest("/none", False)) == (Error.NO_NODE, b"")
    allowed = code == OpCode.EXISTS
    assert client.call(code, PathWatchRequest("/secret", False))[0] == (Error.OK if allowed else Error.NO_AUTH)
    assert client.call(OpCode.EXISTS, PathWatchRequest("/\0", False))[0] == Error.BAD_ARGUMENTS


def test_exists_watches_what_is_still_to_come(client: FakeClient) -> None:
    client.call(OpCode.EXISTS, PathWatchRequest("/new", True))
    client.create("/new")
    assert client.events() == [(EventType.NODE_CREATED, "/new")]


def test_a_refused_read_leaves_no_watch(client: FakeClient) -> None:
    for code in (OpCode.GET_DATA, OpCode.GET_CHILDREN):
        client.call(code, PathWatchRequest("/secret", True))
        client.call(code, PathWatchRequest("/none", True))
    assert len(client.driver.tree.watches) == 0


@pytest.mark.parametrize("code", [OpCode.GET_CHILDREN, OpCode.GET_CHILDREN2])
def test_child_watches_hear_of_names_not_of_data(client: FakeClient, code: OpCode) -> None:
    client.call(code, PathWatchRequest("/a", True))
    client.call(OpCode.SET_DATA, SetDataRequest("/a", b"", -1))
    assert client.events() == []
    client.call(OpCode.DELETE, PathVersionRequest("/a/b", -1))
    assert client.events() == [(EventType.NODE_CHILDREN_CHANGED, "/a")]
