"""YAML 1.2 block style of what JSON can hold; every reader of YAML 1.1 understands the same.

A string stands bare where nothing could take it for something else, otherwise in double quotes with JSON's escapes.
"""

from __future__ import annotations

import json
import re

_BARE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@+-]*", re.ASCII)
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def to_yaml(value: object) -> str:
    """Return a document, with its last line end."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: object) -> list[str]:
    if isinstance(value, dict) and value:
        lines: list[str] = []
        for key, inner in value.items():
            below = _lines(inner)
            if isinstance(inner, dict) and inner:
                lines += [f"{_scalar(key)}:", *(f"  {line}" for line in below)]
            elif isinstance(inner, list) and inner:
                lines += [f"{_scalar(key)}:", *below]
            else:
                lines.append(f"{_scalar(key)}: {below[0]}")
        return lines
    if isinstance(value, list) and value:
        return [f"{'  ' if number else '- '}{line}" for item in value for number, line in enumerate(_lines(item))]
    return [_scalar(value)]


def _scalar(value: object) -> str:
    if isinstance(value, str):
        if _BARE.fullmatch(value) and value.lower() not in _WORDS:
            return value
        return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
    return json.dumps(value)
