"""Tools that move whole topics between two real Kafkas 2.6.2, or into a folder and back, beside mirror maker and kcat's pipes.

How many records arrived is checked in each run.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from kafkacli.wire.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse
from tests.benchmarks import programs
from tests.benchmarks.client import create_topic, end_offsets
from tests.benchmarks.clusters import AS_SHIPPED, Apache
from tests.benchmarks.measure import Row
from tests.benchmarks.programs import Command, Run, apaches, ours, run
from tests.benchmarks.tools import RECORDS, Topic
from tests.support.raw import RawClient

SECONDS = 300.0
SMALLER = 4


def _arrived(cluster: Apache, topic: Topic) -> int:
    return sum(end_offsets(cluster.port, topic.name, topic.partitions))


class Moves:
    """Topics on their way. Each method is one run; it raises RuntimeError unless all records came, once each."""

    def __init__(self, directory: Path, source: Apache, target: Apache) -> None:
        self._directory = directory
        self._source = source
        self._target = target

    def _empty(self, topic: Topic) -> None:
        """Let the target have the topic with nothing in it."""
        with RawClient(self._target.port, 60) as client:
            request = DeleteTopicsRequest(topic_names=[topic.name], timeout_ms=30_000)
            client.ask(request, DeleteTopicsResponse, 3)
        create_topic(self._target.port, topic.name, topic.partitions)

    def _checked(self, topic: Topic, done: Run) -> Run:
        if (found := _arrived(self._target, topic)) != topic.count:
            raise RuntimeError(f"{found} of {topic.count} records arrived")
        return done

    def copy(self, topic: Topic) -> Run:
        """`kafkacli copy`."""
        self._empty(topic)
        servers = "--bootstrap-server", self._source.bootstrap, "--to-bootstrap-server", self._target.bootstrap
        return self._checked(topic, run(ours("kafkacli", "copy", *servers, "--topic", topic.name)))

    def pipe(self, topic: Topic) -> Run:
        """Two kcats."""
        self._empty(topic)
        reads = f"kcat -C -q -e -b {self._source.bootstrap} -t {topic.name} -o beginning"
        writes = f"kcat -P -b {self._target.bootstrap} -t {topic.name}"
        return self._checked(topic, run(["sh", "-c", f"{reads} | {writes}"]))

    def mirror(self, topic: Topic, command: Command) -> Run:
        """Mirror maker, until the last record is there."""
        self._empty(topic)
        consumer, producer = self._directory / "consumer.properties", self._directory / "producer.properties"
        consumer.write_text(
            f"bootstrap.servers={self._source.bootstrap}\ngroup.id={uuid.uuid4().hex[:8]}\nauto.offset.reset=earliest\n"
        )
        producer.write_text(f"bootstrap.servers={self._target.bootstrap}\n")
        words = ["--consumer.config", str(consumer), "--producer.config", str(producer), "--whitelist", topic.name]
        begin = time.monotonic()
        process = subprocess.Popen(
            command("kafka-mirror-maker.sh", *words),
            env=AS_SHIPPED,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while _arrived(self._target, topic) < topic.count and time.monotonic() - begin < SECONDS:
            time.sleep(0.05)
        seconds = time.monotonic() - begin
        most = _peak_megabytes(process.pid)
        process.terminate()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return self._checked(topic, Run(seconds, used.ru_utime + used.ru_stime, most))

    def export(self, topic: Topic) -> Run:
        """`kafkacli export`."""
        folder = self._directory / f"folder-{topic.name}"
        shutil.rmtree(folder, ignore_errors=True)
        words = "--bootstrap-server", self._source.bootstrap, "--topic", topic.name, "--directory", str(folder)
        done = run(ours("kafkacli", "export", *words))
        parts = json.loads((folder / "export.json").read_text())["topics"][topic.name]["partitions"].values()
        if (found := sum(part["records"] for part in parts)) != topic.count:
            raise RuntimeError(f"{found} of {topic.count} records were exported")
        return done

    def export_text(self, topic: Topic, command: list[str]) -> Run:
        """What writes a topic's values into a file, a line each."""
        done = run(command, stdout=self._directory / f"lines-{topic.name}")
        return topic.check(done)

    def restore(self, topic: Topic) -> Run:
        """`kafkacli import` of what `export` wrote."""
        folder = self._directory / f"folder-{topic.name}"
        if not folder.exists():
            self.export(topic)
        self._empty(topic)
        words = "--bootstrap-server", self._target.bootstrap, "--directory", str(folder)
        return self._checked(topic, run(ours("kafkacli", "import", *words)))

    def restore_text(self, topic: Topic, command: list[str], *, stdin: bool) -> Run:
        """What makes a topic of lines in a file."""
        lines = self._directory / f"lines-{topic.name}"
        if not lines.exists():
            self.export_text(topic, self.kcat_reads(topic))
        self._empty(topic)
        return self._checked(topic, run(command, stdin=lines if stdin else None))

    def reads(self, topic: Topic) -> list[str]:
        """Apache's console consumer on a whole topic."""
        words = "--bootstrap-server", self._source.bootstrap, "--topic", topic.name, "--from-beginning"
        return apaches("kafka-console-consumer.sh", *words, "--max-messages", str(topic.count))

    def writes(self, topic: Topic) -> list[str]:
        """Apache's console producer."""
        return apaches("kafka-console-producer.sh", "--bootstrap-server", self._target.bootstrap, "--topic", topic.name)

    def kcat_reads(self, topic: Topic) -> list[str]:
        """Kcat on a whole topic."""
        return ["kcat", "-C", "-q", "-e", "-b", self._source.bootstrap, "-t", topic.name, "-o", "beginning"]

    def kcat_writes(self, topic: Topic) -> list[str]:
        """Kcat on a file."""
        lines = self._directory / f"lines-{topic.name}"
        return ["kcat", "-P", "-b", self._target.bootstrap, "-t", topic.name, "-l", str(lines)]


