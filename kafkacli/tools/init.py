"""kafkacli init: a folder with what a Kafka tutorial edits and runs, as an unpacked Apache Kafka has it.

DIR/bin/     every script, each a few lines that call this Python's kafkacli
DIR/config/  server.properties, zookeeper.properties
DIR/conf/    zoo_sample.cfg
"""

from __future__ import annotations

import os
import sys

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import HELP, Option, OptionTable

OPTIONS = OptionTable(
    "kafkacli init",
    "Write a folder with Kafka's scripts and the configuration files to start from.",
    (
        Option("force", help="Write files again that are there already, over what is in them."),
        HELP,
    ),
    synopsis="[--force] DIR",
    arguments="DIR is made when it isn't there. Files that are there stay as they are, and are named.",
    examples=(("kafkacli init kafka", "bin/, config/ and conf/ in ./kafka"),),
)
_TEMPLATES = (
    ("config", "server.properties"),
    ("config", "zookeeper.properties"),
    ("conf", "zoo_sample.cfg"),
)
_SHEBANG_MAXIMUM = 127  # bytes; older kernels cut the first line there


def main(arguments: list[str]) -> int:
    """Run `kafkacli init`. Returns its exit status: FAILURE when a file was left as it was."""
    options = parse(OPTIONS, arguments)
    if (status := answer_help(options, "kafkacli init needs a folder to write to.")) is not None:
        return status
    if len(options.arguments) != 1:
        raise options.fail("kafkacli init needs one folder to write to.")
    directory = options.arguments[0]
    kept = [path for path, content, mode in _files() if not _write(options, directory, path, content, mode)]
    for path in kept:
        console.err(f"{os.path.join(directory, path)} is there already and stays as it is (--force writes it again)")
    console.out(f"{directory}: bin/ has the scripts, config/ and conf/ what they read")
    return Exit.FAILURE if kept else Exit.OK


def _files() -> list[tuple[str, str, int]]:
    """Return (path below the folder, content, mode) of everything that is written."""
    from kafkacli.app import TOOLS

    launcher = launcher_text(sys.executable)
    names = sorted(f"{script}.sh" for tool in TOOLS for script in tool.scripts)
    files = [(os.path.join("bin", name), launcher, 0o755) for name in names]
    templates = os.path.join(os.path.dirname(os.path.dirname(__file__)), "templates")
    for folder, name in _TEMPLATES:
        with open(os.path.join(templates, name), encoding="utf-8") as file:
            files.append((os.path.join(folder, name), file.read(), 0o644))
    return files


def launcher_text(python: str) -> str:
    """Return a script that runs kafkacli with this Python, under the script's own name."""
    first = f"#!{python}"
    if " " in python or len(first.encode()) > _SHEBANG_MAXIMUM:
        quoted = python.replace("'", "'\"'\"'")
        first = f"#!/bin/sh\n'''exec' '{quoted}' \"$0\" \"$@\"\n' '''"  # sh runs the second line, Python skips it
    return f"{first}\nimport sys\nfrom kafkacli.app import script\nsys.exit(script())\n"


def _write(options: Parsed, directory: str, path: str, content: str, mode: int) -> bool:
    """Write one file unless another one is there; returns whether the content is there now."""
    full = os.path.join(directory, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    try:
        with open(full, encoding="utf-8") as file:
            if file.read() == content:
                return True
        if not options.has("force"):
            return False
    except FileNotFoundError:
        pass
    except UnicodeDecodeError:
        if not options.has("force"):
            return False
    with open(full, "w", encoding="utf-8") as file:
        file.write(content)
    os.chmod(full, mode)
    return True
