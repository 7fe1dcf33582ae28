"""delete."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.protocol import Acl, Error, EventType, Id, OpCode, PathVersionRequest, PathWatchRequest
from tests.support.zookeeper_pipeline import Driver


def test_a_znode_goes_and_is_told_of() -> None:
    driver = Driver()
    client, watcher = driver.client(), driver.client()
    client.create("/a")
    watcher.call(OpCode.EXISTS, PathWatchRequest("/a", True))
    watcher.call(OpCode.GET_CHILDREN, PathWatchRequest("/", True))
    assert client.call(OpCode.DELETE, PathVersionRequest("/a", 0)) == (Error.OK, b"")
    assert "/a" not in driver.tree.nodes
    assert watcher.events() == [(EventType.NODE_DELETED, "/a"), (EventType.NODE_CHILDREN_CHANGED, "/")]


@pytest.mark.parametrize(
    ("path", "version", "error"),
    [
        ("/a", 1, Error.BAD_VERSION),
        ("/a", -1, Error.NOT_EMPTY),
        ("/none", -1, Error.NO_NODE),
        ("/none/x", -1, Error.NO_NODE),
        ("/kept/x", -1, Error.NO_AUTH),
        ("/", -1, Error.BAD_ARGUMENTS),
        ("/zookeeper/config", -1, Error.BAD_ARGUMENTS),
        ("x", -1, Error.BAD_ARGUMENTS),
    ],
)
def test_what_is_refused(path: str, version: int, error: Error) -> None:
    client = Driver().client()
    client.create("/a")
    client.create("/a/b")
    client.create("/kept", acl=[Acl(31 - 8, Id("world", "anyone"))])
    client.create("/kept/x")
    assert client.call(OpCode.DELETE, PathVersionRequest(path, version)) == (error, b"")
