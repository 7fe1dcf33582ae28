"""A subtree as JSON, as `export` writes it and `import` reads it, a znode at a time.

document = [ znode, ... ]      parents before children; `export` writes a line for each
znode    = {"path": P,         from the top of the subtree, "/" for the top itself
            "data": TEXT or null, or "base64": TEXT where it isn't UTF-8
            "acl": [{"scheme": S, "id": I, "perms": LETTERS}, ...]
            "ephemeral": true, "container": true, "ttl": MILLISECONDS}      only those that are so
"""

from __future__ import annotations

import base64
import json

from kafkacli.zkshell.copies import Znode
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.json_output import acl_value, data_fields
from kafkacli.zkshell.paths import why_invalid
from kafkacli.zkshell.printing import PERMISSIONS
from kafkacli.zookeeper.protocol import Acl, Id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TextIO

_CHUNK = 1 << 16  # characters
_LONGEST = 1 << 27  # characters of one znode; ZooKeeper's own limit is 1 MiB of data unless it was raised


def encode_znode(znode: Znode) -> dict[str, Any]:
    """Return a znode as a value for JSON."""
    fields: dict[str, Any] = {"path": znode.path, **data_fields(znode.data), "acl": acl_value(znode.acl)}
    if znode.is_ephemeral:
        fields["ephemeral"] = True
    return fields


def decode_znode(fields: object) -> Znode:
    """Return the znode that a value of JSON stands for. Raises ValueError with the reason."""
    if not isinstance(fields, dict):
        raise ValueError("not an object")
    path = fields.get("path")
    if not isinstance(path, str) or why_invalid(path):
        raise ValueError(f"path: {why_invalid(path) if isinstance(path, str) else 'not a text'}")
    return Znode(path, _data(fields), _acl(fields.get("acl")), fields.get("ephemeral") is True)


def _data(fields: dict[str, Any]) -> bytes | None:
    if ("data" in fields) == ("base64" in fields):
        raise ValueError("neither data nor base64, or both")
    text = fields.get("data", fields.get("base64"))
    if isinstance(text, str):
        return text.encode() if "data" in fields else base64.b64decode(text, validate=True)
    if text is None and "data" in fields:
        return None
    raise ValueError("data: not a text")


def _acl(value: object) -> list[Acl]:
    try:
        acl = [
            Acl(sum(PERMISSIONS[letter] for letter in set(item["perms"])), Id(item["scheme"], item["id"]))
            for item in value  # type: ignore[attr-defined]
        ]
    except (TypeError, KeyError):
        acl = []
    if not acl or not all(isinstance(entry.id.scheme, str) and isinstance(entry.id.id, str) for entry in acl):
        raise ValueError("acl: not a list of scheme, id and perms")
    return acl


def read_znodes(stream: TextIO, name: str) -> Iterator[Znode]:
    """Yield the znodes of a document as it is read. name: what errors call it. Raises CommandError."""
    count = 0
    try:
        for value in _elements(stream):
            count += 1
            yield decode_znode(value)
    except ValueError as error:
        raise CommandError(f"{name}: znode {count}: {error}" if count else f"{name}: {error}") from None


def _elements(stream: TextIO) -> Iterator[object]:
    """Yield the elements of an array in JSON, with no more of the text in memory than the longest of them needs."""
    text = _more(stream, "")
    if text[0] != "[":
        raise ValueError("not an array")
    text = _more(stream, text[1:])
    if text[0] == "]":
        return
    decoder = json.JSONDecoder()
    while True:
        while True:
            try:
                value, end = decoder.raw_decode(text)
                break
            except json.JSONDecodeError as error:
                chunk = stream.read(max(_CHUNK, len(text)))  # the end may just not be there yet
                if not chunk or len(text) > _LONGEST:
                    raise ValueError(f"not JSON: {error.msg}") from None
                text += chunk
        yield value
        text = _more(stream, text[end:])
        if text[0] == "]":
            return
        if text[0] != ",":
            raise ValueError("not JSON: neither , nor ] after a znode")
        text = _more(stream, text[1:])


def _more(stream: TextIO, text: str) -> str:
    """Return the text without the white space before it, read on if nothing else is left of it. Raises ValueError."""
    text = text.lstrip()
    while not text:
        chunk = stream.read(_CHUNK)
        if not chunk:
            raise ValueError("it ends before the array does")
        text = chunk.lstrip()
    return text
