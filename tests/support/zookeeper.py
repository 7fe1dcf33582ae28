"""ZooKeeper servers to talk to: ours on a loop in a thread, ours and Apache's as processes; and what is in one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from kafkacli.zookeeper.config import ZooKeeperConfig
from kafkacli.zookeeper.server import ZooKeeperServer
from tests.support.loop import LoopThread
from tests.support.waiting import until

_T = TypeVar("_T")


class RunningZooKeeper:
    """A server of ours that runs: `port`, `address`; can be stopped and started again on its data."""

    def __init__(self, data_dir: Path, **settings: Any) -> None:
        """Start it; `settings` are attributes of ZooKeeperConfig."""
        self.data_dir = data_dir
        self.settings = {
            "client_port": 0,
            "client_port_address": "127.0.0.1",
            "max_client_connections": 0,
            "admin_enabled": False,
            "preallocated_kib": 64,
            **settings,
        }
        self._thread = LoopThread()
        self.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self.server.port

    @property
    def address(self) -> str:
        """HOST:PORT, as clients want it."""
        return f"127.0.0.1:{self.port}"

    def start(self, **arguments: Any) -> None:
        """Start a server on the data directory."""
        self.server = ZooKeeperServer(ZooKeeperConfig(self.data_dir, **self.settings))
        self._thread.run(self.server.start(**arguments))

    def stop(self) -> None:
        """Stop the server; the data stays."""
        self._thread.run(self.server.stop())

    def call(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine on the server's loop."""
        return self._thread.run(coroutine)

    def close(self) -> None:
        """Stop the server and its thread."""
        self.stop()
        self._thread.stop()


@pytest.fixture
def zookeeper_server(tmp_path: Path) -> Iterator[RunningZooKeeper]:
    """A server of ours on an empty data directory."""
    running = RunningZooKeeper(tmp_path / "zookeeper")
    yield running
    running.close()


class ZooKeeperProcess:
    """A ZooKeeper server as a process on a data directory; the same port after each start."""

    OURS = (sys.executable, "-m", "kafkacli", "zookeeper-server-start")

    def __init__(self, data_dir: Path, port: int, **settings: object) -> None:
        """Prepare it; `settings` are further keys of zoo.cfg, dots written as two underscores."""
        self.data_dir = data_dir
        self.port = port
        self.address = f"127.0.0.1:{port}"
        self._directory = data_dir.with_name(data_dir.name + "-process")
        self._directory.mkdir(exist_ok=True)
        self.log = self._directory / "log"
        self._config = self._directory / "zoo.cfg"
        values = {
            "dataDir": data_dir,
            "clientPort": port,
            "clientPortAddress": "127.0.0.1",
            "admin.enableServer": "false",
            "maxClientCnxns": 0,
            **{name.replace("__", "."): value for name, value in settings.items()},
        }
        self._config.write_text("".join(f"{key}={value}\n" for key, value in values.items()))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that runs."""
        assert self._process is not None
        return self._process.pid

    def start(self, command: Sequence[str] = OURS) -> None:
        """Start it, by default ours, and wait until it answers."""
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(self._directory / "run")}
        with self.log.open("ab") as log:
            process = self._process = subprocess.Popen(
                [*command, str(self._config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
            )

        def answers() -> bool:
            assert process.poll() is None, self.log.read_text()
            return "Mode: standalone" in four_letter(self.port, "srvr")

        until(answers, 60)

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit status."""
        process, self._process = self._process, None
        assert process is not None
        process.send_signal(sent)
        return process.wait(60)

    def wait(self) -> int:
        """Wait until it ends by itself and return its exit status."""
        process, self._process = self._process, None
        assert process is not None
        return process.wait(60)

    def kill(self) -> None:
        """End it in the middle of what it does."""
        self.stop(signal.SIGKILL)

    def close(self) -> None:
        """End it if it still runs."""
        if self._process is not None:
            self.kill()


def four_letter(port: int, word: str) -> str:
    """Return the answer to a four-letter word, "" when nobody listens."""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(word.encode())
            return connection.makefile("rb").read().decode()
    except OSError:
        return ""


def picture(client: Any, path: str = "/") -> dict[str, tuple[object, ...]]:
    """Return data, Stat and ACL of every znode from a path on, as a kazoo client sees them."""
    data, stat = client.get(path)
    result: dict[str, tuple[object, ...]] = {path: (data, tuple(stat), tuple(client.get_acls(path)[0]))}
    for name in sorted(client.get_children(path)):
        result |= picture(client, f"{path.rstrip('/')}/{name}")
    return result
