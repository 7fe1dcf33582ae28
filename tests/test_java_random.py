"""Numbers of java.util.Random, as a JVM gives them."""

import pytest

from kafkacli.java_random import JavaRandom


@pytest.mark.parametrize(("seed", "letters"), [(0, "SSXVNJHPDQ"), (42, "AHWMARNQDP")])
def test_letters(seed: int, letters: str) -> None:
    random = JavaRandom(seed)
    assert "".join(chr(65 + random.next_int(26)) for _ in letters) == letters


def test_a_bound_that_makes_it_draw_again_and_a_power_of_two() -> None:
    random = JavaRandom(1)
    drawn = [215764588, 880641847, 874970313, 446064254, 77814904, 714504434]
    assert [random.next_int((1 << 30) + 1) for _ in drawn] == drawn
    assert [random.next_int(8) for _ in range(3)] == [5, 7, 5]


def test_no_number_below_nothing() -> None:
    with pytest.raises(ValueError, match="bound must be positive"):
        JavaRandom(0).next_int(0)
