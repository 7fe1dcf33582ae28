"""kafka-mirror-maker.sh between two brokers of this process."""

import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from kafkacli.client.batch_writing import BatchWriter
from kafkacli.client.cluster import Cluster
from kafkacli.client.producing import RecordProducer
from kafkacli.exits import Exit
from kafkacli.interchange.partitioner import partition_of
from kafkacli.options.jopt import parse
from kafkacli.record.batch import Record, encode_batch, iter_records
from kafkacli.signals import EndingSignals
from kafkacli.tools.mirror_maker import OPTIONS, Mirror, make_plan
from tests.support.broker import RunningBroker
from tests.support.console import Running, consume, produce
from tests.support.counting import calls_here
from tests.support.tools import Tools
from tests.support.waiting import until


class Mirroring:
    """Two brokers, and the properties files for a mirror from the one to the other."""

    def __init__(self, source: RunningBroker, target: RunningBroker, directory: Path) -> None:
        self.source = source
        self.target = target
        self.consumer = directory / "consumer.properties"
        self.producer = directory / "producer.properties"
        self.consumer.write_text(
            f"bootstrap.servers={source.bootstrap}\ngroup.id=mirror\nauto.offset.reset=earliest\nmetadata.max.age.ms=200\n"
        )
        self.producer.write_text(f"bootstrap.servers={target.bootstrap}\n")

    def start(self, *words: str, whitelist: str = "in.*") -> Running:
        files = ("--consumer.config", str(self.consumer), "--producer.config", str(self.producer))
        return Running("kafka-mirror-maker", *files, "--whitelist", whitelist, *words)

    def arrived(self, topic: str, count: int) -> list[Record]:
        """Return the records of the copied topic, as soon as there are so many."""
        log = self.target.broker.partitions.get(topic, 0).log
        until(lambda: log.log_end_offset >= count, 20)
        return list(iter_records(log.read(0, 1 << 20, up_to=log.log_end_offset).records))


@pytest.fixture
def mirroring(broker: RunningBroker, tmp_path: Path) -> Iterator[Mirroring]:
    target = RunningBroker(tmp_path / "target")
    try:
        for topic in ("in-1", "in-2", "out"):
            broker.create_topic(topic)
            target.create_topic(topic)
        yield Mirroring(broker, target, tmp_path)
    finally:
        target.stop()


def committed(mirroring: Mirroring, tools: Tools) -> dict[str, str]:
    """Return the offset of each topic that the mirror's group has committed."""
    words = ("--bootstrap-server", mirroring.source.bootstrap, "--describe", "--group", "mirror")
    rows = [line.split() for line in tools.run("kafka-consumer-groups", *words).out.splitlines() if "mirror" in line]
    return {row[1]: row[3] for row in rows if len(row) > 3 and row[3] != "-"}


def test_records_arrive_as_they_are(mirroring: Mirroring, tools: Tools) -> None:
    properties = {"bootstrap.servers": mirroring.source.bootstrap}
    with RecordProducer("in-1", properties, lambda *_: None, lambda *_: None) as sent:
        sent.send_one(b"k", b"v", timestamp_ms=5, headers=[("a", b"1"), ("a", None), ("b", b"")])
        sent.send_one(None, None, timestamp_ms=6)
        sent.send_one(b"", b"", topic="in-2", timestamp_ms=7)
        sent.send_one(None, b"left where it is", topic="out")
        assert sent.flush() == 0
    running = mirroring.start("--num.streams", "2")
    first, second = mirroring.arrived("in-1", 2)
    assert (first.timestamp, first.key, first.value) == (5, b"k", b"v")
    assert first.headers == (("a", b"1"), ("a", None), ("b", b""))
    assert (second.timestamp, second.key, second.value) == (6, None, None)
    (third,) = mirroring.arrived("in-2", 1)
    assert (third.timestamp, third.key, third.value) == (7, b"", b"")
    done = running.stop(signal.SIGTERM)
    assert done.status == Exit.TERMINATED
    assert done.err.startswith(
        "WARNING: The default partition assignment strategy of the mirror maker will change from"
    )
    assert mirroring.arrived("out", 0) == []
    assert committed(mirroring, tools) == {"in-1": "2", "in-2": "1"}


