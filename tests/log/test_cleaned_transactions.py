"""Which batches are aborted, and which markers may go."""

from kafkacli.log.cleaned_transactions import CleanedTransactions
from kafkacli.log.transaction_index import AbortedTransaction, TransactionIndex
from kafkacli.record.batch import BatchHeader, Record, encode_batch, read_header
from kafkacli.record.control import encode_end_transaction
from kafkacli.record.filtering import empty_batch
from tests.support.memory_filesystem import MemoryFileSystem

ABORTED = AbortedTransaction(1, 10, 20, 21)


def data(offset: int, producer_id: int, *, is_transactional: bool = True) -> BatchHeader:
    record = Record(timestamp=1, key=b"k")
    return read_header(
        encode_batch([record], base_offset=offset, producer_id=producer_id, is_transactional=is_transactional)
    )


def marker(offset: int, producer_id: int, *, commit: bool) -> tuple[BatchHeader, bytes]:
    batch = encode_end_transaction(
        commit=commit, coordinator_epoch=0, producer_id=producer_id, producer_epoch=0, timestamp=1, base_offset=offset
    )
    return read_header(batch), batch


def transactions() -> CleanedTransactions:
    found = CleanedTransactions()
    found.add([ABORTED])
    filesystem = MemoryFileSystem()
    filesystem.make_directories("/logs")
    found.index = TransactionIndex(filesystem, "/logs/0.txnindex", 0)
    return found


def test_only_the_aborted_producers_transactional_batches_are_aborted() -> None:
    found = transactions()
    assert not found.is_aborted(data(9, 1))
    assert found.is_aborted(data(10, 1))
    assert not found.is_aborted(data(11, 2))
    assert not found.is_aborted(data(12, 1, is_transactional=False))
    assert found.is_aborted(data(13, 1))


def test_a_marker_is_obsolete_when_no_batch_of_its_transaction_was_met() -> None:
    found = transactions()
    assert found.is_marker_obsolete(*marker(20, 1, commit=False))
    assert found.is_marker_obsolete(*marker(21, 2, commit=True))
    assert found.index is not None
    assert found.index.transactions == []


def test_a_marker_stays_with_its_batches_and_is_noted_in_the_index() -> None:
    found = transactions()
    found.is_aborted(data(10, 1))
    found.is_aborted(data(11, 2))
    assert not found.is_marker_obsolete(*marker(20, 1, commit=False))
    assert not found.is_marker_obsolete(*marker(21, 2, commit=True))
    assert found.index is not None
    assert found.index.transactions == [ABORTED]
    assert not found.is_aborted(data(22, 1))
    assert found.is_marker_obsolete(*marker(30, 2, commit=True))


def test_a_marker_without_its_record_is_obsolete() -> None:
    header, _ = marker(20, 1, commit=False)
    empty = empty_batch(header)
    assert transactions().is_marker_obsolete(read_header(empty), empty)
