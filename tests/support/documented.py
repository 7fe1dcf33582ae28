"""Pages of docs/ whose ```console blocks are what the tools show: run on a server, compared or written again.

A block of another kind with a file's name after it, as ```json app.json, is that file for the examples.
"""

import re
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
_MASKS = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r"0x[0-9a-f]{1,16}", "0x{zxid}"),
        (r"\b\d{13}\b", "{time}"),
        (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d([.,]\d+)?", "{date}"),
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "{uuid}"),
    )
)


def run_page(text: str, directory: Path, run: Callable[[str], str]) -> str:
    """Return a page with what its examples show now. run: takes a command line, returns stdout and stderr."""

    def shown(block: re.Match[str]) -> str:
        kind, file, body = block.groups()
        if file is not None:
            (directory / file).write_text(body, encoding="utf-8")
        if kind != "console":
            return block[0]
        commands = [line for line in body.splitlines() if line.startswith("$ ")]
        outputs = [(line, run(line[2:])) for line in commands]
        return "```console\n" + "".join(f"{line}\n{_whole_lines(output)}" for line, output in outputs) + "```\n"

    return _BLOCK.sub(shown, text)


def _whole_lines(output: str) -> str:
    return output if not output or output.endswith("\n") else output + "\n"


def masked(text: str) -> str:
    """Leave out what is new in every run."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text
