"""The transaction log: what is written is read, a torn end is cut, damage elsewhere is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.protocol import CloseSessionTxn, CreateTxn, CreateTxnV0, DeleteTxn, OpCode, TxnHeader
from kafkacli.zookeeper.txnlog import CorruptFile, TxnLog, decode_txn, numbered_files, read_log

HEADER_BYTES = 16
FIRST = 5


def body(zxid: int, txn: Record, code: OpCode = OpCode.DELETE) -> bytes:
    return TxnHeader(7, 1, zxid, 99, code).encode() + txn.encode()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of ten transactions."""
    writer = TxnLog(tmp_path, preallocated_bytes=8192)
    for zxid in range(FIRST, FIRST + 10):
        writer.append(zxid, body(zxid, DeleteTxn(f"/{zxid}")))
        if zxid % 3 == 0:
            writer.write(writer.take())
    writer.write(writer.take())
    writer.close()
    return tmp_path / "log.5"


def read(path: Path, *, is_last: bool = True) -> list[int]:
    return [header.zxid for _, header, _ in read_log(path, is_last=is_last)]


def positions(path: Path) -> list[int]:
    return [position for position, _, _ in read_log(path, is_last=True)]


def test_what_is_written_is_read(log: Path) -> None:
    content = list(read_log(log, is_last=True))
    assert [header.zxid for _, header, _ in content] == list(range(5, 15))
    assert [txn for _, _, txn in content] == [DeleteTxn(f"/{zxid}") for zxid in range(5, 15)]
    assert content[0][0] == HEADER_BYTES


def test_files_grow_ahead_in_steps(log: Path) -> None:
    assert log.stat().st_size == 8192


def test_a_transaction_beyond_the_step_is_written_whole(tmp_path: Path) -> None:
    writer = TxnLog(tmp_path, preallocated_bytes=8192)
    writer.append(1, body(1, CreateTxn("/a", b"x" * 50_000, [], False, 1), OpCode.CREATE))
    writer.append(2, body(2, DeleteTxn("/a")))
    writer.write(writer.take())
    writer.close()
    assert read(tmp_path / "log.1") == [1, 2]
    assert (tmp_path / "log.1").stat().st_size % 8192 == 0


def test_without_preallocation_a_file_ends_with_its_last_transaction(tmp_path: Path) -> None:
    writer = TxnLog(tmp_path, preallocated_bytes=0, force_sync=False)
    writer.append(1, body(1, DeleteTxn("/a")))
    writer.write(writer.take())
    writer.close()
    assert (tmp_path / "log.1").read_bytes().endswith(b"/aB")
    assert read(tmp_path / "log.1") == [1]


@pytest.mark.parametrize(("force_sync", "syncs"), [(True, 1), (False, 0)])
def test_many_transactions_wait_for_one_sync_or_for_none(tmp_path: Path, force_sync: bool, syncs: int) -> None:
    seen: list[int] = []
    writer = TxnLog(
        tmp_path,
        preallocated_bytes=0,
        force_sync=force_sync,
        slow_sync_ms=-1,  # each is told
        on_slow_sync=lambda taken_ms, _: seen.append(taken_ms),
    )
    for zxid in (1, 2, 3):
        writer.append(zxid, body(zxid, DeleteTxn("/a")))
    writer.write(writer.take())
    assert len(seen) == syncs
    writer.close()


def test_rolling_begins_a_new_file(tmp_path: Path) -> None:
    writer = TxnLog(tmp_path, preallocated_bytes=4096)
    for zxid in (1, 2, 255, 256):
        if zxid == 255:
            writer.roll()
        writer.append(zxid, body(zxid, DeleteTxn("/a")))
    writer.write(writer.take())
    writer.close()
    (tmp_path / "log.xyz").touch()
    (tmp_path / "logs.1").touch()
    assert numbered_files(tmp_path, "log") == [(1, tmp_path / "log.1"), (255, tmp_path / "log.ff")]
    assert read(tmp_path / "log.1") == [1, 2]
    assert read(tmp_path / "log.ff") == [255, 256]


def test_a_torn_end_is_cut_at_the_last_whole_transaction(log: Path) -> None:
    last = positions(log)[-1]
    whole = log.read_bytes()
    end = len(whole.rstrip(b"\0"))
    for cut in range(last + 9, end):  # before that, nothing but zeros can be told from the rest
        log.write_bytes(whole[:cut] + bytes(100))
        assert read(log) == list(range(5, 14))
        assert log.stat().st_size in (last, cut + 100)
        assert read(log) == list(range(5, 14))


def test_a_torn_end_without_preallocation_is_cut(log: Path) -> None:
    last = positions(log)[-1]
    whole = log.read_bytes()
    for cut in range(last + 1, len(whole.rstrip(b"\0"))):
        log.write_bytes(whole[:cut])
        assert read(log) == list(range(5, 14))