def test_keys_go_where_their_hash_says_and_records_keep_their_order(mirroring: Mirroring) -> None:
    mirroring.source.create_topic("in-keys", 2)
    mirroring.target.create_topic("in-keys", 3)
    lines = [b"%d:%d" % (number % 50, number) for number in range(3000)]
    keyed = ("--property", "parse.key=true", "--property", "key.separator=:")
    assert produce(mirroring.source.bootstrap, "in-keys", b"\n".join(lines), *keyed).status == Exit.OK
    running = mirroring.start()
    logs = [mirroring.target.broker.partitions.get("in-keys", index).log for index in range(3)]
    until(lambda: sum(log.log_end_offset for log in logs) >= len(lines), 20)
    running.stop(signal.SIGTERM)
    found = [list(iter_records(log.read(0, 1 << 20, up_to=log.log_end_offset).records)) for log in logs]
    for index, records in enumerate(found):
        assert all(partition_of(record.key or b"", 3) == index for record in records)
        for key in {record.key for record in records}:
            numbers = [int(record.value or b"") for record in records if record.key == key]
            assert numbers == list(range(int(key or b""), 3000, 50))


def test_it_goes_on_where_it_stopped(mirroring: Mirroring) -> None:
    for number in range(2):
        assert produce(mirroring.source.bootstrap, "in-1", b"line %d\n" % number).status == Exit.OK
        running = mirroring.start("--abort.on.send.failure", "false")
        assert [record.value for record in mirroring.arrived("in-1", number + 1)][number:] == [b"line %d" % number]
        assert running.stop(signal.SIGINT).status == Exit.INTERRUPTED
    assert len(mirroring.arrived("in-1", 2)) == 2


def test_a_stop_in_the_middle_loses_nothing_and_repeats_nothing(mirroring: Mirroring, tools: Tools) -> None:
    lines = [b"%05d" % number for number in range(30_000)]
    assert produce(mirroring.source.bootstrap, "in-1", b"\n".join(lines)).status == Exit.OK
    with mirroring.producer.open("a") as file:
        file.write("linger.ms=20\nbatch.size=500\nbuffer.memory=5000\n")  # so that it takes a while
    running = mirroring.start()
    log = mirroring.target.broker.partitions.get("in-1", 0).log
    until(lambda: log.log_end_offset > 0, 20)
    assert running.stop(signal.SIGTERM).status == Exit.TERMINATED
    copied = log.log_end_offset
    assert 0 < copied < len(lines)
    assert committed(mirroring, tools) == {"in-1": str(copied)}
    running = mirroring.start()
    until(lambda: log.log_end_offset >= len(lines), 40)
    assert running.stop(signal.SIGTERM).status == Exit.TERMINATED
    found = [record.value for record in iter_records(log.read(0, 1 << 26, up_to=log.log_end_offset).records)]
    assert found == lines


BATCHES = 60
CALLS = (
    600  # Python functions for a batch of 1,000 records, what happens once shared out; 330 to 400 on a quiet machine
)


