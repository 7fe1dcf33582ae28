"""kafka-producer-perf-test.sh against a broker of this process."""

import re
import time
from pathlib import Path

import pytest

from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError
from kafkacli.tools.producer_perf_test import Stats
from tests.support.broker import RunningBroker
from tests.support.console import consume
from tests.support.leader import leader
from tests.support.tools import Outcome, Tools

TOTAL = (
    r"\d+ records sent, [\d.]+ records/sec \([\d.]+ MB/sec\), [\d.]+ ms avg latency, [\d.]+ ms max latency, "
    r"\d+ ms 50th, \d+ ms 95th, \d+ ms 99th, \d+ ms 99\.9th\.\n"
)


class Perf:
    """Writes to topic `perf` of one broker."""

    def __init__(self, tools: Tools, broker: RunningBroker) -> None:
        self._tools = tools
        self._broker = broker

    def run(self, *words: str, props: tuple[str, ...] = ()) -> Outcome:
        servers = f"bootstrap.servers={self._broker.bootstrap}"
        return self._tools.run(
            "kafka-producer-perf-test", "--topic", "perf", *words, "--producer-props", servers, *props
        )

    def written(self, count: int) -> list[bytes]:
        options = ("--topic", "perf", "--from-beginning", "--max-messages", str(count))
        return consume(self._broker.bootstrap, *options).out.splitlines()


@pytest.fixture
def perf(tools: Tools, broker: RunningBroker) -> Perf:
    broker.create_topic("perf")
    return Perf(tools, broker)


def test_records_of_a_size(perf: Perf) -> None:
    status, out, err = perf.run("--num-records", "450", "--record-size", "10", "--throughput", "-1")
    assert (status, err) == (Exit.OK, "")
    assert re.fullmatch(TOTAL, out)
    assert out.startswith("450 records sent, ")
    assert perf.written(450) == [b"SSXVNJHPDQ"] * 450


def test_records_of_a_file(perf: Perf, tmp_path: Path) -> None:
    path = tmp_path / "payloads"
    path.write_text("alpha,,beta,,,,", encoding="utf-8")
    words = ("--num-records", "20", "--payload-file", str(path), "--payload-delimiter", ",,", "--throughput", "-1")
    status, out, err = perf.run(*words)
    assert (status, err) == (Exit.OK, "")
    assert out.startswith(f"Reading payloads from: {path}\nNumber of messages read: 2\n20 records sent, ")
    assert set(perf.written(20)) == {b"alpha", b"beta"}


def test_a_throughput_is_kept(perf: Perf) -> None:
    out = perf.run("--num-records", "30", "--record-size", "1", "--throughput", "100").out
    rate = re.search(r"([\d.]+) records/sec", out)
    assert rate is not None
    assert float(rate[1]) < 150


def test_latencies_are_those_of_the_answers(tools: Tools) -> None:
    """Each answer comes 50 ms after the one before it: of 20 records, one a request, the first took 50 ms, the last 1,000."""
    step = 0.05
    with leader() as broker:
        broker.before = lambda: time.sleep(step)
        words = ["--topic", "t", "--num-records", "20", "--record-size", "80", "--throughput", "-1", "--producer-props"]
        props = [f"bootstrap.servers={broker.bootstrap}", "batch.size=100", "max.in.flight.requests.per.connection=20"]
        out = tools.run("kafka-producer-perf-test", *words, *props).out
    found = re.search(
        r"([\d.]+) ms avg latency, ([\d.]+) ms max latency, (\d+) ms 50th, (\d+) ms 95th, (\d+) ms 99th", out
    )
    assert found is not None
    average, largest, *shares = map(float, found.groups())
    expected = (10.5, 20, 11, 20, 20)  # answers: the mean, the last, and those at the shares of the sorted ones
    for value, answers in zip((average, largest, *shares), expected, strict=True):
        assert answers * step * 1000 - 5 <= value <= answers * step * 1000 + 400


