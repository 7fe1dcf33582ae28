"""Completions for bash, zsh and fish, made from the option tables: one script for each shell, for every command.

Shells load a completion by the name of its command, so beside that script there is a line for each name that loads it
(zsh needs none: its script lists the names). Words that are known beforehand stand in the scripts; for names from the
cluster they run `kafkacli __complete` (kafkacli/complete.py), the kafkacli beside the command that is being completed.
"""

from __future__ import annotations

from kafkacli.options.commands import Command
from kafkacli.options.completion_bash import bash_script
from kafkacli.options.completion_fish import fish_script
from kafkacli.options.completion_zsh import zsh_script

NOTICE = "# Made by `python -m kafkacli.options.generate`: change the option tables instead."
SHELLS = {"bash": bash_script, "zsh": zsh_script, "fish": fish_script}


def completion_files(commands: list[Command]) -> dict[str, str]:
    """Return path below completions/ → content."""
    files = {
        "bash/kafkacli": f"{NOTICE}\n{bash_script(commands)}",
        "zsh/_kafkacli": zsh_script(commands, NOTICE),
        "fish/kafkacli.fish": f"{NOTICE}\n{fish_script(commands)}",
    }
    for command in commands:
        for name in command.names:
            files[f"bash/{name}"] = f'{NOTICE}\n. "${{BASH_SOURCE[0]%/*}}/kafkacli"\n'
            files[f"fish/{name}.fish"] = f"{NOTICE}\nsource (status dirname)/kafkacli.fish\n"
    return files
