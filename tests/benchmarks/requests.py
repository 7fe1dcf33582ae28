"""How many requests a command sends, ours and Apache's: counted on the way to a broker of ours, so no load changes it."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from kafkacli.wire.api_keys import ApiKey
from tests.benchmarks.client import Frames, Producer, create_topic, drive, make_batch
from tests.benchmarks.clusters import Ours
from tests.benchmarks.measure import Row
from tests.benchmarks.programs import Command, apaches, ours, run
from tests.support.proxy import Proxy, proxy

TOPICS = 20
RECORDS = 100_000
_FILLED = "filled"
_AT = ("--bootstrap-server", "{at}")
_MANY = f"{RECORDS:,} records of 100 B"
COMMANDS: dict[str, tuple[str, ...]] = {
    "`kafka-topics.sh --list`": ("kafka-topics.sh", *_AT, "--list"),
    f"`kafka-topics.sh --describe`, {TOPICS} topics": ("kafka-topics.sh", *_AT, "--describe"),
    "`kafka-topics.sh --describe --topic`": ("kafka-topics.sh", *_AT, "--describe", "--topic", _FILLED),
    "`kafka-consumer-groups.sh --list`": ("kafka-consumer-groups.sh", *_AT, "--list"),
    "`kafka-log-dirs.sh --describe`": ("kafka-log-dirs.sh", *_AT, "--describe"),
    f"`kafka-console-consumer.sh --from-beginning`, {_MANY}": (
        *("kafka-console-consumer.sh", *_AT, "--topic", _FILLED, "--from-beginning"),
        *("--max-messages", str(RECORDS)),
    ),
    f"`kafka-consumer-perf-test.sh`, {_MANY}": (
        *("kafka-consumer-perf-test.sh", *_AT, "--topic", _FILLED, "--messages", str(RECORDS)),
        *("--timeout", "60000"),
    ),
    f"`kafka-producer-perf-test.sh`, {_MANY}": (
        *("kafka-producer-perf-test.sh", "--topic", "topic-0", "--num-records", str(RECORDS)),
        *("--record-size", "100", "--throughput", "-1", "--producer-props", "bootstrap.servers={at}"),
    ),
}
OURS_ALONE: dict[str, tuple[str, ...]] = {
    f"`kafkacli copy`, {_MANY}": ("kafkacli", "copy", *_AT, "--topic", _FILLED, "--to-topic", "topic-1"),
}


@contextmanager
def watched() -> Iterator[Proxy]:
    """A broker with topics, one of them with records in it, behind a proxy that is the only address it tells."""
    with tempfile.TemporaryDirectory() as name, proxy() as way:
        broker = Ours(Path(name) / "ours", {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{way.port}"})
        broker.start()
        try:
            way.target = broker.port
            for number in range(TOPICS - 1):
                create_topic(broker.port, f"topic-{number}", 3)
            create_topic(broker.port, _FILLED, 1)
            batch, records = make_batch(100, 16384)
            drive(
                [
                    Producer(
                        broker.port, _FILLED, Frames(_FILLED, [0], batch, records, -1).plain(RECORDS // records + 1), -1
                    )
                ]
            )
            yield way
        finally:
            broker.stop()


def sent(way: Proxy, command: Command, words: tuple[str, ...]) -> Counter[ApiKey]:
    """Run a command; returns its requests."""
    way.counts.clear()
    run(command(*(word.format(at=f"127.0.0.1:{way.port}") for word in words)))
    return Counter(way.counts)


@contextmanager
def rows() -> Iterator[list[Row]]:
    """A row for each command."""
    with watched() as way:

        def count(command: Command, words: tuple[str, ...]) -> float:
            return sent(way, command, words).total()

        yield [
            Row(
                f"requests of {name}",
                "",
                partial(count, ours, words),
                None if name in OURS_ALONE else partial(count, apaches, words),
                target=None if name in OURS_ALONE else 1,
            )
            for name, words in (COMMANDS | OURS_ALONE).items()
        ]
