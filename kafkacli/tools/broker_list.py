"""Broker ids as the admin tools take them on the command line, read as Java reads numbers."""

from __future__ import annotations

from kafkacli.client.java_errors import Thrown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def broker_ids(words: Iterable[str]) -> list[int]:
    """Return the ids that these words are. Raises Thrown, as Integer.parseInt does, for the first that is no number."""
    numbers = []
    for word in words:
        digits = word[1:] if word[:1] in ("+", "-") else word
        if not digits.isdecimal() or not -(1 << 31) <= int(word) < 1 << 31:
            raise Thrown("java.lang.NumberFormatException", f'For input string: "{word}"')
        numbers.append(int(word))
    return numbers
