"""Records into batches."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from kafkacli.client.accumulator import Accumulator
from kafkacli.client.batches import Batch
from kafkacli.client.cluster_view import ClusterView
from kafkacli.client.filling import Filler, Pairs, Single, Taken, Values
from kafkacli.client.partitioners import Partitioner, RoundRobinPartitioner
from kafkacli.record.bodies import decode_bodies
from kafkacli.record.compression import Compression
from kafkacli.record.record import Record, append_record
from tests.client.test_cluster_view import answer, topic


class Filling:
    """A filler for topic t of some partitions; `batches` are those it began."""

    def __init__(
        self,
        partitions: int = 1,
        batch_size: int = 300,
        memory: int = 1 << 20,
        kind: type[Partitioner] = Partitioner,
    ) -> None:
        view = ClusterView()
        view.take(answer(topic("t", [1] * partitions)))
        self.accumulator = Accumulator(
            batch_size=batch_size,
            memory=memory,
            linger_s=0,
            backoff_s=0,
            delivery_s=10,
            codec=Compression.NONE,
            sequences=None,
            keeps_order=False,
        )
        self.batches: list[Batch] = []
        self.filler = Filler(self.accumulator, view, kind, first, self._new)

    def _new(self, partition: tuple[str, int], timestamp_ms: int, least: int) -> Batch | None:
        batch = self.accumulator.new_batch(partition, 0.0, timestamp_ms, least)
        if batch is not None:
            self.batches.append(batch)
        return batch

    def values(self) -> list[bytes | None]:
        return [record.value for batch in self.batches for record in batch.records()]


def first(choices: Sequence[int]) -> int:
    return choices[0]


@given(st.lists(st.lists(st.binary(max_size=120), min_size=1, max_size=20), max_size=6))
def test_all_arrive_in_order_in_batches_that_are_not_too_large(chunks: list[list[bytes]]) -> None:
    filling = Filling()
    for chunk in chunks:
        assert filling.filler.fill(Values(chunk), "t", None, 1, 0.0) == []
    assert filling.values() == [value for chunk in chunks for value in chunk]
    assert all(batch.size + 61 <= 300 or batch.count == 1 for batch in filling.batches)
    assert filling.accumulator.records == sum(map(len, chunks))


def test_batches_are_well_filled() -> None:
    filling = Filling(batch_size=16384)
    filling.filler.fill(Values([b"x" * 100] * 1000), "t", None, 1, 0.0)
    filling.filler.fill(Values([b"x" * 100, b"y" * 99] * 500), "t", None, 1, 0.0)
    assert len(filling.batches) <= 2000 * 110 / 16384 * 1.1


def test_every_batch_without_key_goes_to_another_partition_and_is_filled_over_several_calls() -> None:
    filling = Filling(partitions=2)
    for _ in range(40):
        filling.filler.fill(Values([b"x" * 10]), "t", None, 1, 0.0)
    assert [batch.partition for batch in filling.batches] == [1, 0, 1, 0][: len(filling.batches)]
    assert 3 <= len(filling.batches) <= 4


def test_round_robin_goes_record_by_record() -> None:
    filling = Filling(partitions=2, kind=RoundRobinPartitioner)
    for number in range(4):
        filling.filler.fill(Single(None, b"%d" % number), "t", None, 1, 0.0)
    filling.filler.fill(Values([b"4", b"five"]), "t", None, 1, 0.0)
    assert filling.values() == [b"0", b"2", b"4", b"1", b"3", b"five"]


def test_pairs_and_single_records_share_a_batch() -> None:
    filling = Filling()
    filling.filler.fill(Pairs([b"a", b"b"], [b"1", b"22"]), "t", 0, 5, 1.0)
    filling.filler.fill(Single(b"c", None, [("h", b"x")]), "t", 0, 3, 2.0)
    (batch,) = filling.batches
    assert [(one.key, one.value, one.timestamp) for one in batch.records()] == [
        (b"a", b"1", 5),
        (b"b", b"22", 5),
        (b"c", None, 3),
    ]
    assert batch.marks == [(1.0, 2, 3), (2.0, 1, 0)]


def test_records_taken_over_keep_their_times_and_all_else() -> None:
    source = [
        Record(timestamp=100 + number % 3, key=b"k", value=b"v" * 40, headers=(("h", None),)) for number in range(12)
    ]
    found = decode_bodies(encode_records(source), len(source))
    filling = Filling()
    rows = Taken(found.bodies, found.timestamp_deltas)
    assert filling.filler.fill(rows, "t", 0, 100, 0.0) == []
    assert len(filling.batches) > 2
    taken = [record for batch in filling.batches for record in batch.records()]
    assert [(one.timestamp, one.key, one.value, one.headers) for one in taken] == [
        (one.timestamp, one.key, one.value, one.headers) for one in source
    ]
    for batch in filling.batches:
        times = [record.timestamp for record in batch.records()]
        assert (batch.base_timestamp, batch.max_timestamp) == (times[0], max(times))
    assert rows.record(3) == (b"k", b"v" * 40)


def encode_records(records: list[Record]) -> bytes:
    output = bytearray()
    for number, record in enumerate(records):
        append_record(output, record, number, record.timestamp - 100)
    return bytes(output)


def test_records_for_which_there_is_no_memory_are_named() -> None:
    filling = Filling(memory=700)
    failed = filling.filler.fill(Values([b"x" * 200] * 4), "t", None, 1, 0.0)
    assert failed == [2, 3]
    assert len(filling.batches) == 2


def test_what_is_told_of_single_ones() -> None:
    assert Values([b"ab"]).record(0) == (None, b"ab")
    assert Pairs([b"k"], [b"v"]).record(0) == (b"k", b"v")
    assert Single(b"k", None).record(0) == (b"k", None)
