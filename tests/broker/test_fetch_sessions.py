"""Fetch sessions: what is asked, what is told, epochs, and who has to give way."""

from collections.abc import Iterable
from itertools import count

import pytest

from kafkacli.broker.fetch_sessions import FINAL_EPOCH, NO_SESSION, FetchContext, FetchSessions, next_epoch
from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.fetch import (
    FetchablePartitionResponse,
    FetchableTopic,
    FetchPartition,
    FetchRequest,
    FetchResponse,
    ForgottenTopic,
)

Key = tuple[str, int]


def sessions(max_entries: int = 10) -> FetchSessions:
    return FetchSessions(count(101).__next__, max_entries, eviction_ms=120_000)


def request(
    offsets: dict[Key, int],
    session: int = NO_SESSION,
    epoch: int = 0,
    forget: Iterable[Key] = (),
    replica: int = -1,
) -> FetchRequest:
    return FetchRequest(
        replica_id=replica,
        session_id=session,
        epoch=epoch,
        topics=[
            FetchableTopic(name=topic, fetch_partitions=[FetchPartition(partition_index=index, fetch_offset=offset)])
            for (topic, index), offset in offsets.items()
        ],
        forgotten=[ForgottenTopic(name=topic, forgotten_partition_indexes=[index]) for topic, index in forget],
    )


def told(partition: int, high_watermark: int = 0, records: bytes = b"", error: int = 0) -> FetchablePartitionResponse:
    return FetchablePartitionResponse(
        partition_index=partition,
        high_watermark=high_watermark,
        log_start_offset=0,
        records=records,
        error_code=error,
        preferred_read_replica=-1,
    )


def answer(context: FetchContext, results: dict[Key, FetchablePartitionResponse], now: int = 0) -> FetchResponse:
    return context.respond(results, now)


def names(response: FetchResponse) -> list[Key]:
    return [(topic.name, part.partition_index) for topic in response.topics for part in topic.partitions]


def open_session(cache: FetchSessions, keys: Iterable[Key], now: int = 0, replica: int = -1) -> int:
    context = cache.context(request(dict.fromkeys(keys, 0), replica=replica), now)
    return answer(context, {key: told(key[1]) for key in context.partitions}, now).session_id


def test_a_full_request_makes_a_session_and_is_answered_whole() -> None:
    cache = sessions()
    context = cache.context(request({("a", 0): 5, ("a", 1): 6, ("b", 0): 7}), 0)
    assert {key: asked.fetch_offset for key, asked in context.partitions.items()} == {
        ("a", 0): 5,
        ("a", 1): 6,
        ("b", 0): 7,
    }
    response = answer(context, {("a", 0): told(0), ("a", 1): told(1), ("b", 0): told(0)})
    assert names(response) == [("a", 0), ("a", 1), ("b", 0)]
    assert [topic.name for topic in response.topics] == ["a", "b"]
    assert response.session_id == 101


def test_an_incremental_request_reads_all_and_tells_only_news() -> None:
    cache = sessions()
    session = open_session(cache, [("a", 0), ("a", 1), ("a", 2), ("a", 3)])
    context = cache.context(request({("a", 1): 9}, session, 1), 0)
    assert {key: asked.fetch_offset for key, asked in context.partitions.items()} == {
        ("a", 0): 0,
        ("a", 1): 9,
        ("a", 2): 0,
        ("a", 3): 0,
    }
    results = {("a", 0): told(0), ("a", 1): told(1, records=b"r"), ("a", 2): told(2, 4), ("a", 3): told(3, error=6)}
    response = answer(context, results)
    assert names(response) == [("a", 1), ("a", 2), ("a", 3)]
    assert response.session_id == session
    # told again only what changed since; the error that is over is news
    context = cache.context(request({}, session, 2), 0)
    results = {("a", 0): told(0), ("a", 1): told(1), ("a", 2): told(2, 4), ("a", 3): told(3)}
    assert names(answer(context, results)) == [("a", 3)]


