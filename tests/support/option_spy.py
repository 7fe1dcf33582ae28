"""Sees which options of which tool a run reads, and can make the parsers ignore one of them, in this process and below.

Processes that a test starts do the same when they find `OPTION_SPY_USED` and, to ignore something, `OPTION_SPY_IGNORED` in
their environment; `prepare` puts what makes them look there into a folder for PYTHONPATH.
"""

import os
from pathlib import Path
from typing import Any

from kafkacli.options import argparse4j, jopt
from kafkacli.options.table import Option, OptionTable

USED = "OPTION_SPY_USED"  # a file that gets a line for each option that was read
IGNORED = "OPTION_SPY_IGNORED"  # script and option, a tab between them
ROOT = Path(__file__).resolve().parents[2]


def prepare(directory: Path) -> None:
    """Write what lets each Python that has `directory` in its PYTHONPATH spy on itself."""
    text = f"import sys\nsys.path.append({str(ROOT)!r})\nfrom tests.support.option_spy import install\ninstall()\n"
    (directory / "sitecustomize.py").write_text(text)


def install() -> None:
    """Watch both parsers of this process from now on."""
    jopt_handle, argparse4j_handle = jopt._handle, argparse4j._handle

    def handle(parsed: jopt.Parsed, option: Option, value: str | None, words: list[str]) -> None:
        seen(parsed.table, option)
        scratch = jopt.Parsed(parsed.table, parsed.count)
        jopt_handle(scratch if is_ignored(parsed.table, option) else parsed, option, value, words)

    def handle4j(found: argparse4j.Arguments, option: Option, value: str | None, words: list[str]) -> None:
        seen(found._table, option)
        if not is_ignored(found._table, option):
            argparse4j_handle(found, option, value, words)
        elif not option.is_help:
            argparse4j_handle(argparse4j.Arguments(found._table), option, value, words)

    parsers: Any = jopt
    parsers._handle = handle
    parsers = argparse4j
    parsers._handle = handle4j


def seen(table: OptionTable, option: Option) -> None:
    """Note that an option was read."""
    if path := os.environ.get(USED):
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{table.script}\t{option.name}\n")


def is_ignored(table: OptionTable, option: Option) -> bool:
    """Whether this option is to be read and forgotten."""
    return os.environ.get(IGNORED) == f"{table.script}\t{option.name}"
