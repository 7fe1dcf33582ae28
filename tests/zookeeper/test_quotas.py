"""Quotas count what lies below their path, and warn."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkacli.zookeeper.protocol import OpCode, PathVersionRequest, SetDataRequest
from kafkacli.zookeeper.snapshot import decode_snapshot, encode_snapshot
from kafkacli.zookeeper.tree import DataTree
from tests.support.zookeeper_pipeline import Driver, FakeClient

STATS = "/zookeeper/quota/a/zookeeper_stats"


@pytest.fixture
def client() -> FakeClient:
    """A client on a tree with /a, /a/b and a quota on /a."""
    client = Driver().client()
    client.create("/a", b"12")
    client.create("/a/b", b"345")
    client.create("/zookeeper/quota/a")
    client.create("/zookeeper/quota/a/zookeeper_limits", b"count=3,bytes=9")
    client.create(STATS, b"count=-1,bytes=-1")
    return client


def stats(client: FakeClient, path: str = STATS) -> bytes | None:
    return client.driver.tree.nodes[path].data


def test_what_is_there_is_counted_when_the_quota_is_set(client: FakeClient) -> None:
    assert stats(client) == b"count=2,bytes=5"


def test_every_change_below_counts_without_a_version(client: FakeClient) -> None:
    client.create("/a/b/c", b"6789")
    assert stats(client) == b"count=3,bytes=9"
    client.call(OpCode.SET_DATA, SetDataRequest("/a/b", None, -1))
    assert stats(client) == b"count=3,bytes=6"
    client.call(OpCode.DELETE, PathVersionRequest("/a/b/c", -1))
    assert stats(client) == b"count=2,bytes=2"
    client.create("/ab", b"elsewhere")
    assert stats(client) == b"count=2,bytes=2"
    assert client.driver.tree.nodes[STATS].version == 0


def test_a_change_counts_for_the_nearest_quota(client: FakeClient) -> None:
    client.create("/zookeeper/quota/a/b")
    client.create("/zookeeper/quota/a/b/zookeeper_limits", b"count=-1,bytes=-1")
    client.create("/zookeeper/quota/a/b/zookeeper_stats", b"")
    client.create("/a/b/c", b"x")
    assert stats(client) == b"count=2,bytes=5"
    assert stats(client, "/zookeeper/quota/a/b/zookeeper_stats") == b"count=2,bytes=4"


def test_too_much_is_only_warned_about(client: FakeClient, caplog: pytest.LogCaptureFixture) -> None:
    client.create("/a/c", b"6789")
    assert caplog.text == ""
    client.create("/a/d", b"0")
    assert "Quota exceeded: /a count=4 limit=3" in caplog.text
    assert "Quota exceeded: /a bytes=10 limit=9" in caplog.text


def test_without_limits_nothing_is_counted_any_more(client: FakeClient) -> None:
    client.call(OpCode.DELETE, PathVersionRequest("/zookeeper/quota/a/zookeeper_limits", -1))
    client.create("/a/c", b"x")
    assert stats(client) == b"count=2,bytes=5"


@pytest.mark.parametrize("data", [b"", b"nonsense", b"count=x,bytes=1", b"count=1"])
def test_counts_that_are_none_are_left_alone(client: FakeClient, data: bytes) -> None:
    client.call(OpCode.SET_DATA, SetDataRequest(STATS, data, -1))
    client.create("/a/c", b"x")
    assert stats(client) == data


def test_a_start_counts_anew(client: FakeClient) -> None:
    client.call(OpCode.SET_DATA, SetDataRequest(STATS, b"count=70,bytes=70", -1))
    tree = DataTree()
    decode_snapshot(b"".join(encode_snapshot(client.driver.tree, ())), Path("snapshot.1"), tree)
    assert tree.nodes[STATS].data == b"count=2,bytes=5"


def test_a_quota_on_what_is_not_there_counts_nothing(client: FakeClient) -> None:
    client.create("/zookeeper/quota/none")
    client.create("/zookeeper/quota/none/zookeeper_limits", b"count=1,bytes=1")
    client.create("/zookeeper/quota/none/zookeeper_stats", b"")
    assert stats(client, "/zookeeper/quota/none/zookeeper_stats") == b"count=0,bytes=0"
