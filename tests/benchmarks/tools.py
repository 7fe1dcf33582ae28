"""Tools that move records, ours, Apache's and kcat, against the same real Kafka 2.6.2; order and count are checked in each run."""

import hashlib
import re
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from tests.benchmarks import programs
from tests.benchmarks.client import create_topic, end_offsets
from tests.benchmarks.clusters import AS_SHIPPED, Apache
from tests.benchmarks.measure import Row
from tests.benchmarks.programs import Command, Run, apaches, ours, run

RECORDS = 2_000_000
SMALLER = 4
SECONDS = 300.0
_COLUMNS = [word for name in ("key", "timestamp", "partition") for word in ("--property", f"print.{name}=true")]
_RATE = re.compile(r"([0-9.]+) records/sec")


class Topic:
    """A topic that a benchmark has filled with numbered lines, and what a reader of it has to print."""

    def __init__(self, cluster: Apache, count: int, size: int, partitions: int) -> None:
        from confluent_kafka import Producer

        self.cluster, self.count, self.size, self.partitions = cluster, count, size, partitions
        self.name = f"bench-{size}-{partitions}-{uuid.uuid4().hex[:8]}"
        create_topic(cluster.port, self.name, partitions)
        digest = hashlib.md5(usedforsecurity=False)
        client = Producer(
            {"bootstrap.servers": cluster.bootstrap, "batch.size": 131_072, "linger.ms": 5, "acks": "all"}
            | {"queue.buffering.max.messages": 100_000}
        )
        for number in range(count):
            value = line(number, size)
            digest.update(value + b"\n")
            while True:
                try:
                    client.produce(self.name, value, b"%d" % number, partition=number % partitions)
                    break
                except BufferError:
                    client.poll(0.1)
        if client.flush(SECONDS):
            raise RuntimeError("the topic could not be filled")
        self.digest = digest.hexdigest() if partitions == 1 else ""

    def __str__(self) -> str:
        return f"{self.size} B, {self.partitions} partition{'s' if self.partitions > 1 else ''}"

    def check(self, done: Run) -> Run:
        """Raise RuntimeError unless every record was printed, in order where there is one."""
        if done.lines != self.count or (self.digest and done.digest != self.digest):
            raise RuntimeError(f"{done.lines} of {self.count} records were printed, or in another order")
        return done


