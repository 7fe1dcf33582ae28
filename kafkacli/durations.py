"""Durations as people type them: `90`, `30s`, `1m30s`, `500ms`, `2h`, `7d`."""

from __future__ import annotations

import re

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


class DurationError(ValueError):
    """A text that is no duration; one line for the user."""


def seconds(text: str) -> float:
    """Return the seconds of a duration; a number alone counts seconds. Raises DurationError."""
    word = text.strip().lower()
    word += "s" if re.fullmatch(r"\d+(\.\d+)?", word) else ""
    if not re.fullmatch(f"(?:{_PART.pattern})+", word):
        raise DurationError(f"'{text}' is no duration; there are 90, 30s, 1m30s, 500ms, 2h, 7d")
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(word))
