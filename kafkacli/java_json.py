"""JSON as Jackson writes it: no blanks, fields in the order given, doubles and escapes in Java's way."""

from __future__ import annotations

from kafkacli.java_numbers import shortest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_ESCAPES = str.maketrans({chr(code): f"\\u{code:04X}" for code in range(32)} | _SHORT)


def to_json(value: Json) -> str:
    """Return the text of a value."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPES)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = shortest(value)
        return f'"{text}"' if text[-1].isalpha() else text
    if isinstance(value, dict):
        return "{" + ",".join(f"{to_json(name)}:{to_json(one)}" for name, one in value.items()) + "}"
    return "[" + ",".join(to_json(one) for one in value) + "]"
