"""Typing at a terminal: line editing, history, and completion of verbs and of paths, which the server is asked for."""

from __future__ import annotations

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.shortcuts import CompleteStyle

from kafkacli.zkshell.errors import CommandError, OperationError
from kafkacli.zkshell.shell import VERBS, Shell
from kafkacli.zkshell.znodes import Znodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def typed_lines(shell: Shell) -> Iterator[str]:
    """Yield the lines as they are typed, until the end of input. Events appear above the prompt."""
    session: PromptSession[str] = PromptSession(
        completer=ShellCompleter(shell), complete_while_typing=False, complete_style=CompleteStyle.READLINE_LIKE
    )
    while True:
        try:
            with patch_stdout(raw=True):
                line = session.prompt(lambda: shell.prompt)
        except EOFError:
            return
        yield line


class ShellCompleter(Completer):
    """Offers verbs for a first word, children of a znode for a word that begins with a slash."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Return what the word before the cursor may become."""
        before = document.text_before_cursor
        word = before.rpartition(" ")[2]
        if word.startswith("/"):
            names = self._children(word.rpartition("/")[0] or "/")
            word = word.rpartition("/")[2]
        else:
            names = [] if " " in before.lstrip() else VERBS
        return [Completion(name, start_position=-len(word)) for name in names if name.startswith(word)]

    def _children(self, path: str) -> list[str]:
        session = self._shell.session
        if session is None or not session.is_connected:
            return []
        try:
            return sorted(Znodes(session).children(path)[0])
        except (CommandError, OperationError):
            return []