def test_every_latency_counts(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """The printed numbers against a log of every record's latency, kept beside the tool."""
    log: list[int] = []
    add = Stats.add

    def logged(self: Stats, latency: int, count: int, size: int) -> None:
        log.extend([latency] * count)
        add(self, latency, count, size)

    monkeypatch.setattr(Stats, "add", logged)
    with leader() as broker:
        broker.before = lambda: time.sleep(0.005)
        words = ["--topic", "t", "--num-records", "3000", "--record-size", "100", "--throughput", "-1"]
        out = tools.run(
            "kafka-producer-perf-test", *words, "--producer-props", f"bootstrap.servers={broker.bootstrap}"
        ).out
    assert len(log) == 3000
    log.sort()
    shares = [log[int(3000 * share)] for share in (0.5, 0.95, 0.99, 0.999)]
    assert out.endswith(
        f" {sum(log) / 3000:.2f} ms avg latency, {log[-1]:.2f} ms max latency, {shares[0]} ms 50th, {shares[1]} ms 95th, "
        f"{shares[2]} ms 99th, {shares[3]} ms 99.9th.\n"
    )


def test_properties_of_a_file_are_overridden(perf: Perf, tmp_path: Path, broker: RunningBroker) -> None:
    path = tmp_path / "producer.properties"
    path.write_text("bootstrap.servers=127.0.0.1:1\nacks=0\n")
    words = ("--num-records", "1", "--record-size", "1", "--throughput", "-1", "--producer.config", str(path))
    assert perf.run(*words).status == Exit.OK


@pytest.mark.parametrize(
    ("words", "markers", "shown"),
    [
        ((), 0, ""),
        (("--transaction-duration-ms", "60000"), 1, "performance-producer-default-transactional-id"),
        (("--transaction-duration-ms", "60000", "--transactional-id", "mine"), 1, "mine"),
    ],
)
def test_transactions(
    perf: Perf, tools: Tools, broker: RunningBroker, words: tuple[str, ...], markers: int, shown: str
) -> None:
    done = perf.run("--num-records", "5", "--record-size", "1", "--throughput", "-1", *words)
    assert done.status == Exit.OK
    ends = tools.run("kafka-get-offsets", "--broker-list", broker.bootstrap, "--topic", "perf")
    assert ends.out == f"perf:0:{5 + markers}\n"
    logs = ",".join(map(str, broker.directory.glob("__transaction_state-*/*.log")))
    found = tools.run("kafka-dump-log", "--transaction-log-decoder", "--files", logs).out if logs else ""
    assert (f"transactionalId={shown} " in found) == bool(shown)


@pytest.mark.parametrize("how", [(), ("--transactional-id", "t", "--transaction-duration-ms", "100")])
def test_it_ends_when_nobody_reads_along(perf: Perf, monkeypatch: pytest.MonkeyPatch, how: tuple[str, ...]) -> None:
    monkeypatch.setattr("kafkacli.console.broken", lambda: True)
    words = ("--num-records", "100000000", "--record-size", "10", "--throughput", "1")
    assert perf.run(*words, *how).status == 0


def test_metrics(perf: Perf) -> None:
    status, out, _ = perf.run("--num-records", "5", "--record-size", "10", "--throughput", "-1", "--print-metrics")
    assert status == Exit.OK
    assert re.search(r"^\nMetric Name +Value\napp-info:commit-id:\{client-id=producer-1\} +: ", out, re.M)
    assert re.search(r"^producer-metrics:record-send-total:\{client-id=producer-1\} +: 5\.000$", out, re.M)
    tags = r"\{client-id=producer-1, topic=perf\}"
    assert re.search(rf"^producer-topic-metrics:record-send-total:{tags} +: 5\.000$", out, re.M)
    widths = {line.index(" : ") for line in out.splitlines() if line.startswith("producer-")}
    assert len(widths) == 1


def test_records_that_are_refused_are_counted_and_told(perf: Perf) -> None:
    words = ("--num-records", "2", "--record-size", "5000", "--throughput", "-1")
    status, out, err = perf.run(*words, props=("max.request.size=1000",))
    assert status == Exit.OK
    assert out.startswith("2 records sent, ")
    assert err.count("org.apache.kafka.common.errors.RecordTooLargeException: The message is 5086 bytes") == 2


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (
            ("--record-size", "1", "--producer-props", "a=b=c"),
            "java.lang.IllegalArgumentException: Invalid property: a=b=c",
        ),
        (("--record-size", "1", "--producer-props", "a="), "java.lang.IllegalArgumentException: Invalid property: a="),
        (
            ("--payload-file", "/none", "--producer-props", "a=b"),
            "java.lang.IllegalArgumentException: File does not exist or empty file provided.",
        ),
        (
            ("--record-size", "1", "--producer-props", "bootstrap.servers=127.0.0.1:1", "acks=7"),
            "org.apache.kafka.common.config.ConfigException: Invalid value 7 for configuration acks: ",
        ),
        (
            ("--record-size", "1", "--producer-props", "bootstrap.servers=127.0.0.1:1", "--producer.config", "/none"),
            "java.nio.file.NoSuchFileException: /none",
        ),
        (
            ("--record-size", "-2", "--producer-props", "bootstrap.servers=127.0.0.1:1"),
            "java.lang.NegativeArraySizeException: -2",
        ),
        (
            ("--record-size", "2", "--producer-props", "bootstrap.servers=127.0.0.1:1", "--num-records", "0"),
            "java.lang.ArithmeticException: / by zero",
        ),
    ],
)
def test_what_java_throws(tools: Tools, words: tuple[str, ...], error: str) -> None:
    done = tools.run("kafka-producer-perf-test", "--topic", "t", "--throughput", "-1", "--num-records", "1", *words)
    assert done.status == Exit.FAILURE
    assert done.err.startswith(f'Exception in thread "main" {error}')


