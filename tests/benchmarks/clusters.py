"""The two servers that the benchmarks load, each started as shipped, in a directory of its own."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.apache import SHARED, VERSION, start_cluster, stop_cluster
from tests.support.server import Server, free_port, make_server

AS_SHIPPED = {**os.environ, "APACHE_AS_SHIPPED": "1"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Addresses (HOST:PORT) of our server and of Apache's."""

    ours: Server
    apache_bootstrap: str
    apache_zookeeper: str


@contextmanager
def both() -> Iterator[Pair]:
    """Start both servers, stop them at the end."""
    os.environ["APACHE_AS_SHIPPED"] = "1"
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        server = make_server(directory / "ours")
        server.start()
        try:
            cluster = start_cluster(directory / "apache")
            try:
                yield Pair(server, cluster.bootstrap, cluster.zookeeper)
            finally:
                stop_cluster(directory / "apache")
        finally:
            server.stop()


def resident_megabytes(pid: int) -> float:
    """Resident set size of a process now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def ours_to_registered() -> tuple[float, float]:
    """Start ours on empty directories: (seconds until it is registered, megabytes then)."""
    with tempfile.TemporaryDirectory() as name:
        server = make_server(Path(name))
        seconds = server.start()
        try:
            assert server.process is not None
            return seconds, resident_megabytes(server.process.pid)
        finally:
            server.stop()


def apache_to_registered() -> tuple[float, float]:
    """Start Apache's ZooKeeper, then its broker: (seconds until it is registered, megabytes of both)."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        zookeeper_port, port = free_port(), free_port()
        (directory / "zookeeper.properties").write_text(
            f"dataDir={directory}/zookeeper\nclientPort={zookeeper_port}\nadmin.enableServer=false\n"
        )
        (directory / "server.properties").write_text(
            f"broker.id=0\nlisteners=PLAINTEXT://127.0.0.1:{port}\nlog.dirs={directory}/logs\n"
            f"zookeeper.connect=127.0.0.1:{zookeeper_port}\n"
        )
        started: list[subprocess.Popen[bytes]] = []
        begin = time.monotonic()
        try:
            for script, ready in (
                ("zookeeper-server-start.sh", b"binding to port"),
                ("kafka-server-start.sh", b"Registered broker 0 at path /brokers/ids/0"),
            ):
                stem = script.split("-")[0]
                properties = directory / ("zookeeper.properties" if stem == "zookeeper" else "server.properties")
                log = directory / f"{stem}.log"
                with log.open("wb") as out:
                    command = [str(SHARED / "apache" / "run"), VERSION, script, str(properties)]
                    started.append(subprocess.Popen(command, stdout=out, stderr=out, env=AS_SHIPPED))
                while ready not in log.read_bytes():
                    if started[-1].poll() is not None or time.monotonic() - begin > 60:
                        raise RuntimeError(log.read_text(errors="replace"))
                    time.sleep(0.005)
            seconds = time.monotonic() - begin
            return seconds, sum(resident_megabytes(process.pid) for process in started)
        finally:
            for process in reversed(started):
                process.send_signal(signal.SIGTERM)
                process.wait(60)
