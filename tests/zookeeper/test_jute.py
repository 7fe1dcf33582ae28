"""Jute primitives and compiled records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.zookeeper import protocol
from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE
from kafkacli.zookeeper.jute import (
    Boolean,
    Buffer,
    Int,
    JuteError,
    Long,
    Record,
    Ustring,
    Vector,
    read_buffer,
    read_string,
    read_vector,
)
from kafkacli.zookeeper.protocol import Acl, CreateRequest, Id


class Inner(Record):
    data: Buffer
    position: Long


class Everything(Record):
    flag: Boolean
    number: Int
    long: Long
    text: Ustring
    data: Buffer
    words: Vector[Ustring]
    inner: Inner
    more: Vector[Inner]
    end: Int


INTS = st.integers(-(1 << 31), (1 << 31) - 1)
LONGS = st.integers(-(1 << 63), (1 << 63) - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
BUFFERS = st.none() | st.binary(max_size=9)
INNERS = st.builds(Inner, BUFFERS, LONGS)
EVERYTHING = st.builds(
    Everything,
    st.booleans(),
    INTS,
    LONGS,
    TEXTS,
    BUFFERS,
    st.lists(TEXTS, max_size=3),
    INNERS,
    st.lists(INNERS, max_size=3),
    INTS,
)


@given(EVERYTHING, st.binary(max_size=5))
def test_a_record_comes_back_whatever_follows(record: Everything, after: bytes) -> None:
    content = record.encode()
    decoded, position = Everything.decode(content + after)
    assert decoded == record
    assert position == len(content)


@given(EVERYTHING)
def test_a_record_that_is_cut_is_refused(record: Everything) -> None:
    content = record.encode()
    for end in range(len(content)):
        with pytest.raises(JuteError):
            Everything.decode(content[:end])


@given(st.binary(max_size=80), st.integers(0, 3))
def test_any_bytes_give_a_record_or_a_jute_error(content: bytes, position: int) -> None:
    for name in ("CreateRequest", "SetWatches", "GetAclResponse", "MultiTxn", "StatPersisted"):
        try:
            record, end = getattr(protocol, name).decode(content, position)
        except JuteError:
            continue
        assert position <= end <= len(content)
        assert record._fields


def test_the_layout_is_the_declaration_in_order() -> None:
    record = protocol.Acl(31, protocol.Id("world", "anyone"))
    assert record.encode() == b"\0\0\0\x1f\0\0\0\x05world\0\0\0\x06anyone"
    assert protocol.CloseSessionTxn().encode() == b""
    assert protocol.CloseSessionTxn.decode(b"x") == (protocol.CloseSessionTxn(), 0)


def test_records_are_values() -> None:
    assert protocol.Id("a", "b") == protocol.Id("a", "b")
    assert hash(protocol.Id("a", "b")) == hash(protocol.Id("a", "b"))
    assert protocol.Id("a", "b") != protocol.Id("a", "c")
    assert protocol.PathVersionRequest("/", 1) != protocol.SetDataTxn("/", b"", 1)
    assert repr(protocol.Id("a", "b")) == "Id(scheme='a', id='b')"


def test_null_is_none_for_buffers_and_empty_elsewhere() -> None:
    assert read_buffer(b"\xff\xff\xff\xff", 0) == (None, 4)
    assert read_string(b"\xff\xff\xff\xff", 0) == ("", 4)
    assert read_vector(b"\xff\xff\xff\xff", 0, read_string) == ([], 4)


def test_malformed_utf8_is_replaced_as_java_does() -> None:
    assert read_string(b"\0\0\0\x02\xffa", 0) == ("\ufffda", 6)


@pytest.mark.parametrize("content", [b"\xff\xff\xff\xfe", b"\x7f\xff\xff\xff", b"\0\0\0\x05abcd"])
def test_lengths_that_cannot_be_are_refused_before_anything_is_allocated(content: bytes) -> None:
    with pytest.raises(JuteError):
        read_buffer(content, 0)
    with pytest.raises(JuteError):
        read_vector(content, 0, read_string)


def test_a_known_vector_is_recognized_by_its_bytes() -> None:
    request = CreateRequest("/a", None, list(OPEN_ACL_UNSAFE), 3)
    decoded = CreateRequest.decode_whole(request.encode())
    assert id(decoded.acl) == id(OPEN_ACL_UNSAFE)
    assert decoded.flags == 3
    assert decoded.encode() == request.encode()
    other = CreateRequest("/a", None, [Acl(1, Id("world", "anyone"))], 3)
    assert CreateRequest.decode_whole(other.encode()) == other
