"""What `--output json` shows: one document on stdout; `yaml` and `table` show the same.

data       "data": TEXT or null, or "base64": TEXT where it isn't UTF-8
acl        [{"scheme": S, "id": I, "perms": LETTERS}, ...]
stat       the names of the shell's own `stat`; zxids and ephemeralOwner as text (hexadecimal, as there: they have more
           bits than a number of JavaScript's), times in milliseconds
"""

from __future__ import annotations

import base64
import json
import sys
from contextlib import contextmanager, redirect_stdout

from kafkacli import console
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.printing import hexadecimal, permission_letters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from kafkacli.zookeeper.protocol import Acl, Stat


def data_fields(data: bytes | None) -> dict[str, str | None]:
    """Return a znode's data as a field."""
    if data is None:
        return {"data": None}
    try:
        return {"data": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def acl_value(acl: Sequence[Acl]) -> list[dict[str, str]]:
    """Return an ACL."""
    return [{"scheme": entry.id.scheme, "id": entry.id.id, "perms": permission_letters(entry.perms)} for entry in acl]


def stat_value(stat: Stat) -> dict[str, str | int]:
    """Return a Stat."""
    return {
        "cZxid": hexadecimal(stat.czxid),
        "ctime": stat.ctime,
        "mZxid": hexadecimal(stat.mzxid),
        "mtime": stat.mtime,
        "pZxid": hexadecimal(stat.pzxid),
        "cversion": stat.cversion,
        "dataVersion": stat.version,
        "aclVersion": stat.aversion,
        "ephemeralOwner": hexadecimal(stat.ephemeral_owner),
        "dataLength": stat.data_length,
        "numChildren": stat.num_children,
    }


def json_text(value: Any) -> str:
    """Return JSON in one line; only what stdout's encoding lacks is escaped."""
    return json.dumps(value, ensure_ascii=(sys.stdout.encoding or "").lower() not in ("utf-8", "utf8"))


def print_json(value: Any) -> None:
    """Write a document."""
    console.out(json_text(value))


@contextmanager
def json_array() -> Iterator[Callable[[Any], None]]:
    """Write an array, an element a line, as the elements come to what this yields; whole even when a CommandError ends them."""
    separator = "["

    def add(value: Any) -> None:
        nonlocal separator
        console.write(f"{separator}\n{json_text(value)}")
        separator = ","

    try:
        yield add
    except CommandError:
        if separator == ",":
            console.out("\n]")
        raise
    console.out("[]" if separator == "[" else "\n]")


@contextmanager
def in_form(form: str) -> Iterator[None]:
    """Show the JSON document that is written meanwhile as yaml or a table; also what there is of it when an error ends it."""
    from io import StringIO

    written = StringIO()
    try:
        with redirect_stdout(written):
            yield
    finally:
        if text := written.getvalue():
            _show_in_form(form, json.loads(text))


def _show_in_form(form: str, document: Any) -> None:
    if form == "yaml":
        from kafkacli.output.yaml import to_yaml

        console.write(to_yaml(document))
        return
    from kafkacli.output.table import show_rows

    rows = [_flat(row) if isinstance(row, dict) else {"path": row} for row in _rows(document)]
    show_rows(list(dict.fromkeys(name for row in rows for name in row)) or ["path"], rows)


def _rows(document: Any) -> list[Any]:
    return document if isinstance(document, list) else [document]


def _flat(row: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Return a record with the fields of records in it beside its own."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        found |= _flat(value, f"{before}{name}.") if isinstance(value, dict) and value else {f"{before}{name}": value}
    return found
