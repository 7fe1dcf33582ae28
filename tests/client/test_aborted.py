"""Which batches are handed on, as a transaction after the other begins and ends."""

from kafkacli.client.aborted import AbortedTransactions
from kafkacli.record.header import iter_headers
from kafkacli.wire.messages.fetch import AbortedTransaction
from tests.client.test_readings import batch, end


def handed_on(log: bytes, *aborted: tuple[int, int]) -> list[int]:
    rows = [AbortedTransaction(producer_id=producer, first_offset=offset) for producer, offset in aborted]
    transactions = AbortedTransactions(rows)
    return [header.base_offset for place, header in iter_headers(log) if transactions.hands_on(log, place, header)]


LOG = (
    batch(0, b"plain")
    + batch(1, b"x", producer=1)
    + end(2, 1, commit=True)
    + batch(3, b"y", producer=1)
    + batch(4, b"z", producer=2)
    + end(5, 1, commit=False)
    + batch(6, b"w", producer=1)
    + end(7, 1, commit=False)
    + end(8, 2, commit=True)
)


def test_markers_are_never_handed_on() -> None:
    assert handed_on(LOG) == [0, 1, 3, 4, 6]


def test_a_producers_aborted_transactions_and_no_other() -> None:
    assert handed_on(LOG, (1, 3)) == [0, 1, 4, 6]
    assert handed_on(LOG, (1, 6), (1, 3)) == [0, 1, 4]
