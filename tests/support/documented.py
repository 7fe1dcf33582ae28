"""Pages of docs/ whose ```console blocks are what the tools show: run on a server, compared or written again.

A block of another kind with a file's name after it, as ```json app.json, is that file for the examples.
"""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
_MASKS = ((re.compile(r"0x[0-9a-f]{1,16}"), "0x{zxid}"), (re.compile(r"\b\d{13}\b"), "{time}"))


def run_page(text: str, directory: Path, run: Callable[[list[str]], str]) -> str:
    """Return a page with what its examples show now. run: takes the words of a command, returns stdout and stderr."""

    def shown(block: re.Match[str]) -> str:
        kind, file, body = block.groups()
        if file is not None:
            (directory / file).write_text(body, encoding="utf-8")
        if kind != "console":
            return block[0]
        commands = [line for line in body.splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(f"{line}\n{run(shlex.split(line[2:]))}" for line in commands) + "```\n"

    return _BLOCK.sub(shown, text)


def masked(text: str) -> str:
    """Leave out what is new in every run."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text
