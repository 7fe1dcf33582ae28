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
COMMANDS = {
    "`kafka-topics.sh --list`": ("kafka-topics.sh", "--list"),
    f"`kafka-topics.sh --describe`, {TOPICS} topics": ("kafka-topics.sh", "--describe"),
    "`kafka-topics.sh --describe --topic`": ("kafka-topics.sh", "--describe", "--topic", _FILLED),
    "`kafka-consumer-groups.sh --list`": ("kafka-consumer-groups.sh", "--list"),
    "`kafka-log-dirs.sh --describe`": ("kafka-log-dirs.sh", "--describe"),
    f"`kafka-console-consumer.sh --from-beginning`, {RECORDS:,} records of 100 B": (
        *("kafka-console-consumer.sh", "--topic", _FILLED, "--from-beginning"),
        *("--max-messages", str(RECORDS)),
    ),
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


def sent(way: Proxy, command: Command, script: str, *arguments: str) -> Counter[ApiKey]:
    """Run a command; returns its requests."""
    way.counts.clear()
    run(command(script, "--bootstrap-server", f"127.0.0.1:{way.port}", *arguments))
    return Counter(way.counts)


@contextmanager
def rows() -> Iterator[list[Row]]:
    """A row for each command."""
    with watched() as way:

        def count(command: Command, words: tuple[str, ...]) -> float:
            return sent(way, command, *words).total()

        yield [
            Row(f"requests of {name}", "", partial(count, ours, words), partial(count, apaches, words), target=1)
            for name, words in COMMANDS.items()
        ]
