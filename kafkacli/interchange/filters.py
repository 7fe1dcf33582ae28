"""Which records are wanted: conditions on key, value and headers.

    key~REGEX  value~REGEX  header.NAME~REGEX    the regular expression is found somewhere in the bytes
    key=TEXT   value=TEXT   header.NAME=TEXT     the bytes are just these
    !~ and != instead                            it isn't so; true as well where there is nothing, or null

Of several headers of one name one that fits is enough.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kafkacli.interchange import ShownRecord

    Condition = Callable[[ShownRecord], bool]

_CONDITION = re.compile(r"(?P<place>key|value|header\.(?P<header>.+?))(?P<sign>!?[~=])(?P<wanted>.*)", re.DOTALL)


class FilterError(ValueError):
    """A condition that is none."""


def parse_filter(text: str) -> Condition:
    """Return whether a record fulfils a condition. Raises FilterError."""
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise FilterError(f"'{text}' is no condition: (key|value|header.NAME)(~|!~|=|!=)TEXT")
    wanted = match["wanted"].encode("utf-8", "surrogateescape")
    if match["sign"].endswith("~"):
        try:
            fits: Callable[[bytes], object] = re.compile(wanted, re.DOTALL).search
        except re.error as error:
            raise FilterError(f"'{match['wanted']}' is no regular expression: {error}") from None
    else:
        fits = wanted.__eq__
    values = _values(match["place"], match["header"])
    is_wanted = not match["sign"].startswith("!")
    return lambda record: any(data is not None and bool(fits(data)) for data in values(record)) is is_wanted


def parse_filters(texts: Sequence[str]) -> Condition | None:
    """Return whether a record fulfils every condition, None without any. Raises FilterError."""
    conditions = [parse_filter(text) for text in texts]
    if not conditions:
        return None
    return lambda record: all(condition(record) for condition in conditions)


def _values(place: str, header: str | None) -> Callable[[ShownRecord], Sequence[bytes | None]]:
    if place == "key":
        return lambda record: (record.key(),)
    if place == "value":
        return lambda record: (record.value(),)
    return lambda record: [value for name, value in record.headers() or () if name == header]