def test_an_earlier_file_is_not_cut(log: Path) -> None:
    last = positions(log)[-1]
    whole = log.read_bytes()[: last + 20]
    log.write_bytes(whole)
    assert read(log, is_last=False) == list(range(5, 14))
    assert log.read_bytes() == whole


@pytest.mark.parametrize("offset", [0, 4, 7, 8, 11, 12, 40])
def test_damage_that_whole_transactions_follow_is_named_with_its_position(log: Path, offset: int) -> None:
    damaged = positions(log)[3]
    content = bytearray(log.read_bytes())
    content[damaged + offset] ^= 0x55
    log.write_bytes(content)
    for is_last in (True, False):
        with pytest.raises(CorruptFile) as found:
            read(log, is_last=is_last)
        assert found.value.position == damaged
        assert str(found.value).startswith(f"{log}: corrupt at byte {damaged}: ")
    assert log.read_bytes() == content


def test_a_zeroed_middle_is_damage(log: Path) -> None:
    begin, end = positions(log)[3], positions(log)[6]
    content = bytearray(log.read_bytes())
    content[begin:end] = bytes(end - begin)
    log.write_bytes(content)
    with pytest.raises(CorruptFile) as found:
        read(log)
    assert found.value.position == begin


def test_a_whole_looking_end_of_an_earlier_file_that_does_not_fit_is_damage(log: Path) -> None:
    last = positions(log)[-1]
    content = bytearray(log.read_bytes())
    content[last + 30] ^= 1
    log.write_bytes(content)
    with pytest.raises(CorruptFile, match="doesn't fit its checksum"):
        read(log, is_last=False)


@pytest.mark.parametrize("content", [b"", b"ZKLG", bytes(16), bytes(5000)])
def test_a_file_that_was_only_begun_holds_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.1").write_bytes(content)
    assert read(tmp_path / "log.1") == []


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.1").write_bytes(b"#!/bin/sh\necho hello\n")
    with pytest.raises(CorruptFile, match="doesn't begin with ZKLG"):
        read(tmp_path / "log.1")


def test_a_sound_entry_of_an_unknown_type_is_refused(tmp_path: Path) -> None:
    writer = TxnLog(tmp_path, preallocated_bytes=4096)
    writer.append(1, TxnHeader(7, 1, 1, 99, 55).encode())
    writer.write(writer.take())
    writer.close()
    with pytest.raises(CorruptFile, match="can't be read"):
        read(tmp_path / "log.1")


def test_creations_of_before_3_4_lack_the_parents_count() -> None:
    header, txn = decode_txn(body(1, CreateTxnV0("/a", b"x", [], True), OpCode.CREATE))
    assert header.zxid == 1
    assert txn == CreateTxn("/a", b"x", [], True, -1)


def test_a_closed_session_is_its_header_alone() -> None:
    assert decode_txn(body(1, CloseSessionTxn(), OpCode.CLOSE_SESSION))[1] == CloseSessionTxn()


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_a_damaged_byte_is_named_or_costs_the_last_transaction_only(log: Path, flip: int) -> None:
    whole = log.read_bytes()
    end = len(whole.rstrip(b"\0"))
    for position in range(HEADER_BYTES, end):
        damaged = bytearray(whole)
        damaged[position] ^= flip
        log.write_bytes(damaged)
        try:
            found = read(log)
        except CorruptFile:
            continue
        assert found == list(range(5, 14))
        assert position >= positions(log)[-1]
        log.write_bytes(whole)


def test_a_slow_disk_is_told_of(tmp_path: Path) -> None:
    slow: list[tuple[int, int]] = []
    writer = TxnLog(tmp_path, preallocated_bytes=8192, slow_sync_ms=-1, on_slow_sync=lambda *seen: slow.append(seen))
    writer.append(FIRST, body(FIRST, DeleteTxn("/a")))
    writer.write(writer.take())
    writer.close()
    assert slow == [(slow[0][0], 8192)]
    assert slow[0][0] >= 0


def test_a_file_grows_by_whole_steps_and_holds_what_is_larger_than_one(tmp_path: Path) -> None:
    writer = TxnLog(tmp_path, preallocated_bytes=8192)
    for zxid, size in ((FIRST, 10), (FIRST + 1, 20_000), (FIRST + 2, 5_000_000)):
        writer.append(zxid, body(zxid, DeleteTxn("/" + "a" * size)))
        writer.write(writer.take())
        assert (tmp_path / "log.5").stat().st_size % 8192 == 0
    writer.close()
    assert read(tmp_path / "log.5") == [FIRST, FIRST + 1, FIRST + 2]
