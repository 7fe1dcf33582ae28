"""Pid files that can't lie, and the folder in which servers note themselves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kafkacli.tools.pid_file import PidFile, announce, running, running_pid, signal_named, stop_all


def test_a_held_file_names_its_process(tmp_path: Path) -> None:
    path = str(tmp_path / "sub" / "x.pid")
    file = PidFile(path)
    assert running_pid(path) == os.getpid()
    file.close()
    file.close()
    assert not os.path.exists(path)
    assert running_pid(path) is None


def test_a_file_is_held_once(tmp_path: Path) -> None:
    path = str(tmp_path / "x.pid")
    file = PidFile(path)
    with pytest.raises(FileExistsError, match="still runs"):
        PidFile(path)
    file.close()


def test_a_file_that_nobody_holds_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "x.pid"
    path.write_text("1234567890")
    assert running_pid(str(path)) is None
    file = PidFile(str(path))
    assert path.read_text() == str(os.getpid())
    file.close()


def test_servers_are_found_by_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert running("zookeeper") == []
    file = announce("zookeeper")
    (tmp_path / "kafkacli" / "zookeeper-1.pid").write_text("1")
    assert running("zookeeper") == [os.getpid()]
    assert running("kafka") == []
    file.close()
    assert list((tmp_path / "kafkacli").iterdir()) == []


def test_stopping_signals_every_server_of_the_role(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("SIGNAL", "KILL")
    program = "from kafkacli.tools.pid_file import announce\nf = announce('kafka')\nprint('up', flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        assert stop_all("zookeeper", "No zookeeper server to stop") == 1
        assert stop_all("kafka", "No kafka server to stop") == 0
        assert process.wait(10) == -signal.SIGKILL
    assert stop_all("kafka", "No kafka server to stop") == 1
    assert capfd.readouterr().out == "No zookeeper server to stop\nNo kafka server to stop\n"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"XDG_RUNTIME_DIR": "r", "XDG_STATE_HOME": "s"}, "r/kafkacli"),
        ({"XDG_STATE_HOME": "s"}, "s/kafkacli/run"),
        ({"TMPDIR": "t"}, f"t/kafkacli-{os.getuid()}"),
    ],
)
def test_the_folder_is_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("XDG_RUNTIME_DIR", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, folder in variables.items():
        (tmp_path / folder).mkdir()
        monkeypatch.setenv(name, str(tmp_path / folder))
    file = announce("kafka")
    assert os.path.dirname(file.path) == str(tmp_path / expected)
    file.close()


def test_signals_have_names_and_numbers() -> None:
    assert signal_named("TERM") == signal_named("sigterm") == signal_named("15") == signal.SIGTERM
    with pytest.raises(ValueError, match="no such signal"):
        signal_named("NOPE")
