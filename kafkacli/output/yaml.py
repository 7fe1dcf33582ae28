"""YAML 1.2 block style of what JSON can hold; every reader of YAML 1.1 understands the same.

A string stands bare where nothing could take it for something else, otherwise in double quotes with JSON's escapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_BARE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@+-]*", re.ASCII)
_NOTHING = "[]"
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def to_yaml(value: object) -> str:
    """Return a document, with its last line end."""
    return "\n".join(yaml_lines(value)) + "\n"


def yaml_lines(value: object) -> Iterator[str]:
    """Yield the lines of a document. An iterator stands for a list, and is not held."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            below = yaml_lines(inner)
            if isinstance(inner, dict) and inner:
                yield f"{_scalar(key)}:"
                yield from (f"  {line}" for line in below)
            elif isinstance(inner, (list, Iterator)) and (first := next(below)) != _NOTHING:
                yield f"{_scalar(key)}:"
                yield first
                yield from below
            else:
                yield f"{_scalar(key)}: {_NOTHING if isinstance(inner, (list, Iterator)) else next(below)}"
    elif isinstance(value, (list, Iterator)):
        is_empty = True
        for item in value:
            is_empty = False
            for number, line in enumerate(yaml_lines(item)):
                yield f"{'  ' if number else '- '}{line}"
        if is_empty:
            yield _NOTHING
    else:
        yield _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, str):
        if _BARE.fullmatch(value) and value.lower() not in _WORDS:
            return value
        return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
    return json.dumps(value)
