"""JSON files of the admin tools, read and written as Kafka's own Json classes (over Jackson) read and write them.

What follows the first value of a file is ignored, as there; where a file is no JSON, stderr says where. The errors have the
original's texts. Source: Apache `Json.scala`, `JsonValue.scala`, `DecodeJson.scala` of 2.6.2.
"""

from __future__ import annotations

import json

from kafkacli import console
from kafkacli.client.java_errors import Thrown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, NoReturn, TypeVar

    T = TypeVar("T")

_MAPPING = "com.fasterxml.jackson.databind.JsonMappingException"
_MISSING = object()  # what Jackson makes of a file without any value


class JsonValue:
    """A value of a JSON document; asking it for what it isn't raises Thrown."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def get(self, name: str) -> JsonValue | None:
        """Return the field of an object, None when there is no such field."""
        if not isinstance(self._value, dict):
            self._refuse("JSON object")
        return JsonValue(self._value[name]) if name in self._value else None

    def field(self, name: str) -> JsonValue:
        """Return the field of an object."""
        value = self.get(name)
        if value is None:
            raise Thrown(_MAPPING, f"No such field exists: `{name}`")
        return value

    def items(self) -> Iterator[JsonValue]:
        """Return the elements of an array."""
        if not isinstance(self._value, list):
            self._refuse("JSON array")
        return map(JsonValue, self._value)

    def text(self) -> str:
        """Return a string."""
        if not isinstance(self._value, str):
            self._refuse("`String` value")
        return self._value

    def integer(self) -> int:
        """Return a number of 32 bits."""
        return self._number("Int", 31)

    def long(self) -> int:
        """Return a number of 64 bits."""
        return self._number("Long", 63)

    def _number(self, kind: str, bits: int) -> int:
        value = self._value
        if not isinstance(value, int) or isinstance(value, bool) or not -(1 << bits) <= value < 1 << bits:
            self._refuse(f"`{kind}` value")
        return value

    def _refuse(self, expected: str) -> NoReturn:
        shown = "" if self._value is _MISSING else encode(self._value)
        raise Thrown(_MAPPING, f"Expected {expected}, received {shown}")


def read_text(path: str) -> str:
    """Return a file's text. Raises Thrown."""
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace")
    except OSError as error:
        raise Thrown("java.io.IOException", f"Unable to read file {path}") from error


def parse(text: str) -> JsonValue | None:
    """Return the first value of a text; None, after a line on stderr that says where, for what is no JSON."""
    start = len(text) - len(text.lstrip())
    if start == len(text):
        return JsonValue(_MISSING)
    try:
        value, _ = json.JSONDecoder(parse_constant=_no_constant).raw_decode(text, start)
    except json.JSONDecodeError as error:
        console.err(f"line {error.lineno}, column {error.colno}: {error.msg[:1].lower()}{error.msg[1:]}")
    except (ValueError, RecursionError) as error:
        console.err(f"{error}")
    else:
        return JsonValue(value)
    return None


def encode(value: Any) -> str:
    """Return a value as Jackson writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def duplicates(items: Iterable[T]) -> list[T]:
    """Return what comes more than once, each once, in the order of its first place."""
    counts: dict[T, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return [item for item, count in counts.items() if count > 1]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")
