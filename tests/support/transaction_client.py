"""What a transactional client does, step by step, with topic `t`."""

from kafkacli.coordinator.group_partition import partition_for
from kafkacli.coordinator.requests import Producer
from kafkacli.errors import ErrorCode
from kafkacli.record.batch import iter_headers, read_records
from kafkacli.wire.messages.add_offsets_to_txn import AddOffsetsToTxnResponse
from kafkacli.wire.messages.add_partitions_to_txn import AddPartitionsToTxnResponse
from kafkacli.wire.messages.end_txn import EndTxnResponse
from kafkacli.wire.messages.init_producer_id import InitProducerIdResponse
from kafkacli.wire.messages.offset_fetch import OffsetFetchResponse
from kafkacli.wire.messages.txn_offset_commit import TxnOffsetCommitResponse
from tests.support.group_requests import fetch as fetch_offsets
from tests.support.produced import fetch, fetch_request, produce
from tests.support.raw import RawClient
from tests.support.transaction_requests import add, add_offsets, commit_offsets, data, end, init
from tests.support.waiting import until

OK = ErrorCode.NONE
FIRST = next(f"id-{n}" for n in range(100) if partition_for(f"id-{n}", 3) == 0)
"""A transactional id of the first of three partitions."""


def producer(client: RawClient, name: str = FIRST, timeout_ms: int = 60_000) -> Producer:
    """A producer, as soon as the id's partition is loaded and its transaction has ended."""
    found: list[Producer] = []

    def is_there() -> bool:
        answer = client.ask(init(name, timeout_ms=timeout_ms), InitProducerIdResponse, 3)
        if not answer.error_code:
            found.append(Producer(answer.producer_id, answer.producer_epoch))
        return bool(found)

    until(is_there)
    return found[0]


def added(client: RawClient, who: Producer, *partitions: tuple[str, int], name: str = FIRST) -> ErrorCode:
    answer = client.ask(add(name, who, *partitions), AddPartitionsToTxnResponse, 1)
    return ErrorCode(answer.results[0].results[0].error_code)


def ended(client: RawClient, who: Producer, *, commit: bool, name: str = FIRST) -> ErrorCode:
    return ErrorCode(client.ask(end(name, who, commit=commit), EndTxnResponse, 1).error_code)


def begin(client: RawClient, who: Producer, value: bytes = b"a", *, sequence: int = 0, name: str = FIRST) -> None:
    """Write one record to t-0 in a transaction."""
    assert added(client, who, ("t", 0), name=name) is OK
    assert produce(client, data(who, sequence, value)).error_code == OK


def committed(client: RawClient) -> list[bytes | None]:
    """What a consumer of committed records gets of t-0, as far as it can read."""
    part = fetch(client, fetch_request({("t", 0): 0}, isolation=1))
    aborted = [(each.producer_id, each.first_offset) for each in part.aborted or []]
    found: list[bytes | None] = []
    skipped: set[int] = set()
    records = part.records or b""
    for position, header in iter_headers(records):
        skipped |= {producer_id for producer_id, offset in aborted if offset == header.base_offset}
        if header.is_control:
            skipped.discard(header.producer_id)
        elif header.producer_id not in skipped:
            found += [record.value for record in read_records(records, position, header)]
    return found


def group_offset(client: RawClient, group: str) -> tuple[int, int]:
    """A group's stable offset for t-0, and the error."""
    answer = client.ask(fetch_offsets(group, 0, topic="t", require_stable=True), OffsetFetchResponse, 7)
    if answer.error_code:
        return -1, answer.error_code
    (part,) = answer.topics[0].partitions
    return part.committed_offset, part.error_code


def offsets_in_transaction(client: RawClient, who: Producer, group: str, offset: int, *, name: str = FIRST) -> None:
    """Commit a group's offset for t-0 in a transaction."""
    client.ask(add_offsets(name, who, group), AddOffsetsToTxnResponse, 1)
    answer = client.ask(commit_offsets(name, who, group, ("t", 0, offset)), TxnOffsetCommitResponse, 3)
    assert answer.topics[0].partitions[0].error_code == OK
