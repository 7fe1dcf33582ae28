"""docs/zookeeper-shell.md: its examples show what the shell shows. KAFKACLI_WRITE_DOCS=1 writes them again."""

import os
import shlex
from pathlib import Path

import pytest

from kafkacli.app import find_subcommand, run_tool
from kafkacli.zkshell.shell import Shell
from kafkacli.zkshell.znodes import Znodes
from tests.support.documented import DOCS, masked, run_page
from tests.support.kafka_registrations import register
from tests.support.zookeeper import RunningZooKeeper

PAGE = DOCS / "zookeeper-shell.md"
SERVER = "localhost:2181"


def test_the_examples_show_what_the_shell_shows(
    shell: Shell,
    zookeeper_server: RunningZooKeeper,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert shell.session is not None
    register(Znodes(shell.session), "/kafka")
    monkeypatch.chdir(tmp_path)

    def run(line: str) -> str:
        name, *arguments = shlex.split(line)
        if "-server" not in arguments:
            arguments[:0] = ["-server", SERVER]
        tool = find_subcommand(name.removesuffix(".sh"))
        assert tool is not None
        capsys.readouterr()
        run_tool(tool, name, [word.replace(SERVER, zookeeper_server.address) for word in arguments])
        return "".join(capsys.readouterr())

    written = PAGE.read_text(encoding="utf-8")
    shown = run_page(written, tmp_path, run)
    if os.environ.get("KAFKACLI_WRITE_DOCS"):
        PAGE.write_text(shown, encoding="utf-8")
    assert masked(shown) == masked(written)
