"""Places in a partition as people write them.

42              an offset
earliest latest beginning end
-1h -30m -2d    so long ago; ms, s, m, h, d, w, several in a row (-1h30m)
2026-11-24      a date, a time of day behind it if wanted (2026-11-24T12:30:05.5), Z or +01:00 behind that; else local
@1700000000000  milliseconds since 1970
"""

from __future__ import annotations

import re

EARLIEST, LATEST = "earliest", "latest"
_WORDS = {"earliest": EARLIEST, "beginning": EARLIEST, "latest": LATEST, "end": LATEST}
_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_DURATION = re.compile(r"(\d+)(ms|[smhdw])")
_MOST = 2**63 - 1


class PlaceError(ValueError):
    """Words that name no place."""


class Place:
    """A place in a partition. kind: 'offset', 'timestamp' (number: ms since 1970), EARLIEST or LATEST (number: 0)."""

    __slots__ = ("kind", "number")

    def __init__(self, kind: str, number: int = 0) -> None:
        self.kind = kind
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and (self.kind, self.number) == (other.kind, other.number)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Place({self.kind!r}, {self.number})"


def parse_place(text: str, now_ms: int) -> Place:
    """Return the place that the words name; now_ms: from which durations count. Raises PlaceError."""
    word = text.strip()
    if kind := _WORDS.get(word.lower()):
        return Place(kind)
    if word.isascii() and word.isdecimal() and int(word) <= _MOST:
        return Place("offset", int(word))
    timestamp = timestamp_of(word, now_ms)
    if timestamp is None:
        raise PlaceError(
            f"'{text}' is no offset, date (2026-11-24T12:30), duration (-1h), @milliseconds, earliest or latest"
        )
    return Place("timestamp", timestamp)


def timestamp_of(word: str, now_ms: int) -> int | None:
    """Return the time in ms since 1970 that a date, a duration before `now_ms` or @milliseconds names, None for others."""
    if re.fullmatch(r"@-?\d{1,18}", word, re.ASCII):
        return int(word[1:])
    if word.startswith("-"):
        units = _DURATION.findall(word[1:])
        if not units or "".join(number + unit for number, unit in units) != word[1:]:
            return None
        return now_ms - sum(int(number) * _UNITS_MS[unit] for number, unit in units)
    if not re.match(r"\d{4}-\d", word):
        return None
    from datetime import datetime

    try:
        return round(datetime.fromisoformat(word).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None


def parse_partitions(text: str) -> list[int]:
    """Return the partitions of a list such as 0,3,5-7, in order, each once. Raises PlaceError."""
    found: set[int] = set()
    for piece in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})(?:-(\d{1,9}))?\s*", piece, re.ASCII)
        if match is None:
            raise PlaceError(f"'{text}' is no list of partitions such as 0,3,5-7")
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last < first + 1_000_000:
            raise PlaceError(f"'{piece}' is no range of partitions")
        found.update(range(first, last + 1))
    return sorted(found)
