"""kafkacli completion."""

import subprocess
from pathlib import Path

import pytest

from tests.support.foreign import need
from tests.support.tools import Tools


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_it_prints_what_a_shell_reads(tools: Tools, shell: str, tmp_path: Path) -> None:
    done = tools.run("completion", shell)
    assert (done.status, done.err) == (0, "")
    assert "kafka-topics.sh" in done.out
    (tmp_path / "script").write_text(done.out)
    subprocess.run([need(shell), "-n", str(tmp_path / "script")], check=True)


@pytest.mark.parametrize(
    ("shell", "place", "todo"),
    [
        ("bash", "bash-completion/completions/kafka-topics.sh", "in ~/.bashrc"),
        ("zsh", "zsh/site-functions/_kafkacli", "in ~/.zshrc, before compinit: fpath=("),
        ("fish", "fish/vendor_completions.d/kafka-topics.sh.fish", "a new fish finds them"),
    ],
)
def test_it_installs_where_the_shell_looks(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shell: str, place: str, todo: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("BASH_COMPLETION_USER_DIR", raising=False)
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    done = tools.run("completion", "install")
    assert (done.status, done.err) == (0, "")
    assert todo in done.out
    assert (tmp_path / place).is_file()
    assert not [path for path in (tmp_path / place).parent.iterdir() if path.name.startswith(".")]


def test_an_installed_fish_offers_names_and_options(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert tools.run("completion", "install", "--shell", "fish").status == 0
    script = (
        "source $XDG_DATA_HOME/fish/vendor_completions.d/kafka-topics.sh.fish; complete -C 'kafka-topics.sh --boot'"
    )
    done = subprocess.run([need("fish"), "--no-config", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("--bootstrap-server\t")


@pytest.mark.parametrize("words", ["install zsh", "install --shell zsh"])
def test_the_name_of_the_shell_may_stand_behind_install(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", "/bin/bash")
    assert tools.run("completion", *words.split()).status == 0
    assert (tmp_path / "zsh" / "site-functions" / "_kafkacli").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "kafkacli completion needs a shell's name, or install."),
        ("tcsh", "kafkacli completion takes one of: bash, zsh, fish, install [SHELL]"),
        ("bash zsh", "kafkacli completion takes one of: bash, zsh, fish, install [SHELL]"),
        ("install zsh --shell bash", "kafkacli completion takes one of: bash, zsh, fish, install [SHELL]"),
        ("install tcsh", "no completions for the shell 'tcsh'; there are bash, zsh, fish"),
        ("bash --shell zsh", "--shell does nothing without install"),
        ("install --shell tcsh", "no completions for the shell 'tcsh'; there are bash, zsh, fish"),
    ],
)
def test_what_makes_no_sense_is_one_line(tools: Tools, words: str, message: str) -> None:
    done = tools.run("completion", *words.split())
    assert (done.status, done.out, done.err.splitlines()[0]) == (1, "", message)
