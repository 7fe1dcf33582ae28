"""What a producer holds: when it is ready, in which order it goes, when it is given up."""

import pytest

from kafkacli.client.accumulator import Accumulator
from kafkacli.client.batches import Batch
from kafkacli.client.sequences import Sequences
from kafkacli.record.compression import Compression
from kafkacli.record.packing import pack_values

A, B, C = ("t", 0), ("t", 1), ("u", 0)
LEADERS = {A: 1, B: 1, C: 2}


def accumulator(
    *,
    batch_size: int = 1000,
    memory: int = 1 << 20,
    linger_s: float = 5,
    codec: Compression = Compression.NONE,
    sequences: Sequences | None = None,
    keeps_order: bool = False,
) -> Accumulator:
    return Accumulator(
        batch_size=batch_size,
        memory=memory,
        linger_s=linger_s,
        backoff_s=1,
        delivery_s=100,
        codec=codec,
        sequences=sequences,
        keeps_order=keeps_order,
    )


def queued(into: Accumulator, partition: tuple[str, int], now: float, value: bytes = b"v", count: int = 1) -> Batch:
    batch = into.new_batch(partition, now, 0, 1)
    assert batch is not None
    batch.append(pack_values([value] * count, [len(value)] * count, 0, 0), count, 0, 0.0, len(value))
    into.records += count
    return batch


def ready(of: Accumulator, now: float) -> dict[int, list[tuple[str, int]]]:
    return of.ready(now, LEADERS.get)[0]


def test_a_batch_lingers_until_it_is_old_full_or_followed() -> None:
    queues = accumulator()
    queued(queues, A, 10.0)
    assert queues.ready(12.0, LEADERS.get) == ({}, 3.0, set())
    assert ready(queues, 15.0) == {1: [A]}
    queued(queues, B, 12.0, b"x" * 2000)
    assert ready(queues, 12.0) == {1: [B]}
    queued(queues, C, 12.0)
    queued(queues, C, 12.0)
    assert ready(queues, 12.0) == {1: [B], 2: [C]}
    queues.is_urgent = True
    assert ready(queues, 12.0) == {1: [A, B], 2: [C]}


def test_partitions_without_leader_are_told() -> None:
    queues = accumulator(linger_s=0)
    queued(queues, ("w", 0), 1.0)
    assert queues.ready(1.0, LEADERS.get) == ({}, 3600.0, {"w"})


def test_one_batch_of_each_partition_up_to_a_size_and_in_turn() -> None:
    queues = accumulator(linger_s=0)
    first = [queued(queues, key, 1.0, b"x" * 500) for key in (A, A, B)]
    assert queues.take([A, B], 10_000, 1.0) == [first[0], first[2]]
    assert queues.take([A, B], 10_000, 1.0) == [first[1]]
    second = [queued(queues, key, 1.0, b"x" * 500) for key in (A, A, B)]
    assert queues.take([A, B], 600, 1.0) == [second[0]]
    assert list(ready(queues, 1.0)[1]) == [B, A]  # who was served comes last
    assert all(batch.wire for batch in [*first, second[0]])


def test_what_is_to_be_sent_again_comes_first_after_a_pause() -> None:
    queues = accumulator(linger_s=0)
    old, new = queued(queues, A, 1.0), queued(queues, A, 1.0)
    assert queues.take([A], 1000, 1.0) == [old]
    queues.put_back(old, 2.0)
    assert queues.ready(2.5, LEADERS.get) == ({}, 0.5, set())
    assert queues.take([A], 1000, 2.5) == []
    assert ready(queues, 3.0) == {1: [A]}
    assert queues.take([A], 1000, 3.0) == [old]
    assert queues.take([A], 1000, 3.0) == [new]
    assert old.attempts == 1


def test_with_one_request_at_a_time_a_partition_waits_for_its_answer() -> None:
    queues = accumulator(linger_s=0, keeps_order=True)
    one, two = queued(queues, A, 1.0), queued(queues, A, 1.0)
    assert queues.take([A], 1000, 1.0) == [one]
    assert ready(queues, 1.0) == {}
    assert queues.take([A], 1000, 1.0) == []
    queues.answered(one)
    assert ready(queues, 1.0) == {1: [A]}
    assert queues.take([A], 1000, 1.0) == [two]


def test_memory_is_taken_by_batches_and_given_back() -> None:
    queues = accumulator(batch_size=1000, memory=2500)
    one, _ = queued(queues, A, 1.0), queued(queues, B, 1.0)
    assert queues.new_batch(C, 1.0, 0, 10) is None
    queues.done(one)
    assert queues.records == 1
    assert queues.new_batch(C, 1.0, 0, 1600) is None
    assert queues.new_batch(C, 1.0, 0, 1500) is not None