def test_partitions_that_had_records_are_read_last_the_next_time() -> None:
    cache = sessions()
    session = open_session(cache, [("a", 0), ("a", 1), ("a", 2)])
    context = cache.context(request({}, session, 1), 0)
    answer(context, {("a", 0): told(0, records=b"r"), ("a", 1): told(1), ("a", 2): told(2)})
    assert list(cache.context(request({}, session, 2), 0).partitions) == [("a", 1), ("a", 2), ("a", 0)]


def test_partitions_come_and_go() -> None:
    cache = sessions()
    session = open_session(cache, [("a", 0), ("a", 1)])
    context = cache.context(request({("b", 0): 3}, session, 1, forget=[("a", 0), ("none", 0)]), 0)
    assert list(context.partitions) == [("a", 1), ("b", 0)]
    assert names(answer(context, {("a", 1): told(1), ("b", 0): told(0)})) == [("b", 0)]


def test_a_session_without_partitions_ends() -> None:
    cache = sessions()
    session = open_session(cache, [("a", 0)])
    context = cache.context(request({}, session, 1, forget=[("a", 0)]), 0)
    assert not context.partitions
    assert answer(context, {}).session_id == NO_SESSION
    assert cache.context(request({}, session, 2), 0).error == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_the_final_epoch_ends_the_session_and_makes_none() -> None:
    cache = sessions()
    session = open_session(cache, [("a", 0)])
    context = cache.context(request({("a", 0): 1}, session, FINAL_EPOCH), 0)
    response = answer(context, {("a", 0): told(0)})
    assert (response.session_id, names(response), len(cache)) == (NO_SESSION, [("a", 0)], 0)


def test_an_unknown_session_and_a_wrong_epoch_are_errors() -> None:
    cache = sessions()
    assert answer(cache.context(request({}, 7, 1), 0), {}).error_code == ErrorCode.FETCH_SESSION_ID_NOT_FOUND
    session = open_session(cache, [("a", 0)])
    wrong = cache.context(request({("a", 0): 4}, session, 2), 0)
    assert (wrong.error, dict(wrong.partitions)) == (ErrorCode.INVALID_FETCH_SESSION_EPOCH, {})


def test_a_parked_fetch_whose_session_went_on_is_answered_with_an_error() -> None:
    cache = sessions()
    session = open_session(cache, [("a", 0)])
    parked = cache.context(request({}, session, 1), 0)
    cache.context(request({}, session, 2), 0)
    response = answer(parked, {("a", 0): told(0, records=b"r")})
    assert (response.error_code, response.topics) == (ErrorCode.INVALID_FETCH_SESSION_EPOCH, [])


def test_without_room_there_is_no_session() -> None:
    cache = sessions(max_entries=1)
    first = open_session(cache, [("a", 0)])
    assert open_session(cache, [("a", 0), ("a", 1)], now=1) == NO_SESSION
    assert not cache.context(request({}, first, 1), 2).error


@pytest.mark.parametrize(
    ("now", "first_used_at", "partitions", "replica", "replaced"),
    [
        (120_002, 0, 1, -1, True),  # stale
        (120_002, 100_000, 1, -1, False),  # in use, not fewer partitions (the tie goes to the older by id)
        (120_002, 100_000, 3, -1, True),  # in use, not new any more, fewer partitions
        (120_000, 100_000, 3, -1, False),  # still new
        (1, 0, 1, 2, True),  # a client's gives way to a follower's
    ],
)
def test_who_gives_way(now: int, first_used_at: int, partitions: int, replica: int, replaced: bool) -> None:
    cache = sessions(max_entries=1)
    first = open_session(cache, [("a", 0), ("a", 1)])
    if first_used_at:
        cache.context(request({}, first, 1), first_used_at)
    session = open_session(cache, [("b", i) for i in range(partitions)], now, replica)
    assert (session != NO_SESSION) == replaced
    assert len(cache) == 1


def test_a_followers_session_does_not_give_way_to_a_clients() -> None:
    cache = sessions(max_entries=1)
    first = open_session(cache, [("a", 0)], replica=2)
    cache.context(request({}, first, 1), 100_000)
    assert open_session(cache, [("b", i) for i in range(9)], now=120_002) == NO_SESSION


def test_epochs_wrap_to_one() -> None:
    assert [next_epoch(0), next_epoch(7), next_epoch(2**31 - 1), next_epoch(-1)] == [1, 8, 1, -1]