@pytest.mark.parametrize("keyed", [True, False])
def test_functions_called_for_a_batch_and_none_for_a_record(mirroring: Mirroring, keyed: bool) -> None:
    mirroring.source.create_topic("in-bulk")
    mirroring.target.create_topic("in-bulk", 3)
    records = [
        Record(timestamp=number // 100, key=b"%04d" % number if keyed else None, value=b"v" * 100)
        for number in range(1000)
    ]
    batch = encode_batch(records)
    with Cluster(mirroring.source.bootstrap) as cluster:
        writer = BatchWriter(cluster)
        writer.write([(("in-bulk", 0), bytearray(batch)) for _ in range(BATCHES)])
        writer.flush()
    logs = [mirroring.target.broker.partitions.get("in-bulk", index).log for index in range(3)]
    files = ["--consumer.config", str(mirroring.consumer), "--producer.config", str(mirroring.producer)]
    plan = make_plan(parse(OPTIONS, [*files, "--whitelist", "in-bulk"]))
    assert plan is not None
    signals = EndingSignals()

    def end() -> None:
        until(lambda: sum(log.log_end_offset for log in logs) >= BATCHES * len(records), 20)
        signals.status = Exit.TERMINATED

    ending = Thread(target=end)
    ending.start()
    with calls_here() as calls:
        assert Mirror(plan, signals).run() == Exit.TERMINATED
    ending.join()
    assert calls.python.total() <= CALLS * BATCHES, calls.python.most_common(60)


def test_offsets_are_committed_at_intervals(mirroring: Mirroring, tools: Tools) -> None:
    assert produce(mirroring.source.bootstrap, "in-2", b"a\nb\n").status == Exit.OK
    running = mirroring.start("--offset.commit.interval.ms", "100", whitelist="in-1, in-2")
    until(lambda: committed(mirroring, tools) == {"in-2": "2"}, 20)
    assert running.stop(signal.SIGTERM).status == Exit.TERMINATED


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_a_record_that_is_not_taken_ends_it_uncommitted(mirroring: Mirroring, tools: Tools, kind: str) -> None:
    with mirroring.producer.open("a") as file:
        file.write(f"producer.type={kind}\nmax.request.size=1000\n")
    assert produce(mirroring.source.bootstrap, "in-1", b"x" * 2000 + b"\nsmall\n").status == Exit.OK
    done = mirroring.start().wait()
    assert done.status == 255
    assert "ERROR Error when sending message to topic in-1 with key: null, value: 2000 bytes with error: " in done.err
    assert "FATAL [mirrormaker-thread-0] Mirror maker thread exited abnormally" in done.err
    assert committed(mirroring, tools) == {}


def test_a_record_that_is_not_taken_may_be_left_out(mirroring: Mirroring) -> None:
    with mirroring.producer.open("a") as file:
        file.write("max.request.size=1000\n")
    assert produce(mirroring.source.bootstrap, "in-1", b"x" * 2000 + b"\nsmall\n").status == Exit.OK
    running = mirroring.start("--abort.on.send.failure", "false")
    assert [record.value for record in mirroring.arrived("in-1", 1)] == [b"small"]
    assert "RecordTooLargeException" in running.stop().err
    assert (
        consume(mirroring.target.bootstrap, "--topic", "in-1", "--from-beginning", "--max-messages", "1").out
        == b"small\n"
    )


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ((), 'Missing required argument "[consumer.config]"\n'),
        (
            ("--nope",),
            "ERROR Exception when starting mirror maker. (kafka.tools.MirrorMaker$)\nnope is not a recognized",
        ),
        (("--consumer.config", "/none", "--producer.config", "/none"), "java.nio.file.NoSuchFileException: /none\n"),
        (("FILES",), "ERROR whitelist must be specified (kafka.tools.MirrorMaker$)\n"),
        (("FILES", "--whitelist", "*"), "ERROR Invalid expression syntax: * (kafka.tools.MirrorMaker$)\n"),
        (
            ("FILES", "--whitelist", "a", "--abort.on.send.failure", "x"),
            'IllegalArgumentException: For input string: "x"\n',
        ),
        (("FILES", "--whitelist", "a", "--num.streams", "x"), "Cannot parse argument 'x' of option num.streams\n"),
        (
            ("FILES", "--whitelist", "a", "--message.handler", "my.Handler", "--message.handler.args", "x"),
            "java.lang.ClassNotFoundException: my.Handler\n",
        ),
        (
            ("FILES", "--whitelist", "a", "--consumer.rebalance.listener", "my.L", "--rebalance.listener.args", "x"),
            "java.lang.ClassNotFoundException: my.L\n",
        ),
    ],
)
def test_refused_command_lines(tools: Tools, tmp_path: Path, words: tuple[str, ...], error: str) -> None:
    path = tmp_path / "properties"
    path.write_text("bootstrap.servers=127.0.0.1:1\n")
    files = ["--consumer.config", str(path), "--producer.config", str(path), "--new.consumer"]
    options = [*files, *words[1:]] if words[:1] == ("FILES",) else list(words) or ["--producer.config", str(path)]
    done = tools.run("kafka-mirror-maker", *options)
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert error in done.err


def test_no_streams_are_nothing_to_do(tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "properties"
    path.write_text("bootstrap.servers=127.0.0.1:1\n")
    consumer = tmp_path / "consumer.properties"
    consumer.write_text("partition.assignment.strategy=class org.apache.kafka.clients.consumer.RoundRobinAssignor\n")
    files = ("--consumer.config", str(consumer), "--producer.config", str(path))
    assert tools.run("kafka-mirror-maker", *files, "--whitelist", "a", "--num.streams", "0") == (Exit.OK, "", "")
