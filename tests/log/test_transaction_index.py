"""The index of aborted transactions."""

import pytest

from kafkacli.log.index_file import CorruptIndex
from kafkacli.log.transaction_index import AbortedTransaction, TransactionIndex, decode_transactions
from tests.support.memory_filesystem import MemoryFileSystem

FIRST = AbortedTransaction(producer_id=1, first_offset=100, last_offset=110, last_stable_offset=105)
SECOND = AbortedTransaction(producer_id=2, first_offset=105, last_offset=120, last_stable_offset=121)


@pytest.fixture
def filesystem() -> MemoryFileSystem:
    filesystem = MemoryFileSystem()
    filesystem.make_directories("/d")
    return filesystem


@pytest.fixture
def index(filesystem: MemoryFileSystem) -> TransactionIndex:
    index = TransactionIndex(filesystem, "/d/100.txnindex", 100)
    assert not filesystem.exists("/d/100.txnindex")
    index.append(FIRST)
    index.append(SECOND)
    return index


def test_entries_are_kept_in_the_file(filesystem: MemoryFileSystem, index: TransactionIndex) -> None:
    data = bytes(filesystem.files["/d/100.txnindex"].data)
    assert data[:34].hex() == "0000" + "".join(f"{number:016x}" for number in FIRST)
    assert decode_transactions(data) == decode_transactions(data + b"torn") == [FIRST, SECOND]
    assert TransactionIndex(filesystem, "/d/100.txnindex", 100).transactions == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("offset", "upper_bound", "expected", "is_complete"),
    [
        (100, 105, [FIRST], True),
        (100, 106, [FIRST, SECOND], True),
        (111, 121, [SECOND], True),
        (111, 122, [SECOND], False),
        (121, 130, [], False),
    ],
)
def test_overlapping_transactions_are_collected(
    index: TransactionIndex, offset: int, upper_bound: int, expected: list[AbortedTransaction], is_complete: bool
) -> None:
    assert index.collect(offset, upper_bound) == (expected, is_complete)


def test_truncation_goes_by_the_marker(filesystem: MemoryFileSystem, index: TransactionIndex) -> None:
    index.truncate_to(120)
    assert index.transactions == [FIRST]
    assert TransactionIndex(filesystem, "/d/100.txnindex", 100).transactions == [FIRST]
    index.reset()
    assert filesystem.size("/d/100.txnindex") == 0


def test_an_unknown_version_or_a_marker_before_the_segment_is_corrupt(index: TransactionIndex) -> None:
    index.check()
    index.base_offset = 111
    with pytest.raises(CorruptIndex, match="less than start offset 111"):
        index.check()
    with pytest.raises(CorruptIndex, match="Unexpected aborted transaction version 1"):
        decode_transactions(b"\x01\x00" + bytes(32))


def test_a_file_of_an_unknown_version_is_told_by_the_check_and_made_again(filesystem: MemoryFileSystem) -> None:
    filesystem.open("/d/300.txnindex", create=True)
    filesystem.files["/d/300.txnindex"].data[:] = b"\x01\x00" + bytes(32)
    damaged = TransactionIndex(filesystem, "/d/300.txnindex", 300)
    with pytest.raises(CorruptIndex, match="Unexpected aborted transaction version 1"):
        damaged.check()
    damaged.reset()
    damaged.check()
    assert filesystem.size("/d/300.txnindex") == 0


def test_the_file_moves_when_there_is_one(filesystem: MemoryFileSystem, index: TransactionIndex) -> None:
    index.rename("/d/100.txnindex.deleted")
    assert filesystem.names("/d") == ["100.txnindex.deleted"]
    absent = TransactionIndex(filesystem, "/d/200.txnindex", 200)
    absent.rename("/d/200.txnindex.deleted")
    assert filesystem.names("/d") == ["100.txnindex.deleted"]
