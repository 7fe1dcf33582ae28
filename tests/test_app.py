"""Names and tools: what runs which module, how a run ends, and what it may import."""

import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from kafkacli import app
from kafkacli.app import TOOLS, find_script, find_subcommand, guarded, run_tool
from kafkacli.exits import Exit
from kafkacli.options.jopt import OptionError, UsageError
from kafkacli.options.table import HELP, OptionTable

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    "typer",
    "rich",
    "click",
    "asyncio",
    "dataclasses",
    "inspect",
    "logging",
    "importlib.metadata",
    "kazoo",
    "kafka",
)


def test_every_script_name_is_installed_once_with_and_without_sh() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    names = [name for tool in TOOLS for script in tool.scripts for name in (f"{script}.sh", script)]
    assert len(names) == len(set(names))
    assert scripts == {"kafkacli": "kafkacli.app:main"} | dict.fromkeys(names, "kafkacli.app:script")


def test_names_find_their_tools() -> None:
    topics = find_script("kafka-topics.sh")
    assert topics is not None
    assert topics.module == "topics"
    for name in ("topics", "kafka-topics", "kafka-topics.sh"):
        assert find_subcommand(name) is topics
    assert find_script("topics") is None
    assert find_subcommand("zookeeper-shell") is find_subcommand("zk-shell")
    assert find_subcommand("nothing") is None


def test_an_unknown_script_name_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["/opt/bin/kafka-tropics.sh"])
    assert app.script() == Exit.COMMAND_NOT_FOUND
    assert capsys.readouterr().err.startswith("kafka-tropics.sh: ")


def test_the_script_name_picks_the_tool(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["/opt/bin/kafka-topics.sh", "--version"])
    assert app.script() == Exit.OK
    assert capsys.readouterr().out == "2.6.2 (Commit:da65af02e5856e34)\n"


def test_the_subcommand_picks_the_tool(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["kafkacli", "topics", "--list", "--nope"])
    assert app.main() == Exit.FAILURE
    assert capsys.readouterr().err == "kafkacli topics: nope is not a recognized option\n"


def fail(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "status", "shown"),
    [
        (KeyboardInterrupt(), Exit.INTERRUPTED, ""),
        (
            OptionError("x is not a recognized option", "did you mean --y?"),
            1,
            "t: x is not a recognized option\ndid you mean --y?\n",
        ),
        (RuntimeError("the disk is full"), 1, "t: the disk is full\n"),
        (RuntimeError(), 1, "t: RuntimeError\n"),
        (FileNotFoundError(2, "No such file or directory", "/none"), 1, "t: /none: No such file or directory\n"),
        (OSError(28, "No space left on device"), 1, "t: No space left on device\n"),
    ],
    ids=["interrupt", "option", "other", "without words", "file", "no file"],
)
def test_every_end_has_its_status_and_one_line(
    error: BaseException, status: int, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded("t", lambda: fail(error)) == status
    assert capsys.readouterr() == ("", shown)


def test_wrong_usage_shows_the_message_and_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    table = OptionTable("tool.sh", "Does one thing.", [HELP])
    assert guarded("tool.sh", lambda: fail(UsageError("Say what.", table))) == 1
    assert capsys.readouterr().err.startswith("Say what.\nusage: tool.sh [OPTION]...\n")


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("KAFKACLI_DEBUG", "1")
    guarded("t", lambda: fail(RuntimeError("the disk is full")))
    shown = capsys.readouterr().err
    assert shown.startswith("Traceback (most recent call last):\n")
    assert shown.endswith("RuntimeError: the disk is full\nt: the disk is full\n")


def test_debug_is_a_word_of_every_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKACLI_DEBUG", "0")
    topics = find_script("kafka-topics")
    assert topics is not None
    assert run_tool(topics, "kafka-topics", ["--debug", "--version"]) == Exit.OK
    assert os.environ["KAFKACLI_DEBUG"] == "1"


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_quick_answers_import_nothing_heavy(argument: str) -> None:
    code = (
        "import sys; sys.argv = ['kafka-topics.sh', sys.argv[1]]; from kafkacli.app import script; script();"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), 'socket' in sys.modules, 'typing' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, argument], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[] False False"


def test_listing_topics_imports_nothing_heavy() -> None:
    code = f"import sys, kafkacli.tools.topics_broker; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_sigterm_ends_a_run_with_its_status(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = (
        "import sys, time; from pathlib import Path; from kafkacli.app import guarded\n"
        "def run():\n    Path(sys.argv[1]).touch()\n    time.sleep(60)\n    return 0\n"
        "sys.exit(guarded('t', run))"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(ready)], cwd=ROOT) as process:
        deadline = time.monotonic() + 20
        while not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == Exit.TERMINATED


def test_quiet_is_a_word_of_every_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    topics = find_subcommand("topics")
    assert topics is not None
    assert run_tool(topics, "kafka-topics", ["--version", "--quiet"]) == Exit.OK
    assert capsys.readouterr().out == ""
    assert run_tool(topics, "kafka-topics", ["--version"]) == Exit.OK
    assert capsys.readouterr().out != ""
