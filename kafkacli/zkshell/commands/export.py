"""export: a subtree as JSON, to stdout or into a file. The format is that of `exported.py`."""

from __future__ import annotations

import json
import os

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.copies import take_up
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.exported import encode_znode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    if len(parsed.words) < 3:
        _export(znodes, parsed.words[1], console.write)
        return
    file = parsed.words[2]
    partial = f"{file}.partial"  # nobody shall take half a tree for a whole
    try:
        with open(partial, "w", encoding="utf-8") as stream:
            try:
                _export(znodes, parsed.words[1], stream.write)
            except BaseException:
                os.unlink(partial)
                raise
        os.replace(partial, file)
    except OSError as error:
        raise CommandError(f"export: {console.reason(error)}") from None


def _export(znodes: Znodes, top: str, write: Callable[[str], object]) -> None:
    separator = "[\n"
    for znode in take_up(znodes, top):
        write(separator + json.dumps(encode_znode(znode)))
        separator = ",\n"
    write("\n]\n")


COMMAND = Command("export", "path [file]", _run, summary="Write a subtree as JSON, with its ACLs.")
