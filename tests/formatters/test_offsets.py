"""Committed offsets as text."""

import pytest

from kafkacli.client.chunks import Records
from kafkacli.coordinator.group_records import (
    GroupMetadataValue,
    OffsetCommitValue,
    encode_group_key,
    encode_group_value,
    encode_offset_commit_key,
    encode_offset_commit_value,
)
from kafkacli.formatters.offsets import OffsetsFormatter
from kafkacli.wire.primitives import WireError
from tests.formatters.records import record

KEY = encode_offset_commit_key("g", "t", 3)


def commit(leader_epoch: int = -1, expire_timestamp: int = -1) -> bytes:
    value = OffsetCommitValue(
        offset=7, leader_epoch=leader_epoch, metadata="m", commit_timestamp=1234, expire_timestamp=expire_timestamp
    )
    return encode_offset_commit_value(value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (commit(), "OffsetAndMetadata(offset=7, leaderEpoch=Optional.empty, metadata=m, commitTimestamp=1234, expireTimestamp=None)"),
        (commit(leader_epoch=2), "OffsetAndMetadata(offset=7, leaderEpoch=Optional[2], metadata=m, commitTimestamp=1234, expireTimestamp=None)"),
        (commit(expire_timestamp=9), "OffsetAndMetadata(offset=7, leaderEpoch=Optional.empty, metadata=m, commitTimestamp=1234, expireTimestamp=Some(9))"),
        (None, "NULL"),
    ],
)  # fmt: skip
def test_commits(value: bytes | None, shown: str) -> None:
    assert OffsetsFormatter({}).text(record(KEY, value)) == f"[g,t,3]::{shown}\n".encode()


def test_other_records_are_left_out() -> None:
    group = encode_group_value(GroupMetadataValue(protocol_type="consumer", generation=1))
    assert OffsetsFormatter({}).texts(Records([record(encode_group_key("g"), group), record(None, b"")])) == b""


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\x63abc", KEY[:-1]])
def test_bytes_that_are_no_such_key(data: bytes) -> None:
    with pytest.raises(WireError):
        OffsetsFormatter({}).text(record(data, commit()))


@pytest.mark.parametrize("data", [b"", b"\0\x63abc", commit()[:-1]])
def test_bytes_that_are_no_such_value(data: bytes) -> None:
    with pytest.raises(WireError):
        OffsetsFormatter({}).text(record(KEY, data))
