"""bash, zsh and fish as people use them: on a terminal, with the completions loaded."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.foreign import need
from tests.support.terminal import Terminal

_START = {
    "bash": (
        ("--norc", "--noprofile", "-i"),
        "bind 'set show-all-if-ambiguous on'; bind 'set bell-style none'; . {folder}/bash/kafka-topics.sh",
    ),
    "zsh": (
        ("-f", "-i"),
        "fpath=({folder}/zsh $fpath); autoload -U compinit; compinit -u -D; unsetopt list_ambiguous beep",
    ),
    "fish": (("--no-config", "-i"), "source {folder}/fish/kafka-topics.sh.fish"),
}


@contextmanager
def interactive(shell: str, folder: Path, home: Path) -> Iterator[Terminal]:
    """A shell in the folder `home`, with the completions below `folder` and this Python's kafkacli first in its PATH."""
    environment = {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PS1": "ready> ",
        "LANG": "C.UTF-8",
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "KAFKACLI_COMPLETION_MS": "20000",  # a busy machine may take its time
        **{name: value for name, value in os.environ.items() if name.startswith("PYTHON")},
    }
    arguments, load = _START[shell]
    with Terminal([need(shell), *arguments], home, environment) as terminal:
        terminal.type(load.format(folder=folder) + "; echo lo''aded\n")
        terminal.wait_for("loaded\r")
        yield terminal


def complete(terminal: Terminal, line: str, words: list[str]) -> None:
    """Type a line and Tab, and wait until every word is shown behind it."""
    before = len(terminal.text)
    terminal.type(line + "\t")
    for word in words:
        typed_before = rf"(?s){re.escape(line[-3:])}.*" if word in line else ""
        terminal.wait_for(typed_before + re.escape(word), before)
    terminal.type("\x15")  # Ctrl-U
