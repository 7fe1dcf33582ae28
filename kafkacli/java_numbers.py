"""Floating point numbers as Java divides and prints them: dividing by zero is no error there."""

from __future__ import annotations

import math


def divided(dividend: float, divisor: float) -> float:
    """Return the quotient; infinite, or not a number, where the divisor is 0."""
    if divisor:
        return dividend / divisor
    return math.nan if dividend == 0 or math.isnan(dividend) else math.copysign(math.inf, dividend)


def fixed(number: float, digits: int) -> str:
    """Return a number with so many digits behind the point, as `%.Nf` prints it."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return f"{number:.{digits}f}"


def shortest(number: float) -> str:
    """Return a double as `Double.toString` prints it: the shortest digits, an exponent outside of 0.001 to 10 million."""
    if math.isnan(number) or math.isinf(number):
        return fixed(number, 0)
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(float(number))
    text = next(text for text in (f"{number:.{digits}e}" for digits in range(1, 18)) if float(text) == number)
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}E{int(exponent)}"
