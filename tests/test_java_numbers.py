"""Floating point numbers, divided and printed as a JVM does."""

import math

import pytest

from kafkacli.java_numbers import divided, fixed, shortest


def test_dividing() -> None:
    assert divided(1, 4) == 0.25
    assert divided(3, 0) == math.inf
    assert divided(-3, 0) == -math.inf
    assert math.isnan(divided(0, 0))
    assert math.isnan(divided(math.nan, 0))


@pytest.mark.parametrize(
    ("number", "text"), [(1.25, "1.2"), (7, "7.0"), (math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")]
)
def test_fixed_digits(number: float, text: str) -> None:
    assert fixed(number, 1) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1e7, "1.0E7"),
        (1.5e-5, "1.5E-5"),
        (123456.789, "123456.789"),
        (0.001, "0.001"),
        (9.99e-4, "9.99E-4"),
        (1e21, "1.0E21"),
        (12345678.9, "1.23456789E7"),
        (0.0, "0.0"),
        (100, "100.0"),
        (2.5e10 / 3, "8.333333333333333E9"),
        (math.nan, "NaN"),
    ],
)
def test_shortest_digits(number: float, text: str) -> None:
    assert shortest(number) == text
