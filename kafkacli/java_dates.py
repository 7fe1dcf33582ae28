"""Times written by a pattern of java.text.SimpleDateFormat, in English and in the zone of this machine.

Of a zone's name only the short one is known (`z`), whatever the number of letters.
"""

from __future__ import annotations

import re
import time
from calendar import isleap

_PART = re.compile(r"''|'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
_LETTERS = "GyMwWDdFEuaHkKhmsSzZXLY"


class DateFormat:
    """One pattern. Raises ValueError, with Java's text, for a letter that has no meaning or a quote without end."""

    def __init__(self, pattern: str) -> None:
        self._parts: list[tuple[str, int]] = []  # a letter and how often it stands there; a text and 0
        position = 0
        while position < len(pattern):
            match = _PART.match(pattern, position)
            if match is None:
                raise ValueError("Unterminated quote")
            position = match.end()
            text = match[0]
            if match[2]:
                if match[2] not in _LETTERS:
                    raise ValueError(f"Illegal pattern character '{match[2]}'")
                self._parts.append((match[2], len(text)))
            else:
                self._parts.append(("'" if text == "''" else (match[1] or "").replace("''", "'") or text, 0))

    def format(self, seconds: float) -> str:
        """Return a time, in seconds since 1970, as text."""
        milliseconds = int(seconds * 1000)
        moment = time.localtime(milliseconds // 1000)
        return "".join(
            text if count == 0 else _field(text, count, moment, milliseconds % 1000) for text, count in self._parts
        )


def _field(letter: str, count: int, moment: time.struct_time, milliseconds: int) -> str:
    numbers = {
        "d": moment.tm_mday,
        "D": moment.tm_yday,
        "F": (moment.tm_mday - 1) // 7 + 1,
        "H": moment.tm_hour,
        "k": moment.tm_hour or 24,
        "K": moment.tm_hour % 12,
        "h": moment.tm_hour % 12 or 12,
        "m": moment.tm_min,
        "s": moment.tm_sec,
        "S": milliseconds,
        "u": moment.tm_wday + 1,
        "w": 1 if _week_year(moment) > moment.tm_year else _week(moment.tm_yday - 1, moment),
        "W": _week(moment.tm_mday - 1, moment),
    }
    if letter in numbers:
        return str(numbers[letter]).zfill(count)
    if letter in "yY":
        year = moment.tm_year if letter == "y" else _week_year(moment)
        return f"{year % 100:02d}" if count == 2 else str(year).zfill(count)
    if letter in "ML":
        if count < 3:
            return str(moment.tm_mon).zfill(count)
        return time.strftime("%b" if count == 3 else "%B", moment)
    if letter == "E":
        return time.strftime("%a" if count < 4 else "%A", moment)
    if letter == "a":
        return "AM" if moment.tm_hour < 12 else "PM"
    if letter == "G":
        return "AD"
    return _zone(letter, count, moment)


def _week(days: int, moment: time.struct_time) -> int:
    """Return the number of the week, that begins on a Sunday, when so many days of the year or month lie behind."""
    return (days - (moment.tm_wday + 1) % 7 + 13) // 7


def _week_year(moment: time.struct_time) -> int:
    """Return the year that a week is counted to: the one in which its Saturday lies."""
    saturday = moment.tm_yday + 6 - (moment.tm_wday + 1) % 7
    return moment.tm_year + (saturday > 365 + isleap(moment.tm_year))


def _zone(letter: str, count: int, moment: time.struct_time) -> str:
    offset = moment.tm_gmtoff or 0
    sign = "-" if offset < 0 else "+"
    hours, minutes = divmod(abs(offset) // 60, 60)
    if letter == "z":
        return moment.tm_zone
    if letter == "X":
        if offset == 0:
            return "Z"
        rest = "" if count == 1 else f":{minutes:02d}" if count == 3 else f"{minutes:02d}"
        return f"{sign}{hours:02d}{rest}"
    return f"{sign}{hours:02d}{minutes:02d}"
