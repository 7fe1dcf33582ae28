"""The completion script for fish: its words (what it does on a terminal: test_completion.py)."""

from kafkacli.options.commands import commands
from kafkacli.options.completion_fish import fish_script


def test_a_list_of_words_stands_in_it_once() -> None:
    script = fish_script(commands())
    assert script.count("print.timestamp=") == 1
    assert (
        script.count("kafkacli __complete") + script.count('program" __complete') + script.count("program __complete")
        == 1
    )
