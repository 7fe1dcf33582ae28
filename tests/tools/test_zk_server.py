"""zkServer.sh and its neighbours, as processes: every verb, its texts and exit status, and what goes wrong."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kafkacli.zookeeper.protocol import CreateRequest, OpCode, TxnHeader
from tests.support.server import free_port
from tests.support.waiting import until
from tests.support.zookeeper_pipeline import OPEN
from tests.support.zookeeper_raw import RawClient

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def run(tmp_path: Path, port: int) -> Iterator[Run]:
    """Run one of our commands in a folder with conf/zoo.cfg; whatever still runs at the end is stopped."""
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path / "run"), "USER": "me"}
    for name in ("ZOOCFG", "ZOOCFGDIR", "ZOO_LOG_DIR", "ZOOPIDFILE", "LOG_DIR", "SIGNAL", "JMXDISABLE"):
        environment.pop(name, None)
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "zoo.cfg").write_text(
        f"tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir={tmp_path / 'data'}\nclientPort={port}\n"
        "clientPortAddress=127.0.0.1\nadmin.enableServer=false\n"
    )

    def command(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kafkacli", *arguments],
            cwd=tmp_path,
            env={**environment, **more},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    yield command
    command("zookeeper-server-stop", SIGNAL="KILL")


def test_start_status_stop(run: Run, tmp_path: Path, port: int) -> None:
    started = run("zk-server", "start")
    assert started.stdout == "Starting zookeeper ... STARTED\n"
    assert started.stderr == "ZooKeeper JMX enabled by default\nUsing config: conf/zoo.cfg\n"
    assert started.returncode == 0
    pid = (tmp_path / "data" / "zookeeper_server.pid").read_text()
    again = run("zk-server", "start")
    assert (again.stdout, again.returncode) == (f"Starting zookeeper ... already running as process {pid}.\n", 1)
    status = run("zk-server", "status")
    found = f"Client port found: {port}. Client address: 127.0.0.1. Client SSL: false.\n"
    assert (status.stdout, status.returncode) == (f"{found}Mode: standalone\n", 0)
    stopped = run("zk-server", "stop")
    assert (stopped.stdout, stopped.returncode) == ("Stopping zookeeper ... STOPPED\n", 0)
    status = run("zk-server", "status")
    error = "Error contacting service. It is probably not running.\n"
    assert (status.stdout, status.returncode) == (found + error, 1)


def test_nothing_to_stop(run: Run, tmp_path: Path) -> None:
    pid_file = tmp_path / "data" / "zookeeper_server.pid"
    stopped = run("zk-server", "stop")
    expected = f"Stopping zookeeper ... no zookeeper to stop (could not find file {pid_file})\n"
    assert (stopped.stdout, stopped.returncode) == (expected, 0)


def test_a_pid_file_that_a_crash_left_behind_kills_nobody(run: Run, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        (tmp_path / "data").mkdir()
        pid_file = tmp_path / "data" / "zookeeper_server.pid"
        pid_file.write_text(str(innocent.pid))
        stopped = run("zk-server", "stop")
        assert stopped.stdout == "Stopping zookeeper ... STOPPED\n"
        assert "runs no more" in stopped.stderr
        assert not pid_file.exists()
        assert innocent.poll() is None
        innocent.communicate(b"\n")


def test_restart_gives_a_new_process(run: Run, tmp_path: Path) -> None:
    pid_file = tmp_path / "data" / "zookeeper_server.pid"
    run("zk-server", "start")
    before = pid_file.read_text()
    restarted = run("zk-server", "restart")
    assert restarted.stdout == "Stopping zookeeper ... STOPPED\nStarting zookeeper ... STARTED\n"
    assert pid_file.read_text() != before


def test_a_start_that_fails_says_why(run: Run, tmp_path: Path, port: int) -> None:
    (tmp_path / "conf" / "other.cfg").write_text(
        f"dataDir={tmp_path / 'other'}\nclientPort={port}\nclientPortAddress=127.0.0.1\n"
    )
    run("zk-server", "start")
    failed = run("zk-server", "start", "other.cfg")
    assert (failed.stdout, failed.returncode) == ("Starting zookeeper ... FAILED TO START\n", 1)
    assert failed.stderr.endswith(f"can't listen on 127.0.0.1:{port}: Address already in use\n")


def test_a_second_server_on_the_same_data_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "conf" / "other.cfg").write_text(f"dataDir={tmp_path / 'data'}\nclientPort={free_port()}\n")
    run("zk-server", "start")
    failed = run("zookeeper-server-start", "-daemon", "conf/other.cfg")
    assert failed.returncode == 3
    assert "another ZooKeeper server uses this data directory" in failed.stderr


def test_a_file_or_folder_that_can_not_be_used_is_named(run: Run, tmp_path: Path, port: int) -> None:
    failed = run("zookeeper-server-start", "none.cfg")
    assert (failed.stderr, failed.returncode) == (
        "Invalid config, exiting abnormally: none.cfg: No such file or directory\n",
        2,
    )
    (tmp_path / "taken").touch()
    (tmp_path / "bad.cfg").write_text(f"dataDir={tmp_path}/taken/data\nclientPort={port}\n")
    failed = run("zookeeper-server-start", "bad.cfg")
    assert f"{tmp_path}/taken/data" in failed.stderr
    assert "Not a directory" in failed.stderr
    assert failed.returncode == 1


def test_a_log_with_a_corrupt_middle_stops_the_start_with_file_and_position(
    run: Run, tmp_path: Path, port: int
) -> None:
    run("zk-server", "start")
    client = RawClient(port)
    client.connect()
    for name in ("/one", "/two", "/three"):
        client.call(OpCode.CREATE, CreateRequest(name, b"x", OPEN, 0))
    client.close()
    run("zk-server", "stop")
    (log,) = (tmp_path / "data" / "version-2").glob("log.*")
    content = log.read_bytes()
    log.write_bytes(content.replace(b"/two", b"/too"))
    failed = run("zookeeper-server-start", "conf/zoo.cfg")
    entry = content.index(b"/two") - 4 - len(TxnHeader(0, 0, 0, 0, 0).encode()) - 12
    assert f"Unable to access datadir, exiting abnormally: {log}: corrupt at byte {entry}: " in failed.stderr
    assert failed.returncode == 3
    log.write_bytes(content)
    assert run("zk-server", "start").stdout == "Starting zookeeper ... STARTED\n"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("clientPort=2181\n", "dataDir is not set"),
        ("dataDir=x\n", "clientPort is not set"),
        ("dataDir=x\nclientPort=many\n", "clientPort=many: not a valid value"),
        ("dataDir=x\nclientPort=1\nserver.1=a:1:2\nserver.2=b:1:2\n", "server.1: this server runs alone"),
    ],
)
def test_a_bad_configuration_is_one_line(run: Run, tmp_path: Path, lines: str, reason: str) -> None:
    (tmp_path / "bad.cfg").write_text(lines)
    failed = run("zookeeper-server-start", "bad.cfg")
    assert failed.returncode == 2
    assert failed.stderr.startswith(f"Invalid config, exiting abnormally: bad.cfg: {reason}")
    assert failed.stderr.count("\n") == 1


def test_without_a_verb_the_usage_is_shown(run: Run) -> None:
    shown = run("zk-server")
    assert shown.stderr.endswith("[--config <conf-dir>] {start|start-foreground|stop|restart|status|print-cmd}\n")
    assert (shown.stdout, shown.returncode) == ("", 0)


def test_a_configuration_folder_can_be_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "conf").rename(tmp_path / "etc")
    assert "Using config: etc/zoo.cfg" in run("zk-server", "--config", "etc", "status").stderr
    assert "Using config: ./etc/zoo.cfg" in run("zk-server", "status", "./etc/zoo.cfg").stderr
    assert "Using config: etc/x.cfg" in run("zk-server", "status", ZOOCFGDIR="etc", ZOOCFG="x.cfg").stderr


def test_kafkas_scripts_start_and_stop_in_the_background(run: Run, tmp_path: Path) -> None:
    started = run("zookeeper-server-start", "-daemon", "conf/zoo.cfg")
    assert (started.stdout, started.stderr, started.returncode) == ("", "", 0)
    assert run("zk-server", "status").returncode == 0
    log = (tmp_path / "logs" / "zookeeper.out").read_text()
    assert "INFO Reading configuration from: conf/zoo.cfg (org.apache.zookeeper.server.quorum.QuorumPeerConfig)" in log
    assert run("zookeeper-server-stop").returncode == 0
    until(lambda: not list((tmp_path / "run" / "kafkacli").iterdir()))
    stopped = run("zookeeper-server-stop")
    assert (stopped.stdout, stopped.returncode) == ("No zookeeper server to stop\n", 1)


def test_port_and_data_directory_may_stand_in_the_place_of_a_file(run: Run, tmp_path: Path, port: int) -> None:
    started = run("zookeeper-server-start", "-daemon", str(port), "data", "1000", "5")
    assert (started.stderr, started.returncode) == ("", 0)
    assert (tmp_path / "data" / "version-2" / "snapshot.0").exists()
    assert run("zk-server", "status").stdout.endswith("Mode: standalone\n")
    failed = run("zookeeper-server-start", "x", "data")
    assert (failed.stderr, failed.returncode) == (
        "Invalid config, exiting abnormally: clientPort=x: not a valid value\n",
        2,
    )


def test_an_admin_server_that_can_not_listen_ends_the_start(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        admin = taken.getsockname()[1]
        (tmp_path / "conf" / "zoo.cfg").write_text(
            f"dataDir=data\nclientPort={free_port()}\nclientPortAddress=127.0.0.1\n"
            f"admin.serverPort={admin}\nadmin.serverAddress=127.0.0.1\n"
        )
        failed = run("zookeeper-server-start", "conf/zoo.cfg")
    assert failed.returncode == 4
    assert failed.stderr.startswith("Unable to start AdminServer, exiting abnormally: Problem starting AdminServer on")
    assert failed.stderr.endswith("Address already in use\n")


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_it_cleanly(run: Run, tmp_path: Path, sent: signal.Signals, status: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kafkacli", "zk-server", "start-foreground"],
        cwd=tmp_path,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path / "run")},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        while "binding to port" not in process.stdout.readline():
            assert process.poll() is None
        until(lambda: run("zk-server", "status").returncode == 0)
        process.send_signal(sent)
        assert process.wait(20) == status
    assert not list((tmp_path / "run" / "kafkacli").iterdir())


def test_zookeeper_server_start_without_arguments(run: Run) -> None:
    shown = run("zookeeper-server-start")
    assert shown.stdout == "USAGE: zookeeper-server-start.sh [-daemon] zookeeper.properties\n"
    assert shown.returncode == 1


@pytest.mark.parametrize("tool", ["zk-server", "zookeeper-server-start", "zookeeper-server-stop"])
def test_help(run: Run, tool: str) -> None:
    shown = run(tool, "--help")
    assert shown.stdout.startswith("usage: ")
    assert (shown.stderr, shown.returncode) == ("", 0)
