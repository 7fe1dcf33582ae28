"""kafka-replica-verification.sh: comparing, and the run against a broker of this process."""

import re
import signal

import pytest

from kafkacli.client.replicas import Fetched
from kafkacli.exits import Exit
from kafkacli.record.batch import Record, encode_batch
from kafkacli.tools.replica_verification import Comparison, Mismatch
from tests.support.broker import RunningBroker
from tests.support.console import Running, produce
from tests.support.documents import checked
from tests.support.tools import Tools

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}"
PARTITION = ("t", 0)


def batches(*values: bytes, base: int = 0) -> bytes:
    """One batch for each value."""
    records = [
        encode_batch([Record(timestamp=1, value=value)], base_offset=base + at) for at, value in enumerate(values)
    ]
    return b"".join(records)


class Replicas:
    """Compares, and keeps what is told."""

    def __init__(self, interval_ms: int = 1000) -> None:
        self.lines: list[str] = []
        self.facts: list[dict[str, object]] = []
        self.comparison = Comparison({PARTITION: 0}, interval_ms, self._take)

    def _take(self, text: str, **facts: object) -> None:
        self.lines.append(text)
        self.facts.append(facts)

    def compare(self, *replicas: Fetched) -> int:
        """Return the offset from which on is to be compared next."""
        self.comparison.compare({PARTITION: dict(enumerate(replicas, 1))})
        return self.comparison.offsets[PARTITION]


def test_replicas_that_are_the_same() -> None:
    replicas = Replicas()
    assert replicas.compare(Fetched(3, batches(b"a", b"b", b"c")), Fetched(3, batches(b"a", b"b", b"c"))) == 3
    assert replicas.lines == []


@pytest.mark.parametrize(
    ("one", "other", "reached"),
    [
        (Fetched(2, batches(b"a", b"b", b"c")), Fetched(2, batches(b"a", b"b", b"c")), 2),
        (Fetched(3, batches(b"a", b"b", b"c")), Fetched(3, batches(b"a", b"b")), 2),
        (Fetched(3, batches(b"a", b"b", b"c")), Fetched(3, batches(b"a", b"b", b"c")[:-1]), 2),
        (Fetched(3, batches(b"a")), Fetched(), 0),
    ],
    ids=["high watermark", "one has less", "one is cut off", "one doesn't answer"],
)
def test_how_far_is_compared(one: Fetched, other: Fetched, reached: int) -> None:
    assert Replicas().compare(one, other) == reached
    assert Replicas().compare(other, one) == reached


def test_batches_that_differ_are_told() -> None:
    replicas = Replicas()
    assert replicas.compare(Fetched(2, batches(b"a", b"b")), Fetched(2, batches(b"a", b"x"))) == 2
    (line,) = replicas.lines
    found = r"partition t-0 has unmatched checksum at offset 1; replica 1's checksum \d+; replica 2's checksum \d+"
    assert re.fullmatch(found, line)
    (facts,) = replicas.facts
    assert facts["value"] != facts["other_value"]
    assert (facts["type"], facts["offset"], facts["replica"], facts["other_replica"]) == ("checksum", 1, 1, 2)


def test_offsets_that_differ_end_it() -> None:
    replicas = Replicas()
    with pytest.raises(Mismatch):
        replicas.compare(Fetched(9, batches(b"a")), Fetched(9, batches(b"a", base=4)))
    assert replicas.lines == ["partition t-0: replica 1's offset 0 doesn't match replica 2's offset 4"]
    (facts,) = replicas.facts
    assert (facts["type"], facts["value"], facts["other_value"]) == ("offset", 0, 4)


def test_the_lag_is_told_at_intervals() -> None:
    replicas = Replicas(interval_ms=-1)
    replicas.compare(Fetched(5, batches(b"a", b"b")), Fetched(4, batches(b"a")))
    assert replicas.lines == ["max lag is 4 for partition t-0 at offset 1 among 1 partitions"]
    replicas.compare(Fetched(), Fetched())
    assert replicas.lines[1] == "max lag is -1 for partition null at offset -1 among 1 partitions"
    assert [facts["lag"] for facts in replicas.facts] == [4, None]


def test_it_reads_on_until_it_is_stopped(broker: RunningBroker) -> None:
    broker.create_topic("watched")
    broker.create_topic("other")
    assert produce(broker.bootstrap, "watched", b"a\nb\nc\n").status == Exit.OK
    words = "--topic-white-list watched,none --time -2 --report-interval-ms 1 --max-wait-ms 50 --fetch-size 100"
    running = Running("kafka-replica-verification", "--broker-list", broker.bootstrap, *words.split())
    running.wait_for(b": verification process is started.\n")
    running.wait_for(b" at offset 3 among 1 partitions\n")
    done = running.stop(signal.SIGTERM)
    assert done.status == Exit.TERMINATED
    assert done.err == ""
    assert re.match(rf"{TIME}: verification process is started\.\n{TIME}: max lag is ", done.out.decode())


def test_findings_as_lines_of_json(broker: RunningBroker) -> None:
    broker.create_topic("watched")
    words = "--topic-white-list watched --report-interval-ms -1 --max-wait-ms 1 --output json"
    running = Running("kafka-replica-verification", "--broker-list", broker.bootstrap, *words.split())
    running.wait_for(b"}\n")
    done = running.stop(signal.SIGTERM)
    first = checked("replica-verification", done.out.decode())[0]
    assert (first["type"], first["topic"], first["lag"], first["partitions"]) == ("lag", "watched", 0, 1)
    assert "verification process is started" in done.err


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("--time -1", 'Missing required argument "[broker-list]"\n'),
        (
            "--broker-list b:1 --topic-white-list *",
            'Exception in thread "main" java.lang.RuntimeException: * is an inval',
        ),
        ("--broker-list b", "Please provide valid host:port like host1:9091,host2:9092\n"),
        (
            "--broker-list b:1 --fetch-size x",
            "kafka-replica-verification: Cannot parse argument 'x' of option fetch-size",
        ),
    ],
)
def test_refused_command_lines(tools: Tools, words: str, error: str) -> None:
    done = tools.run("kafka-replica-verification", *words.split())
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert done.err.startswith(error)


def test_no_topic(tools: Tools, broker: RunningBroker) -> None:
    done = tools.run("kafka-replica-verification", "--broker-list", broker.bootstrap, "--topic-white-list", "none")
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert "ERROR No topics found. [topic-white-list] if specified, is either filtering out all topics or" in done.err


def test_a_time_after_every_record(tools: Tools, broker: RunningBroker) -> None:
    broker.create_topic("empty")
    done = tools.run("kafka-replica-verification", "--broker-list", broker.bootstrap, "--time", "99999999999999")
    assert done.status == Exit.FAILURE
    assert done.err.startswith('Exception in thread "main" java.lang.NullPointerException: ')