def line(number: int, size: int) -> bytes:
    """A line of so many bytes, its end not counted."""
    return (b"%012d " % number + b"abcdefghij" * (size // 10 + 1))[:size]


def _consume(topic: Topic, command: Command, directory: Path | None, more: Sequence[str] = ()) -> Run:
    words = ["--bootstrap-server", topic.cluster.bootstrap, "--topic", topic.name, "--from-beginning"]
    full = command("kafka-console-consumer.sh", *words, "--max-messages", str(topic.count), *more)
    done = run(full, stdout=None if directory is None else directory / "out")
    if more:
        if done.lines != topic.count:
            raise RuntimeError(f"{done.lines} of {topic.count} records were printed")
        return done
    return topic.check(done)


def _consume_kcat(topic: Topic) -> Run:
    command = ["kcat", "-C", "-q", "-b", topic.cluster.bootstrap, "-t", topic.name, "-o", "beginning"]
    return topic.check(run([*command, "-c", str(topic.count)]))


def _produce(cluster: Apache, lines: Path, count: int, command: Callable[[str], list[str]]) -> Run:
    name = f"bench-{uuid.uuid4().hex[:8]}"
    create_topic(cluster.port, name, 1)
    done = run(command(name), stdin=lines)
    if (found := end_offsets(cluster.port, name, 1)) != [count]:
        raise RuntimeError(f"{found} of {count} lines arrived")
    return done


def _producer_rate(cluster: Apache, count: int, size: int, command: Command) -> float:
    name = f"bench-{uuid.uuid4().hex[:8]}"
    create_topic(cluster.port, name, 1)
    words = ["--topic", name, "--num-records", str(count), "--record-size", str(size), "--throughput", "-1"]
    text = _text(
        command("kafka-producer-perf-test.sh", *words, "--producer-props", f"bootstrap.servers={cluster.bootstrap}")
    )
    if (found := end_offsets(cluster.port, name, 1)) != [count]:
        raise RuntimeError(f"{found} of {count} records arrived")
    return float(_RATE.findall(text)[-1])


def _consumer_rate(topic: Topic, command: Command) -> float:
    words = ["--topic", topic.name, "--messages", str(topic.count), "--bootstrap-server", topic.cluster.bootstrap]
    cells = _text(command("kafka-consumer-perf-test.sh", *words, "--timeout", "60000")).splitlines()[-1].split(", ")
    if int(cells[4]) != topic.count:
        raise RuntimeError(f"{cells[4]} of {topic.count} records were read")
    return float(cells[5])


def _text(command: list[str]) -> str:
    return subprocess.run(command, env=AS_SHIPPED, capture_output=True, text=True, check=True).stdout


@contextmanager
def rows(scale: float) -> Iterator[list[Row]]:
    """The rows; scale: the share of the full number of records."""
    count = max(1000, int(RECORDS * scale))
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        source = Apache(directory / "source")
        source.start()
        try:
            small, large = Topic(source, count, 100, 1), Topic(source, count // 4, 1024, 1)
            spread = Topic(source, count, 100, 6)
            lines = directory / "lines"
            lines.write_bytes(b"".join([line(number, 99) + b"\n" for number in range(count // 2)]))
            yield [
                *_consumer_rows([small, large, spread], directory),
                *_producer_rows(source, lines, count // 2),
                *_perf_rows(source, small),
                *_growth_rows(source, small, Topic(source, count // SMALLER, 100, 1), lines, count // 2),
            ]
        finally:
            source.stop()


def _consumer_rows(topics: list[Topic], directory: Path) -> list[Row]:
    found = []
    for topic in topics:
        found += programs.rows(
            f"`kafka-console-consumer.sh --from-beginning`, {topic}",
            partial(_consume, topic, ours, None),
            partial(_consume, topic, apaches, None),
            partial(_consume_kcat, topic) if programs.kcat() else None,
            target=2.5,
        )
    topic = topics[0]
    for what, where, more in (("into a file", directory, ()), ("with key, timestamp, partition", None, _COLUMNS)):
        sides = (partial(_consume, topic, command, where, more) for command in (ours, apaches))
        found += programs.rows(f"`kafka-console-consumer.sh` {what}, {topic}", *sides, target=2 if more else 2.5)
    return found


def _producer_rows(cluster: Apache, lines: Path, count: int) -> list[Row]:
    def command(side: Command, topic: str) -> list[str]:
        return side("kafka-console-producer.sh", "--bootstrap-server", cluster.bootstrap, "--topic", topic)

    def kcat(topic: str) -> list[str]:
        return ["kcat", "-P", "-b", cluster.bootstrap, "-t", topic, "-l", str(lines)]

    return programs.rows(
        f"`kafka-console-producer.sh < file`, {count:,} lines of 100 B",
        partial(_produce, cluster, lines, count, partial(command, ours)),
        partial(_produce, cluster, lines, count, partial(command, apaches)),
        partial(_produce, cluster, lines, count, kcat) if programs.kcat() else None,
        target=3,
    )


def _growth_rows(cluster: Apache, topic: Topic, fewer: Topic, lines: Path, count: int) -> list[Row]:
    less = lines.with_name("fewer-lines")
    with lines.open("rb") as all_lines, less.open("wb") as file:
        file.writelines(islice(all_lines, count // SMALLER))

    def producing(side: Command, source: Path, number: int) -> Callable[[], Run]:
        words = "--bootstrap-server", cluster.bootstrap, "--topic"
        return partial(_produce, cluster, source, number, lambda name: side("kafka-console-producer.sh", *words, name))

    sides = ours, apaches
    return [
        programs.growth_row(
            "`kafka-console-consumer.sh --from-beginning`",
            SMALLER,
            *([partial(_consume, each, side, None) for side in sides] for each in (fewer, topic)),
        ),
        programs.growth_row(
            "`kafka-console-producer.sh < file`",
            SMALLER,
            [producing(side, less, count // SMALLER) for side in sides],
            [producing(side, lines, count) for side in sides],
        ),
    ]


def _perf_rows(cluster: Apache, topic: Topic) -> list[Row]:
    found = [
        Row(
            f"`kafka-producer-perf-test.sh`, {size} B",
            "records/s",
            partial(_producer_rate, cluster, count, size, ours),
            partial(_producer_rate, cluster, count, size, apaches),
            more_is_better=True,
            target=2,
        )
        for size, count in ((100, topic.count // 2), (1024, topic.count // 8))
    ]
    sides = partial(_consumer_rate, topic, ours), partial(_consumer_rate, topic, apaches)
    return [*found, Row(f"`kafka-consumer-perf-test.sh`, {topic}", "records/s", *sides, more_is_better=True, target=1)]
