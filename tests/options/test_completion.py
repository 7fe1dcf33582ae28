"""Completions: what each shell offers, asked of the shells themselves where they are installed."""

import subprocess
from pathlib import Path

import pytest

from kafkacli.options.commands import commands
from kafkacli.options.completion import bash_script, completion_files, fish_script, zsh_script
from tests.support.foreign import need

BASH = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_kafkacli 2> /dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The completions as they are installed, beside a file and a folder to complete."""
    root = tmp_path_factory.mktemp("completions")
    for path, content in completion_files(commands()).items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(content)
    (root / "client.properties").touch()
    (root / "clients").mkdir()
    return root


CASES = [
    (["kafka-topics.sh", "--boot"], ["--bootstrap-server"]),
    (["kafka-topics", "--if"], ["--if-exists", "--if-not-exists"]),
    (["kafkacli", "topi"], ["topics"]),
    (["kafkacli", "topics", "--partit"], ["--partitions"]),
    (["kafka-topics.sh", "--command-config", "clie"], ["client.properties"]),
    (["kafka-topics.sh", "--partitions", "c"], []),
]


@pytest.mark.parametrize(("words", "offered"), CASES, ids=lambda value: " ".join(value))
def test_bash_offers(folder: Path, words: list[str], offered: list[str]) -> None:
    command = [need("bash"), "-c", BASH, "bash", str(folder / "bash" / "kafka-topics.sh"), *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=True)
    assert [line for line in done.stdout.split("\n") if line and line != "clients"] == offered


@pytest.mark.parametrize(("words", "offered"), CASES, ids=lambda value: " ".join(value))
def test_fish_offers(folder: Path, words: list[str], offered: list[str]) -> None:
    script = f"source {folder}/fish/{words[0]}.fish; complete -C '{' '.join(words)}'"
    done = subprocess.run([need("fish"), "-c", script], capture_output=True, text=True, cwd=folder, check=True)
    assert [line.split("\t")[0] for line in done.stdout.splitlines() if line != "clients/"] == offered


def test_the_scripts_are_what_their_shells_can_read(folder: Path) -> None:
    for shell, path in (("bash", "bash/kafkacli"), ("zsh", "zsh/_kafkacli"), ("fish", "fish/kafkacli.fish")):
        subprocess.run([need(shell), "-n", str(folder / path)], check=True)


def test_every_name_and_option_is_in_every_script() -> None:
    known = commands()
    for script in (bash_script(known), zsh_script(known), fish_script(known)):
        for command in known:
            assert all(name in script for name in [command.subcommand, *command.names])
            assert all(option.names[-1] in script for option in command.table.options)
