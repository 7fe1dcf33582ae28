"""kafka-server-stop.sh, and -daemon, which it belongs to."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import environment, make_server
from tests.support.tools import Tools
from tests.support.waiting import until


def test_nothing_to_stop(tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    done = tools.run("kafka-server-stop")
    assert (done.status, done.out, done.err) == (1, "No kafka server to stop\n", "")
    assert tools.run("server-stop", "--help").status == 0


def test_a_server_in_the_background_is_stopped(tmp_path: Path) -> None:
    server = make_server(tmp_path)
    path = tmp_path / "server.properties"
    path.write_text("".join(f"{key}={value}\n" for key, value in server.properties.items()))
    variables = {**environment(tmp_path), "LOG_DIR": str(tmp_path / "out")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kafkacli", *arguments]
        return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=30)

    log = tmp_path / "out" / "kafkaServer.out"
    started = run("server-start", "-daemon", str(path))
    try:
        assert (started.returncode, started.stdout, started.stderr) == (0, "", "")
        assert "/brokers/ids/1" in log.read_text()
        again = run("server-start", "-daemon", str(path))
        assert again.returncode == 1
        assert "log directories: Failed to acquire lock" in again.stderr
        assert again.stderr.count("\n") == 1
    finally:
        stopped = run("server-stop")
    assert (stopped.returncode, stopped.stdout, stopped.stderr) == (0, "", "")
    until(lambda: run("server-stop").stdout == "No kafka server to stop\n")
