"""Records a second, bytes a second, by a clock of the test's own."""

import pytest

from kafkacli.client.pace import Pace, RateError, parse_rate


def times(pace: Pace, sizes: list[int], *, late: float = 0.0) -> list[float]:
    """When each of these records goes, where every wait ends a little too late."""
    now = 100.0
    gone = []
    for size in sizes:
        if delay := pace.take(size, now):
            now += delay + late
        gone.append(now - 100)
    return gone


@pytest.mark.parametrize("rate", [1, 7, 1000, 1_000_000])
@pytest.mark.parametrize("late", [0.0, 0.004])
def test_no_more_records_than_wanted_and_not_many_less(rate: int, late: float) -> None:
    gone = times(Pace(rate, None, 100.0), [10] * min(rate * 4, 200_000), late=late)
    seconds = len(gone) / rate
    assert seconds * 0.98 - 0.06 - 1 / rate <= gone[-1] <= seconds * 1.02
    for first in range(0, len(gone) - rate, max(rate // 10, 1)):
        assert gone[first + rate] - gone[first] >= 1 - 0.11


def test_bytes_count_too_and_the_slower_of_both_wins() -> None:
    sizes = [100, 5000, 1, 1] * 10
    assert times(Pace(None, 1000.0, 100.0), sizes)[-1] == pytest.approx(sum(sizes) / 1000, abs=0.1)
    assert times(Pace(1.0, 1e6, 100.0), sizes)[-1] == pytest.approx(39, abs=0.1)
    assert times(Pace(1e6, 1000.0, 100.0), sizes)[-1] == pytest.approx(sum(sizes) / 1000, abs=0.1)


def test_a_rest_is_no_credit() -> None:
    pace = Pace(10.0, None, 100.0)
    delays = [pace.take(1, 200.0) for _ in range(3)]
    assert delays == [0.0, 0.0, pytest.approx(0.15)]


def test_waits_are_few() -> None:
    pace, now, waits = Pace(100_000.0, None, 0.0), 0.0, 0
    for _ in range(100_000):
        if delay := pace.take(1, now):
            now, waits = now + delay, waits + 1
    assert waits <= 21


@pytest.mark.parametrize(
    ("text", "rate"),
    [("500", 500), ("10k", 10_000), ("1M", 1_000_000), ("1.5m", 1_500_000), (" 2G ", 2e9), ("0.5", 0.5)],
)
def test_rates(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "0", "0k", "-1", "k", "1x", "1 k", "1e3", "nan"])
def test_no_rates(text: str) -> None:
    with pytest.raises(RateError, match="is no rate; there are 500, 10k, "):
        parse_rate(text)
