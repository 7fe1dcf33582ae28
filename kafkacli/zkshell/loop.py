"""How lines come to the shell: from a pipe or file, or typed at a terminal.

zkCli of ZooKeeper's own distribution reads through JLine, which shows the prompt and what it read also in a pipe; the shell of
Kafka's distribution has no JLine. At a terminal both are the same here: a prompt, line editing, history and completion.
"""

from __future__ import annotations

import sys

from kafkacli import console
from kafkacli.zkshell.shell import Quit, Shell, answers_alone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_CONNECT_PATIENCE_S = 2.0  # the first prompt waits so long for its state to become CONNECTED


def run(shell: Shell, connect_string: str, words: list[str], *, echoes: bool) -> int:
    """Connect, run one command or the lines of stdin, and return the exit status.

    words: the command, empty for stdin. echoes: whether prompt and lines are shown in a pipe too.
    Raises ValueError for a bad connect string, and where the original ends with an exception.
    """
    if answers_alone(words):
        shell.mute()
    else:
        console.out(f"Connecting to {connect_string}")
        console.flush()
    try:
        shell.connect(connect_string, words[0] if words else "")
        if words:
            shell.execute(words)
        else:
            _run_lines(shell, echoes)
    except Quit:
        pass
    finally:
        shell.close()
    return shell.status


def _run_lines(shell: Shell, echoes: bool) -> None:
    terminal = sys.stdin.isatty() and console.is_terminal()
    console.out("Welcome to ZooKeeper!")
    console.out(f"JLine support is {'enabled' if terminal or echoes else 'disabled'}")
    console.flush()
    if terminal:
        _run_terminal(shell)
        return
    for line in _echoed(shell) if echoes else _plain():
        shell.execute_line(line)
        console.flush()


def _plain() -> Iterator[str]:
    while line := sys.stdin.readline():
        yield line.rstrip("\r\n")


def _echoed(shell: Shell) -> Iterator[str]:
    """Yield the lines as JLine reads them: shown after the prompt; the last one counts only with its line's end."""
    _await_connected(shell)
    while True:
        console.write(shell.prompt)
        line = sys.stdin.readline()
        console.write(line)
        console.flush()
        if not line.endswith("\n"):
            return
        yield line.rstrip("\r\n")


def _run_terminal(shell: Shell) -> None:
    from kafkacli.zkshell.terminal import typed_lines

    _await_connected(shell)
    for line in typed_lines(shell):
        try:
            shell.execute_line(line)
        except ValueError as error:  # a person goes on
            console.err(str(error))
        console.flush()


def _await_connected(shell: Shell) -> None:
    if shell.session is not None:
        shell.session.await_connected(_CONNECT_PATIENCE_S)