def test_an_empty_payload_has_no_records(tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "payloads"
    path.write_text("\n\n")
    words = ("--num-records", "1", "--payload-file", str(path), "--throughput", "-1")
    done = tools.run(
        "kafka-producer-perf-test", "--topic", "t", *words, "--producer-props", "bootstrap.servers=127.0.0.1:1"
    )
    assert done.out == f"Reading payloads from: {path}\nNumber of messages read: 0\n"
    assert done.err == 'Exception in thread "main" java.lang.IllegalArgumentException: bound must be positive\n'


def test_neither_properties_nor_a_file(tools: Tools) -> None:
    words = "--topic t --num-records 1 --record-size 1 --throughput -1"
    done = tools.run("kafka-producer-perf-test", *words.split())
    assert done.status == Exit.FAILURE
    message = "producer-performance: error: Either --producer-props or --producer.config must be specified.\n"
    assert done.err.endswith(message)
    assert done.err.startswith("usage: producer-performance [-h] --topic TOPIC --num-records NUM-RECORDS\n")


def test_statistics_count_all(capsys: pytest.CaptureFixture[str]) -> None:
    stats = Stats(1_000_000)
    stats.add(5, 1, 100)
    stats.add(1000, 2, 200)
    stats.add(2, 6, 600)
    stats.add(8, 1, 100)
    stats.report()
    out = capsys.readouterr().out
    assert out.startswith("10 records sent, ")
    assert out.endswith(
        " 202.50 ms avg latency, 1000.00 ms max latency, 2 ms 50th, 1000 ms 95th, 1000 ms 99th, 1000 ms 99.9th.\n"
    )


def test_statistics_report_a_window(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("kafkacli.tools.producer_perf_test.time.time", lambda: now)
    stats = Stats(10)
    now = 1005.0
    stats.add(2, 2, 1048576)
    now = 1006.0
    stats.add(3, 1, 1)
    assert capsys.readouterr().out == (
        "2 records sent, 0.4 records/sec (0.20 MB/sec), 2.0 ms avg latency, 2.0 ms max latency.\n"
    )
    now = 1010.0
    stats.add(4, 1, 1)
    assert capsys.readouterr().out == (
        "2 records sent, 0.4 records/sec (0.00 MB/sec), 3.5 ms avg latency, 4.0 ms max latency.\n"
    )


@pytest.mark.parametrize("records", [0, -5])
def test_no_records_are_no_test(records: int) -> None:
    with pytest.raises(JavaError):
        Stats(records)
