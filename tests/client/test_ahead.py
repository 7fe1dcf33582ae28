"""Parts of a long question, asked on several connections."""

import threading
from itertools import islice

import pytest

from kafkacli.client.ahead import answers
from kafkacli.client.cluster import Cluster
from kafkacli.errors import ApiError, ErrorCode
from tests.support.waiting import until


@pytest.fixture
def cluster() -> Cluster:
    return Cluster("127.0.0.1:1")  # nothing here connects


def test_answers_come_in_the_order_of_the_parts_whoever_is_first(cluster: Cluster) -> None:
    fourth = threading.Event()

    def ask(own: Cluster, part: int) -> int:
        assert own is not cluster
        if part == 3:
            fourth.set()
        if part == 0:
            assert fourth.wait(10)  # while the first is still asked, three others are
        return part * part

    assert [*answers(cluster, range(9), ask)] == [number * number for number in range(9)]


def test_one_part_alone_is_asked_here(cluster: Cluster) -> None:
    seen = []

    def ask(own: Cluster, part: str) -> str:
        seen.append((own, threading.current_thread()))
        return part

    assert [*answers(cluster, ["only"], ask)] == ["only"]
    assert seen == [(cluster, threading.main_thread())]
    assert [*answers(cluster, [], lambda own, part: part)] == []


def test_an_error_comes_in_place_of_its_answer(cluster: Cluster) -> None:
    def ask(_: Cluster, part: int) -> int:
        if part == 5:
            raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        return part

    found = answers(cluster, range(20), ask)
    assert [*islice(found, 5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ApiError):
        next(found)


def test_one_answer_of_each_connection_waits_and_no_more(cluster: Cluster) -> None:
    asked: list[int] = []

    def ask(_: Cluster, part: int) -> int:
        asked.append(part)
        return part

    before = threading.active_count()
    found = answers(cluster, range(100), ask)
    assert next(found) == 0
    until(lambda: len(asked) == 5)  # four at first, and one more for the one that was taken
    found.close()  # type: ignore[attr-defined]
    until(lambda: threading.active_count() == before)
    assert len(asked) <= 5
