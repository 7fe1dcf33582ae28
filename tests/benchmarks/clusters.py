"""The two servers that the benchmarks load, each started as shipped, in a directory of its own; and what they use."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.apache import SHARED, VERSION
from tests.support.server import Server, free_port, make_server

AS_SHIPPED = {**os.environ, "APACHE_AS_SHIPPED": "1"}
START_SECONDS = 120.0
SAME_FOR_BOTH = {  # deleted topics go soon, so that many runs fit on the disk; groups are as one finds them in tests
    "log.segment.delete.delay.ms": "1000",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
}


def resident_megabytes(pid: int) -> float:
    """Resident set size of a process now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have used so far, those that are gone left out."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def disk_bytes(pid: int) -> int:
    """What a process has caused to be written to disks so far, caches included."""
    for line in Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    raise RuntimeError("the system doesn't count what is written")


@dataclass(slots=True)
class Ours:
    """Our server: broker and ZooKeeper in one process. It may be started again on what it has."""

    directory: Path
    properties: dict[str, str] = field(default_factory=dict)
    name: str = "kafkacli"
    _server: Server = field(init=False)

    def __post_init__(self) -> None:
        self._server = make_server(self.directory, SAME_FOR_BOTH | self.properties)

    def start(self) -> float:
        """Start; returns the seconds until it is registered."""
        return self._server.start()

    def stop(self) -> None:
        """End it."""
        self._server.stop()

    def kill(self) -> None:
        """Kill it, ZooKeeper with it."""
        self._server.stop(signal.SIGKILL)

    @property
    def pid(self) -> int:
        """The process."""
        assert self._server.process is not None
        return self._server.process.pid

    @property
    def port(self) -> int:
        """Where the broker listens."""
        return int(self.bootstrap.rpartition(":")[2])

    @property
    def bootstrap(self) -> str:
        """HOST:PORT of the broker."""
        return self._server.bootstrap

    @property
    def zookeeper(self) -> str:
        """HOST:PORT of ZooKeeper."""
        return self._server.zookeeper

    def megabytes(self) -> float:
        """Memory of broker and ZooKeeper."""
        return resident_megabytes(self.pid)


class Apache:
    """Apache's broker with Apache's ZooKeeper, two processes. They may be started again on what they have."""

    name = "Apache Kafka"

    def __init__(self, directory: Path, properties: dict[str, str] | None = None) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._started: list[subprocess.Popen[bytes]] = []
        zookeeper_port, self.port = free_port(), free_port()
        self.bootstrap, self.zookeeper = f"127.0.0.1:{self.port}", f"127.0.0.1:{zookeeper_port}"
        (directory / "zookeeper.properties").write_text(
            f"dataDir={directory}/zookeeper\nclientPort={zookeeper_port}\nadmin.enableServer=false\n"
        )
        values = {
            "broker.id": "1",
            "listeners": f"PLAINTEXT://{self.bootstrap}",
            "log.dirs": f"{directory}/logs",
            "zookeeper.connect": self.zookeeper,
            **SAME_FOR_BOTH,
            **(properties or {}),
        }
        (directory / "server.properties").write_text("".join(f"{key}={value}\n" for key, value in values.items()))

    def start(self) -> float:
        """Start; returns the seconds until it is registered."""
        begin = time.monotonic()
        if not self._started:
            self._run("zookeeper-server-start.sh", "zookeeper", b"binding to port", begin)
        self._run("kafka-server-start.sh", "server", b"Registered broker 1 at path /brokers/ids/1", begin)
        return time.monotonic() - begin

    def _run(self, script: str, stem: str, ready: bytes, begin: float) -> None:
        log = self._directory / f"{stem}.log"
        with log.open("wb") as out:
            command = [str(SHARED / "apache" / "run"), VERSION, script, str(self._directory / f"{stem}.properties")]
            self._started.append(subprocess.Popen(command, stdout=out, stderr=out, env=AS_SHIPPED))
        while ready not in log.read_bytes():
            if self._started[-1].poll() is not None or time.monotonic() - begin > START_SECONDS:
                self.stop()
                raise RuntimeError(log.read_text(errors="replace"))
            time.sleep(0.005)

    def stop(self) -> None:
        """End the broker, then ZooKeeper."""
        while self._started:
            process = self._started.pop()
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kill(self) -> None:
        """Kill the broker and wait for ZooKeeper to end its session, before which it would not start again."""
        self._started[-1].kill()
        self._started.pop().wait(60)
        deadline = time.monotonic() + START_SECONDS
        while self._registered():
            if time.monotonic() > deadline:
                raise RuntimeError("the killed broker's znode stays")
            time.sleep(0.5)

    def _registered(self) -> bool:
        from kazoo.client import KazooClient

        client = KazooClient(self.zookeeper)
        client.start()
        try:
            return client.exists("/brokers/ids/1") is not None
        finally:
            client.stop()
            client.close()

    @property
    def pid(self) -> int:
        """The broker's process."""
        return self._started[-1].pid

    def megabytes(self) -> float:
        """Memory of the broker alone."""
        return resident_megabytes(self.pid)


Side = Ours | Apache


@dataclass(frozen=True, slots=True)
class Pair:
    """Our server and Apache's, both running."""

    ours: Ours
    apache: Apache


@contextmanager
def both() -> Iterator[Pair]:
    """Start both servers, stop them at the end."""
    with tempfile.TemporaryDirectory() as name:
        pair = Pair(Ours(Path(name) / "ours"), Apache(Path(name) / "apache"))
        pair.ours.start()
        try:
            pair.apache.start()
            yield pair
        finally:
            pair.ours.stop()
            pair.apache.stop()
