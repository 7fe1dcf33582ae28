"""The numbers of an idempotent producer."""

import pytest

from kafkacli.client.batches import Batch
from kafkacli.client.sequences import Sequences
from kafkacli.errors import ErrorCode
from kafkacli.record.packing import pack_values

KEY = ("t", 0)


def sequences(*, is_transactional: bool = False, epoch: int = 0) -> Sequences:
    made = Sequences(is_transactional=is_transactional)
    made.take_id(7, epoch)
    return made


def batch(count: int = 2) -> Batch:
    made = Batch(KEY, 0.0, 0, 1000)
    made.append(pack_values([b"v"] * count, [1] * count, 0, 0), count, 0, 0.0, count)
    return made


def numbered(by: Sequences, count: int) -> list[Batch]:
    batches = [batch() for _ in range(count)]
    for one in batches:
        assert by.may_send(one)
        by.number(one)
    return batches


def numbers(*batches: Batch) -> list[tuple[int, int]]:
    return [(one.epoch, one.sequence) for one in batches]


def test_nothing_goes_without_an_id() -> None:
    made = Sequences(is_transactional=False)
    assert not made.has_id
    assert not made.may_send(batch())


def test_numbers_follow_one_another_and_stay() -> None:
    made = sequences()
    batches = numbered(made, 3)
    assert numbers(*batches) == [(0, 0), (0, 2), (0, 4)]
    made.number(batches[1])
    assert batches[1].sequence == 2
    made.take_id(8, 0)
    assert numbers(*numbered(made, 1)) == [(0, 0)]


def test_after_an_error_they_go_one_at_a_time_in_order() -> None:
    made = sequences()
    first, second, third = numbered(made, 3)
    assert [made.may_send(one) for one in (second, first, third)] == [False, True, False]
    made.completed(first)
    assert [made.may_send(one) for one in (second, third)] == [True, False]


def test_out_of_order_behind_a_lost_one_is_tried_again() -> None:
    made = sequences()
    _, second = numbered(made, 2)
    assert made.can_retry(second, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1)
    made.settle()
    assert numbers(second) == [(0, 2)]


def test_out_of_order_of_the_next_one_begins_a_new_epoch() -> None:
    made = sequences()
    first, second, third = numbered(made, 3)
    made.completed(first)
    assert made.can_retry(second, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1)
    made.settle()
    assert numbers(second, third) == [(1, 0), (1, 2)]
    assert made.can_retry(second, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1)  # sent before it was numbered anew
    made.settle()
    assert made.epoch == 1


@pytest.mark.parametrize("log_start", [-1, 5])
def test_a_forgotten_producer_begins_anew(log_start: int) -> None:
    made = sequences()
    (first,) = numbered(made, 1)
    assert made.can_retry(first, ErrorCode.UNKNOWN_PRODUCER_ID, log_start)
    made.settle()
    assert numbers(first) == [(0, 0) if log_start == -1 else (1, 0)]


def test_in_a_transaction_what_was_forgotten_must_be_deleted() -> None:
    made = sequences(is_transactional=True)
    first, second = numbered(made, 2)
    first.base_offset = 10
    made.completed(first)
    assert not made.can_retry(second, ErrorCode.UNKNOWN_PRODUCER_ID, 11)
    assert made.can_retry(second, ErrorCode.UNKNOWN_PRODUCER_ID, 12)
    assert numbers(second) == [(0, 0)]


def test_what_was_refused_leaves_no_gap() -> None:
    made = sequences()
    first, second = numbered(made, 2)
    made.failed(first, ErrorCode.MESSAGE_TOO_LARGE, is_refused=True)
    made.settle()
    assert numbers(second) == [(1, 0)]
    made = sequences(is_transactional=True)
    first, second = numbered(made, 2)
    made.failed(first, ErrorCode.MESSAGE_TOO_LARGE, is_refused=True)
    made.settle()
    assert numbers(second, *numbered(made, 1)) == [(0, 0), (0, 2)]


def test_nothing_new_follows_one_that_may_have_arrived() -> None:
    made = sequences()
    first, second = numbered(made, 2)
    made.failed(first, 0, is_refused=False)
    made.expired(first)
    assert not made.may_send(batch())
    made.completed(second)  # so the first one had arrived
    made.settle()
    assert numbers(*numbered(made, 1)) == [(0, 4)]


def test_an_epoch_begins_when_nobody_knows_what_arrived() -> None:
    made = sequences()
    (first,) = numbered(made, 1)
    made.failed(first, 0, is_refused=False)
    made.expired(first)
    made.settle()
    assert numbers(*numbered(made, 1)) == [(1, 0)]


def test_after_the_last_epoch_comes_another_id() -> None:
    made = sequences(epoch=2**15 - 1)
    (first,) = numbered(made, 1)
    made.failed(first, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, is_refused=False)
    made.settle()
    assert not made.has_id


def test_old_batches_end_before_a_new_epoch_is_used() -> None:
    made = sequences()
    old, other = numbered(made, 2)
    made.epoch = 1
    assert not made.may_send(batch())
    made.completed(old)
    made.completed(other)
    assert numbers(*numbered(made, 1)) == [(1, 0)]


def test_parts_take_the_place_of_a_batch() -> None:
    made = sequences()
    first, second = numbered(made, 2)
    parts = [batch(1), batch(1)]
    for number, part in enumerate(parts):
        part.give_sequence(7, 0, number)
    made.replaced(first, parts)
    assert [made.may_send(one) for one in (*parts, second)] == [True, False, False]


@pytest.mark.parametrize(("code", "may"), [(ErrorCode.NOT_LEADER_OR_FOLLOWER, True), (ErrorCode.CORRUPT_MESSAGE, True)])
def test_other_errors_are_as_they_are(code: ErrorCode, may: bool) -> None:
    made = sequences()
    (first,) = numbered(made, 1)
    assert made.can_retry(first, code, -1) is may
    assert not made.can_retry(first, ErrorCode.INVALID_REQUIRED_ACKS, -1)


def test_batches_without_number_do_not_matter() -> None:
    made = sequences()
    made.failed(batch(), ErrorCode.MESSAGE_TOO_LARGE, is_refused=True)
    made.settle()
    assert made.epoch == 0
