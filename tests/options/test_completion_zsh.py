"""The completion script for zsh: its words (what it does on a terminal: test_completion.py)."""

from kafkacli.options.commands import commands
from kafkacli.options.completion_zsh import zsh_script


def test_a_list_of_words_stands_in_it_once() -> None:
    script = zsh_script(commands())
    assert script.count("print.timestamp=") == 2
    assert (
        script.count("kafkacli __complete") + script.count('program" __complete') + script.count("program __complete")
        == 1
    )
