"""setWatches, checkWatches and removeWatches."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.protocol import (
    Error,
    EventType,
    OpCode,
    PathTypeRequest,
    PathWatchRequest,
    SetDataRequest,
    SetWatches,
)
from tests.support.zookeeper_pipeline import Driver

CREATED, DELETED, CHANGED, CHILDREN = EventType


def test_what_happened_meanwhile_is_told_and_the_rest_watched() -> None:
    driver = Driver()
    client = driver.client()
    for path in ("/same", "/changed", "/grown", "/came"):
        client.create(path)
    seen = driver.tree.last_zxid
    client.call(OpCode.SET_DATA, SetDataRequest("/changed", b"", -1))
    client.create("/grown/child")
    again = driver.client()
    request = SetWatches(
        seen, ["/same", "/changed", "/gone"], ["/came", "/still-missing"], ["/same", "/grown", "/gone-too"]
    )
    assert again.call(OpCode.SET_WATCHES, request) == (Error.OK, b"")
    assert again.events() == [
        (CHANGED, "/changed"),
        (DELETED, "/gone"),
        (CREATED, "/came"),
        (CHILDREN, "/grown"),
        (DELETED, "/gone-too"),
    ]
    assert set(driver.tree.watches.data.by_path) == {"/same", "/still-missing"}
    assert set(driver.tree.watches.children.by_path) == {"/same"}


@pytest.mark.parametrize(
    ("kind", "checked", "left"),
    [(1, Error.OK, 1), (2, Error.OK, 1), (3, Error.OK, 0), (9, Error.MARSHALLING_ERROR, 2)],
)
def test_a_client_may_look_for_its_watches_and_take_them_back(kind: int, checked: Error, left: int) -> None:
    driver = Driver()
    client, other = driver.client(), driver.client()
    client.call(OpCode.EXISTS, PathWatchRequest("/", True))
    client.call(OpCode.GET_CHILDREN, PathWatchRequest("/", True))
    assert client.call(OpCode.CHECK_WATCHES, PathTypeRequest("/", kind)) == (checked, b"")
    assert client.call(OpCode.REMOVE_WATCHES, PathTypeRequest("/", kind)) == (checked, b"")
    assert len(driver.tree.watches) == left
    for code in (OpCode.CHECK_WATCHES, OpCode.REMOVE_WATCHES):
        assert other.call(code, PathTypeRequest("/", 3)) == (Error.NO_WATCHER, b"")
