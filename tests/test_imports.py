"""Start-up can't grow unnoticed: what each command imports before it connects is on a list."""

import sys

import pytest

from tests.support.imports import COMMANDS, VERSION, measured, recorded


@pytest.mark.skipif(sys.version_info[:2] != VERSION, reason="the list is that of Python 3.11's standard library")
@pytest.mark.parametrize(
    ("command", "modules"), list(recorded()), ids=[command.split(" ")[0] for command, _ in recorded()]
)
def test_a_command_imports_what_the_list_says(command: str, modules: str) -> None:
    before, now = (dict.fromkeys(text.split()) for text in (modules, measured(command)))
    more, less = [name for name in now if name not in before], [name for name in before if name not in now]
    assert (more, less) == ([], []), "if it is worth its time: python -m tests.support.imports"


def test_the_list_is_whole() -> None:
    assert [command for command, _ in recorded()] == list(COMMANDS)
