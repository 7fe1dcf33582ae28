"""Our own server as a user starts it: a process with broker and embedded ZooKeeper, on ports the system chose."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

START_SECONDS = 30
STOP_SECONDS = 30


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(directory: Path) -> dict[str, str]:
    """The environment for programs of ours: what they keep per user stays in `directory`."""
    return {**os.environ, "XDG_STATE_HOME": str(directory / "state"), "XDG_RUNTIME_DIR": str(directory / "run")}


@dataclass(slots=True)
class Server:
    """A server process; its properties file, its log and its data live in `directory`. prefix: what it is run with."""

    directory: Path
    properties: dict[str, str]
    prefix: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.directory / "server.log"

    @property
    def bootstrap(self) -> str:
        return self.properties["listeners"].removeprefix("PLAINTEXT://")

    @property
    def zookeeper(self) -> str:
        return self.properties["zookeeper.connect"]

    @property
    def log_directory(self) -> Path:
        return Path(self.properties["log.dirs"])

    def start(self, *options: str) -> float:
        """Start and wait until it says that it is registered; returns the seconds that took."""
        path = self.directory / "server.properties"
        path.write_text("".join(f"{key}={value}\n" for key, value in self.properties.items()))
        command = [*self.prefix, sys.executable, "-m", "kafkacli", "server-start", str(path), *options]
        with self.log.open("wb") as log:
            begin = time.monotonic()
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment(self.directory)
            )
        line = f"/brokers/ids/{self.properties['broker.id']}".encode()
        while line not in self.log.read_bytes():
            if self.process.poll() is not None or time.monotonic() - begin > START_SECONDS:
                self.stop()
                raise RuntimeError(f"the server did not start:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.005)
        return time.monotonic() - begin

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int | None:
        """End the process, cleanly unless SIGKILL is sent; returns its exit status."""
        if self.process is None:
            return None
        self.process.send_signal(sent)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process = None


def make_server(directory: Path, properties: Mapping[str, str] | None = None) -> Server:
    """Prepare a server with broker id 1 whose data lies under `directory`; not started."""
    directory.mkdir(parents=True, exist_ok=True)
    values = {
        "broker.id": "1",
        "listeners": f"PLAINTEXT://127.0.0.1:{free_port()}",
        "zookeeper.connect": f"127.0.0.1:{free_port()}",
        "log.dirs": str(directory / "kafka-logs"),
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
    }
    return Server(directory, values | dict(properties or {}))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole run: use your own topic and group names, and don't stop it."""
    started = make_server(tmp_path_factory.mktemp("server"))
    started.start()
    try:
        yield started
    finally:
        started.stop()
