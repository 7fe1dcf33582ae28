"""The tables of the protocol, and whole frames."""

from __future__ import annotations

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.protocol import (
    TXN_RECORDS,
    Error,
    EventType,
    OpCode,
    ReplyHeader,
    WatcherEvent,
    event_frame,
    reply_frame,
)


def test_a_reply_is_length_header_and_body() -> None:
    frame = reply_frame(7, 9, Error.NO_NODE, b"abc")
    assert frame[:4] == (len(frame) - 4).to_bytes(4, "big")
    assert ReplyHeader.decode(frame, 4) == (ReplyHeader(7, 9, -101), 20)
    assert frame[20:] == b"abc"


def test_an_event_has_the_xid_and_zxid_that_mark_it() -> None:
    frame = event_frame(EventType.NODE_DELETED, "/ä")
    assert frame[:4] == (len(frame) - 4).to_bytes(4, "big")
    assert ReplyHeader.decode(frame, 4) == (ReplyHeader(-1, -1, 0), 20)
    assert WatcherEvent.decode_whole(frame, 20) == WatcherEvent(2, 3, "/ä")


def test_every_transaction_has_a_record() -> None:
    reads = {
        OpCode.NOTIFICATION, OpCode.EXISTS, OpCode.GET_DATA, OpCode.GET_ACL, OpCode.GET_CHILDREN, OpCode.SYNC,
        OpCode.PING, OpCode.GET_CHILDREN2, OpCode.CHECK_WATCHES, OpCode.REMOVE_WATCHES, OpCode.AUTH,
        OpCode.SET_WATCHES, OpCode.SASL,
    }  # fmt: skip
    assert TXN_RECORDS.keys() == set(OpCode) - reads
    assert all(issubclass(record, Record) for record in TXN_RECORDS.values())