def test_less_memory_than_a_batch_has_is_enough_for_one() -> None:
    queues = accumulator(batch_size=5000, memory=1000)
    assert queues.new_batch(A, 1.0, 0, 10) is not None


def test_the_open_batch_takes_more_until_it_is_full_or_taken() -> None:
    queues = accumulator(batch_size=200)
    assert queues.open_batch(A) is None
    batch = queued(queues, A, 1.0)
    assert queues.open_batch(A) is batch
    batch.append(pack_values([b"x" * 200], [200], 1, 0), 1, 0, 0.0, 200)
    assert queues.open_batch(A) is None
    other = queued(queues, B, 1.0)
    queues.take([B], 1000, 1.0)
    queues.put_back(other, 1.0)
    assert queues.open_batch(B) is None


def test_compressed_batches_take_as_many_records_as_their_bytes_will_allow() -> None:
    queues = accumulator(batch_size=1000, codec=Compression.GZIP, linger_s=0)
    rooms = []
    for _ in range(200):
        batch = queued(queues, A, 1.0, b"x" * 900)
        rooms.append(batch.room)
        queues.take([A], 1 << 20, 1.0)
        queues.done(batch)
    assert rooms[0] < 1000 < rooms[-1]
    assert rooms == sorted(rooms)


def test_batches_expire_in_their_order() -> None:
    queues = accumulator()
    old = queued(queues, A, 1.0)
    queued(queues, A, 50.0)
    assert queues.expire(60.0) == ([], 41.0)
    assert queues.expire(101.0) == ([old], 49.0)
    assert queues.seconds_left(old, 61.0) == 40.0
    assert queues.expire(500.0)[1] == 100
    assert ready(queues, 500.0) == {}


def test_a_batch_that_is_too_large_is_queued_in_halves() -> None:
    queues = accumulator(batch_size=10_000, linger_s=0)
    batch = queued(queues, A, 1.0, b"x" * 100, 10)
    later = queued(queues, A, 1.0)
    assert queues.take([A], 1 << 20, 1.0) == [batch]
    parts = queues.split(batch)
    assert [part.count for part in parts] == [4, 4, 2]
    assert batch.is_done
    taken = [queues.take([A], 1 << 20, 1.0)[0] for _ in range(4)]
    assert taken == [*parts, later]
    for each in taken:
        queues.done(each)
    assert queues.records == 0
    assert queues.new_batch(A, 1.0, 0, 1 << 20) is not None  # all memory is back


def test_batches_get_half_as_large_as_the_one_that_was_too_large() -> None:
    queues = accumulator(batch_size=10_000, linger_s=0)
    batch = queued(queues, A, 1.0, b"x" * 100, 80)
    for key in (B, C):  # gathered before the answer
        queued(queues, key, 1.0, b"x" * 100, 80)
    assert queues.take([A], 1 << 20, 1.0) == [batch]
    most = len(batch.wire) // 2
    queues.split(batch)
    later = queues.new_batch(A, 1.0, 0, 1)
    other = queues.new_batch(C, 1.0, 0, 1)
    assert later is not None
    assert other is not None
    assert later.room <= most < other.room
    (cut,) = queues.take([B], 1 << 20, 1.0)
    assert 0 < len(cut.wire) <= most
    (whole,) = queues.take([C], 1 << 20, 1.0)  # another topic
    assert whole.count == 80


def test_everything_can_be_taken_out() -> None:
    queues = accumulator()
    one, two, three = (queued(queues, key, 1.0) for key in (A, B, C))
    assert queues.take_all([B]) == [two]
    assert queues.take_all() == [one, three]
    assert queues.take_all() == []


@pytest.mark.parametrize("attempts", [[0, 1, 2], [2, 1, 0], [1, 0, 2]])
def test_numbered_batches_come_back_in_the_order_of_their_numbers(attempts: list[int]) -> None:
    sequences = Sequences(is_transactional=False)
    sequences.take_id(1, 0)
    queues = accumulator(linger_s=0, sequences=sequences)
    batches = [queued(queues, A, 1.0) for _ in range(4)]
    taken = [queues.take([A], 1000, 1.0)[0] for _ in range(3)]
    assert taken == batches[:3]
    for number in attempts:
        queues.put_back(batches[number], 1.0)
    order = []
    for _ in range(4):
        (batch,) = queues.take([A], 1000, 9.0)
        order.append(batch)
        sequences.completed(batch)
    assert order == batches
