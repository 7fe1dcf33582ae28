"""zookeeper-shell.sh: the server first, the option for TLS anywhere."""

import io
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import free_port
from tests.support.tools import Tools
from tests.support.zookeeper import RunningZooKeeper

USAGE = "USAGE: zookeeper-shell.sh zookeeper_host:port[/path] [-zk-tls-config-file file] [args...]\n"


def test_without_arguments(tools: Tools) -> None:
    assert tools.run("zookeeper-shell") == (1, USAGE, "")


@pytest.mark.parametrize("name", ["zookeeper-shell", "zookeeper-shell.sh", "zk-shell"])
def test_every_name_runs_it(tools: Tools, zookeeper_server: RunningZooKeeper, name: str) -> None:
    status, out, err = tools.run(name, zookeeper_server.address, "ls", "/")
    assert (status, err) == (0, "")
    assert out.endswith("\n[zookeeper]\n")


def test_a_chroot(tools: Tools, zookeeper_server: RunningZooKeeper) -> None:
    tools.run("zk-shell", zookeeper_server.address, "create", "/app")
    assert tools.run("zk-shell", f"{zookeeper_server.address}/app", "create", "/one").err == "Created /one\n"
    assert tools.run("zk-shell", f"{zookeeper_server.address}/app", "ls", "/").out.endswith("[one]\n")
    assert tools.run("zk-shell", f"{zookeeper_server.address}/none", "ls", "/").err == "Node does not exist: /\n"


def test_lines_are_not_echoed(
    tools: Tools, zookeeper_server: RunningZooKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("ls /\n"))
    out = tools.run("zk-shell", zookeeper_server.address).out
    assert "JLine support is disabled\n" in out
    assert "[zk: " not in out


def test_nobody_there(tools: Tools) -> None:
    server = f"127.0.0.1:{free_port()}"
    status, out, err = tools.run("zk-shell", server, "get", "/x")
    assert (status, out) == (1, f"Connecting to {server}\n")
    reason, failure = err.splitlines()
    assert f"WARN {server}: no ZooKeeper answers: Connection refused" in reason
    assert (
        failure
        == "org.apache.zookeeper.KeeperException$ConnectionLossException: KeeperErrorCode = ConnectionLoss for /x"
    )


def test_the_tls_option_may_stand_anywhere(tools: Tools, zookeeper_server: RunningZooKeeper, tmp_path: Path) -> None:
    config = tmp_path / "tls.properties"
    config.write_text("zookeeper.ssl.client.enable=false\n")
    status, out, _ = tools.run("zk-shell", zookeeper_server.address, "-zk-tls-config-file", str(config), "ls", "/")
    assert status == 0
    assert out.endswith("[zookeeper]\n")


def test_the_tls_option_wants_a_file(tools: Tools) -> None:
    status, _, err = tools.run("zk-shell", "localhost:1", "-zk-tls-config-file")
    assert (status, err) == (1, "zk-shell: Error: no filename provided with option -zk-tls-config-file\n")


def test_help_names_the_tls_option(tools: Tools, zookeeper_server: RunningZooKeeper) -> None:
    status, out, _ = tools.run("zk-shell", "--help")
    assert (status, "zk-tls-config-file" in out) == (0, True)
    err = tools.run("zk-shell", zookeeper_server.address, "nonsense").err
    assert err.startswith("ZooKeeper -server host:port [-zk-tls-config-file <file>] cmd args\n")
    assert err.endswith("Command not found: Command not found nonsense\n")


@pytest.mark.parametrize("words", [("-timeout", "4321"), ("--timeout", "4321")])
def test_the_session_gets_the_timeout(words: tuple[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-m", "kafkacli", "zookeeper-shell", f"127.0.0.1:{server.getsockname()[1]}"]
        process = subprocess.Popen([*command, *words, "ls", "/"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server.settimeout(20)
        connected, _ = server.accept()
        with connected, connected.makefile("rb") as stream:
            request = stream.read(4 + 4 + 8 + 4)  # length, version, zxid, timeout
        process.kill()
        process.wait()
    assert int.from_bytes(request[-4:], "big") == 4321
