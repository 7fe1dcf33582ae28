"""Typing at a terminal: prompt, completion, events above the prompt."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from kafkacli.zkshell.shell import VERBS, Shell
from kafkacli.zkshell.terminal import ShellCompleter
from tests.support.zookeeper import RunningZooKeeper
from tests.zkshell.conftest import Type


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("de", ["delete", "deleteall", "delquota"]),
        ("", VERBS),
        ("foo", []),
        ("ls s", []),
        ("ls /", ["app", "apple", "zookeeper"]),
        ("ls -s /ap", ["app", "apple"]),
        ("get /app/", ["one"]),
        ("get /none/", []),
        ("get /a//", []),
    ],
)
def test_completion(shell: Shell, type_line: Type, typed: str, offered: list[str]) -> None:
    for path in ("/app", "/app/one", "/apple"):
        type_line(f"create {path}")
    found = list(ShellCompleter(shell).get_completions(Document(typed), CompleteEvent()))
    assert [completion.text for completion in found] == offered
    kept = re.sub(r"[^ /]*\Z", "", typed)
    assert all(typed[: len(typed) + completion.start_position] == kept for completion in found)


def test_no_completion_without_a_server(shell: Shell, type_line: Type) -> None:
    type_line("close")
    assert list(ShellCompleter(shell).get_completions(Document("ls /"), CompleteEvent())) == []


class Terminal:
    """A shell on a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kafkacli", *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
        )
        os.close(theirs)
        self._screen = ""  # what came after the last text that was waited for

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    def until(self, text: str) -> str:
        """Return what appears on the screen up to a text, without control sequences."""
        deadline = time.monotonic() + 20
        while text not in (plain := re.sub(r"\x1b\[[?\d;]*[A-Za-z]|\x1b[=>]", "", self._screen)):
            left = deadline - time.monotonic()
            assert left > 0, f"{text!r} never came: {plain!r}"
            if select.select([self._ours], [], [], left)[0]:
                self._screen += os.read(self._ours, 65536).decode()
        before, _, self._screen = plain.partition(text)
        return before + text

    def close(self) -> None:
        """End it, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def terminal(zookeeper_server: RunningZooKeeper) -> Iterator[Terminal]:
    terminal = Terminal("zk-shell", zookeeper_server.address)
    yield terminal
    terminal.close()


def test_a_person_types(terminal: Terminal, zookeeper_server: RunningZooKeeper) -> None:
    prompt = f"[zk: {zookeeper_server.address}(CONNECTED) "
    assert "JLine support is enabled" in terminal.until(f"{prompt}0]")
    terminal.type("ls /zoo\t/quo\t\r")
    assert "[]" in terminal.until(f"{prompt}1]")
    terminal.type("delete -v x /\r")
    terminal.until('For input string: "x"')  # and it goes on
    terminal.until(f"{prompt}1]")
    terminal.type("get /none\r")
    terminal.until("NoNode for /none")
    terminal.until(f"{prompt}2]")
    terminal.type("\x04")
    assert terminal.process.wait(10) == 1


def test_control_c_ends_it(terminal: Terminal) -> None:
    terminal.until("(CONNECTED) 0]")
    terminal.type("\x03")
    assert terminal.process.wait(10) == 130


def test_an_event_appears_above_the_prompt(terminal: Terminal, zookeeper_server: RunningZooKeeper) -> None:
    terminal.until("(CONNECTED) 0]")
    terminal.type("ls -w /\r")
    terminal.until("(CONNECTED) 1]")
    subprocess.run(
        [sys.executable, "-m", "kafkacli", "zk-shell", zookeeper_server.address, "create", "/new"],
        check=True,
        capture_output=True,
    )
    terminal.until("WatchedEvent state:SyncConnected type:NodeChildrenChanged path:/")