def _peak_megabytes(pid: int) -> float:
    """The most memory that a running process has had, as Linux tells it; 0 elsewhere."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1e3 if found else 0.0


@contextmanager
def rows(scale: float) -> Iterator[list[Row]]:
    """The rows; scale: the share of the full number of records."""
    count = max(1000, int(RECORDS * scale))
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        source, target = Apache(directory / "source"), Apache(directory / "target")
        source.start()
        try:
            target.start()
            moves = Moves(directory, source, target)
            small, spread = Topic(source, count, 100, 1), Topic(source, count, 100, 6)
            fewer = Topic(source, count // SMALLER, 100, 1)
            sides = [(partial(moves.copy, each), partial(moves.mirror, each, apaches)) for each in (fewer, small)]
            yield [
                *_rows(moves, [small, spread]),
                programs.growth_row("`kafkacli copy` beside Apache's mirror maker", SMALLER, *sides),
            ]
        finally:
            target.stop()
            source.stop()


def _rows(moves: Moves, topics: list[Topic]) -> list[Row]:
    found: list[Row] = []
    has_kcat = programs.kcat() is not None
    for topic in topics:
        mirror = partial(moves.mirror, topic, apaches)
        pipe = partial(moves.pipe, topic) if has_kcat else None
        found += programs.rows(
            f"`kafka-mirror-maker.sh`, {topic}", partial(moves.mirror, topic, ours), mirror, target=1.5
        )
        found += programs.rows(
            f"`kafkacli copy` beside Apache's mirror maker, {topic}",
            partial(moves.copy, topic),
            mirror,
            pipe,
            target=1.5,
        )
    topic = topics[0]
    found += programs.rows(
        f"`kafkacli export` beside Apache's console consumer, {topic}",
        partial(moves.export, topic),
        lambda: moves.export_text(topic, moves.reads(topic)),
        (lambda: moves.export_text(topic, moves.kcat_reads(topic))) if has_kcat else None,
        target=1.5,
    )
    found += programs.rows(
        f"`kafkacli import` beside Apache's console producer, {topic}",
        partial(moves.restore, topic),
        lambda: moves.restore_text(topic, moves.writes(topic), stdin=True),
        (lambda: moves.restore_text(topic, moves.kcat_writes(topic), stdin=False)) if has_kcat else None,
        target=1.5,
    )
    return found
