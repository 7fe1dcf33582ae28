"""The pipeline: zxids, the log, sessions, and the order of events and replies."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.jute import JuteError
from kafkacli.zookeeper.protocol import (
    CreateFlag,
    Error,
    ErrorTxn,
    EventType,
    GetDataResponse,
    OpCode,
    PathVersionRequest,
    PathWatchRequest,
    ReplyHeader,
    SetDataRequest,
)
from kafkacli.zookeeper.txnlog import decode_txn
from tests.support.zookeeper_pipeline import Driver


def test_every_write_takes_a_zxid_and_is_logged_a_refused_one_too() -> None:
    driver = Driver()
    client = driver.client()
    client.create("/a")
    assert client.call(OpCode.DELETE, PathVersionRequest("/nowhere", -1))[0] == Error.NO_NODE
    assert client.call(OpCode.SET_DATA, b"\0")[0] == Error.MARSHALLING_ERROR
    client.call(OpCode.GET_DATA, PathWatchRequest("/a", False))
    assert [zxid for zxid, _ in driver.log] == [1, 2, 3, 4]
    assert driver.tree.last_zxid == driver.pipeline.zxid == 4
    header, txn = decode_txn(driver.log[2][1])
    assert (header.type, header.client_id, header.cxid, header.zxid) == (OpCode.ERROR, client.session_id, 2, 3)
    assert header.time_ms == 5_001_000
    assert txn == ErrorTxn(Error.NO_NODE)


def test_playing_the_log_back_gives_the_same_tree() -> None:
    driver = Driver()
    client, other = driver.client(), driver.client()
    client.create("/a", b"1")
    other.create("/a/e", b"2", flags=CreateFlag.EPHEMERAL)
    client.create("/a/s", b"3", flags=CreateFlag.EPHEMERAL_SEQUENTIAL)
    client.call(OpCode.SET_DATA, SetDataRequest("/a", b"4", 0))
    other.call(OpCode.CLOSE_SESSION)
    replayed = Driver().tree
    for _, body in driver.log:
        replayed.apply(*decode_txn(body))
    assert replayed.nodes.keys() == driver.tree.nodes.keys()
    for path, node in driver.tree.nodes.items():
        assert replayed.stat(replayed.nodes[path]) == driver.tree.stat(node)
        assert replayed.nodes[path].data == node.data


def test_an_event_is_sent_before_the_reply_that_would_reveal_the_change() -> None:
    client = Driver().client()
    client.create("/a")
    client.call(OpCode.GET_DATA, PathWatchRequest("/a", True))
    client.call(OpCode.SET_DATA, SetDataRequest("/a", b"x", -1))
    assert client.events() == [(EventType.NODE_DATA_CHANGED, "/a")]  # the reply came last, and was taken already


def test_a_session_that_is_gone_gets_no_answer() -> None:
    driver = Driver()
    client = driver.client(timeout_ms=200)
    driver.now_ms += 1000
    for session in driver.sessions.expired(driver.now_ms):
        driver.pipeline.close_session(session.session_id)
    driver.pipeline.process(client, b"\0\0\0\1\0\0\0\x0b", driver.now_ms)
    assert client.sent == []


def test_requests_are_signs_of_life() -> None:
    driver = Driver()
    client = driver.client(timeout_ms=500)
    for _ in range(10):
        driver.now_ms += 400
        assert client.call(OpCode.PING)[0] == Error.OK
        assert driver.sessions.expired(driver.now_ms) == []


def test_closing_answers_and_then_closes() -> None:
    driver = Driver()
    client = driver.client()
    client.create("/e", flags=CreateFlag.EPHEMERAL)
    assert client.call(OpCode.CLOSE_SESSION) == (Error.OK, b"")
    assert client.closed
    assert "/e" not in driver.tree.nodes
    assert client.session_id not in driver.sessions


def test_the_reply_carries_the_zxid_it_was_read_at() -> None:
    driver = Driver()
    client = driver.client()
    client.create("/a")
    driver.pipeline.process(client, b"\0\0\0\x09\0\0\0\x04" + PathWatchRequest("/a", False).encode(), driver.now_ms)
    header, position = ReplyHeader.decode(client.sent[-1], 4)
    assert (header.xid, header.zxid, header.err) == (9, 2, 0)
    assert GetDataResponse.decode_whole(client.sent[-1], position).stat.czxid == 2


@pytest.mark.parametrize("frame", [b"", b"\0\0\0\1\0\0\0"])
def test_a_frame_without_a_header_is_an_error_of_the_connection(frame: bytes) -> None:
    driver = Driver()
    client = driver.client()
    with pytest.raises(JuteError):
        driver.pipeline.process(client, frame, driver.now_ms)


def test_a_container_in_use_is_not_removed() -> None:
    driver = Driver()
    client = driver.client()
    client.create("/plain")
    client.create("/plain/child")
    client.create("/e", flags=CreateFlag.EPHEMERAL)
    for path in ("/plain", "/e", "/nowhere"):
        driver.pipeline.delete_container(path)
    assert {"/plain", "/e"} <= driver.tree.nodes.keys()
    driver.pipeline.delete_container("/plain/child")
    assert "/plain/child" not in driver.tree.nodes
