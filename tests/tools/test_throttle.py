"""Keeping a number of rounds in a second."""

import time

import pytest

from kafkacli.tools.throttle import Throttle


@pytest.mark.parametrize(
    ("per_second", "rounds", "elapsed", "waits"),
    [(-1, 1000, 1.0, False), (10, 5, 1.0, False), (10, 20, 1.0, True), (10, 20, 0.0, False)],
    ids=["off", "slow enough", "too fast", "at the beginning"],
)
def test_when_it_waits(per_second: int, rounds: int, elapsed: float, waits: bool) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        time.sleep(seconds)

    throttle = Throttle(per_second, 100.0, wait)
    begin = time.monotonic()
    throttle.after(rounds, 100.0 + elapsed)
    assert bool(waited) == waits
    assert (time.monotonic() - begin >= 0.1) == waits
    assert throttle.is_off == (per_second < 0)


def test_short_waits_are_saved_up() -> None:
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        time.sleep(seconds)

    throttle = Throttle(1000, 0.0, wait)
    throttle.after(10_000, 1.0)
    assert waited == []
    throttle.after(10_000, 1.0)
    assert waited


def test_none_in_a_second_waits_until_the_end() -> None:
    waited: list[float] = []
    Throttle(0, 0.0, waited.append).after(1, 1.0, lambda: len(waited) >= 3)
    assert len(waited) == 3
