"""kafkacli copy, export and import: hostile records go round equal, on our server and the real one and between both."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kafkacli.client.batch_reading import BatchReader
from kafkacli.client.batch_writing import BatchWriter
from kafkacli.client.cluster import Cluster
from kafkacli.client.delete_records import delete_records
from kafkacli.client.offsets import LATEST, list_offsets
from kafkacli.exits import Exit
from kafkacli.record.batch import Compression, Record, encode_batch, read_records
from tests.client.test_spans import transactions
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.console import consume
from tests.support.kafka import Kafka, wait_for
from tests.support.tools import Tools

Rows = list[tuple[int, bytes | None, bytes | None, tuple[tuple[str, bytes | None], ...]]]
BYTES = st.none() | st.binary(max_size=40) | st.sampled_from([b"", b"\xff\x00\n", b"null"])
NOW = int(time.time() * 1000)
RECORDS = st.lists(
    st.builds(
        Record,
        timestamp=st.sampled_from([-(2**40), -2, -1, 0, 1, 2**41]) | st.integers(NOW, NOW + 1000),
        key=BYTES,
        value=BYTES,
        headers=st.lists(st.tuples(st.text(max_size=5), BYTES), max_size=4).map(tuple),
    ),
    min_size=1,
    max_size=5,
)
BATCHES = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(list(Compression)), RECORDS), min_size=1, max_size=6)


def rows(bootstrap: str, topic: str, partitions: int = 2) -> list[Rows]:
    """Everything but the offsets of the committed records of each partition."""
    with Cluster(bootstrap) as cluster:
        wanted = [(topic, index) for index in range(partitions)]
        ends = list_offsets(cluster, wanted, LATEST, committed=True)
        reader = BatchReader(cluster, {each: (0, ends[each]) for each in wanted}, committed=True)
        found: dict[tuple[str, int], Rows] = {each: [] for each in wanted}
        while not reader.is_done:
            for partition, buffer, position, header in reader.fetch(100):
                found[partition] += [
                    (one.timestamp, one.key, one.value, one.headers)
                    for one in read_records(buffer, position, header, names="surrogateescape")
                ]
        return list(found.values())


def write(kafka: Kafka, topic: str, batches: list[tuple[int, Compression, list[Record]]]) -> None:
    with Cluster(kafka.bootstrap) as cluster:
        writer = BatchWriter(cluster)
        writer.write(
            [((topic, index), bytearray(encode_batch(records, compression=codec))) for index, codec, records in batches]
        )
        writer.flush()


def succeed(tools: Tools, *words: str) -> str:
    done = tools.run(*words)
    assert (done.status, done.err) == (Exit.OK, "")
    return done.out


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BATCHES)
def test_hostile_records_go_round(
    kafka: Kafka, tools: Tools, tmp_path: Path, batches: list[tuple[int, Compression, list[Record]]]
) -> None:
    topic = kafka.create_topic(2, retention_ms="-1")
    write(kafka, topic, batches)
    there = rows(kafka.bootstrap, topic)
    assert sum(map(len, there)) == sum(len(records) for _, _, records in batches)
    at = ("--bootstrap-server", kafka.bootstrap)
    succeed(tools, "copy", *at, "--topic", topic, "--to-topic", f"{topic}-copy")
    assert rows(kafka.bootstrap, f"{topic}-copy") == there
    folder = tmp_path / "export"
    succeed(tools, "export", *at, "--topic", topic, "--directory", str(folder))
    succeed(tools, "import", *at, "--directory", str(folder), "--to-topic", f"{topic}-back")
    assert rows(kafka.bootstrap, f"{topic}-back") == there
    shutil.rmtree(folder)


def test_large_records_of_every_codec(kafka: Kafka, tools: Tools) -> None:
    topic = kafka.create_topic(2)
    large = Record(timestamp=NOW, key=b"\xff", value=bytes(range(256)) * 3900, headers=(("h", b"\xfe"), ("h", None)))
    write(kafka, topic, [(index % 2, codec, [large]) for index, codec in enumerate(Compression)])
    succeed(tools, "copy", "--bootstrap-server", kafka.bootstrap, "--topic", topic, "--to-topic", f"{topic}-copy")
    assert rows(kafka.bootstrap, f"{topic}-copy") == rows(kafka.bootstrap, topic)


@pytest.mark.apache
def test_from_the_real_kafka_to_ours_and_back(apache_kafka: Kafka, our_kafka: Kafka, tools: Tools) -> None:
    topic = apache_kafka.create_topic(2)
    record = Record(timestamp=NOW, value=None, headers=(("a", b""), ("a", None)))
    write(apache_kafka, topic, [(1, codec, [record, record]) for codec in Compression])
    there = rows(apache_kafka.bootstrap, topic)
    succeed(
        tools,
        "copy",
        "--bootstrap-server",
        apache_kafka.bootstrap,
        "--to-bootstrap-server",
        our_kafka.bootstrap,
        "--include",
        topic,
    )
    assert rows(our_kafka.bootstrap, topic) == there
    back = ("--to-bootstrap-server", apache_kafka.bootstrap, "--topic", topic, "--to-topic", f"{topic}-back")
    succeed(tools, "copy", "--bootstrap-server", our_kafka.bootstrap, *back)
    assert rows(apache_kafka.bootstrap, f"{topic}-back") == there


def go_round(kafka: Kafka, tools: Tools, topic: str, folder: Path, moved: str) -> list[list[Rows]]:
    """Copy, export and import a topic; returns what there was and what came of it. moved: what each of them reports."""
    at = ("--bootstrap-server", kafka.bootstrap)
    copied, back = f"{topic}-copy", f"{topic}-back"
    assert succeed(tools, "copy", *at, "--topic", topic, "--to-topic", copied) == f"{topic}-0 -> {copied}: {moved}\n"
    assert succeed(tools, "export", *at, "--topic", topic, "--directory", str(folder)) == f"{topic}-0: {moved}\n"
    imported = succeed(tools, "import", *at, "--directory", str(folder), "--to-topic", back)
    assert imported == f"{topic}-0 -> {back}: {moved}\n"
    return [rows(kafka.bootstrap, name, 1) for name in (topic, copied, back)]


HOSTILE = (("same", b"1"), ("same", b"2"), ("same", None), ("", b""), ("no text \udcff\udc80", b"\xff\x00"))
"""Headers; a surrogate stands for a byte that is no UTF-8."""


@pytest.fixture(params=["ours", pytest.param("apache", marks=pytest.mark.apache)])
def eager_kafka(request: pytest.FixtureRequest, tools: Tools, tmp_path: Path) -> Iterator[Kafka]:
    """A server of ours and the real one, whose cleaners look every 50 ms."""
    name, value = "log.cleaner.backoff.ms", "50"
    if request.param == "ours":
        running = RunningBroker(tmp_path / "log", {name: value})
        yield Kafka(running.bootstrap, running.zookeeper, NODE_ID)
        running.stop()
        return
    kafka: Kafka = request.getfixturevalue("apache_kafka")
    broker = ("--entity-type", "brokers", "--entity-name", str(kafka.broker_id), "--bootstrap-server", kafka.bootstrap)
    assert tools.run("configs", "--alter", "--add-config", f"{name}={value}", *broker).status == Exit.OK
    yield kafka
    assert tools.run("configs", "--alter", "--delete-config", name, *broker).status == Exit.OK


def test_what_compaction_left_is_moved_byte_by_byte_and_the_gaps_are_told(
    eager_kafka: Kafka, tools: Tools, tmp_path: Path
) -> None:
    kafka = eager_kafka
    topic = kafka.create_topic(cleanup_policy="compact", segment_bytes="3000", min_cleanable_dirty_ratio="0.0")
    keys = [b"", b"\xff\x00", b"null", *(b"k%d" % number for number in range(7))]
    values = [None, b"", b"\xff\xfe\n"]

    def records(keys: list[bytes], codec: Compression) -> tuple[int, Compression, list[Record]]:
        made = [
            Record(timestamp=NOW + number, key=key, value=values[number % 3], headers=HOSTILE)
            for number, key in enumerate(keys)
        ]
        made[-1].value = Random(1).randbytes(1800)  # so that the next batch begins a segment, whatever the codec
        return 0, codec, made

    for codec in (Compression.NONE, Compression.ZSTD):
        write(kafka, topic, [records(keys, codec)])
        write(kafka, topic, [records([*keys[::2], b"large"], codec)])  # takes every second one out of the middle
    write(kafka, topic, [records([b"last"], Compression.NONE)])
    wait_for(lambda: len(rows(kafka.bootstrap, topic, 1)[0]) == 12)
    there, copied, back = go_round(
        kafka, tools, topic, tmp_path / "e", "12 records of offsets 0 to 33, 21 offsets without a record"
    )
    assert copied == back == there
    assert {key for _, key, _, _ in there[0]} == {*keys, b"large", b"last"}
    as_java_writes_it = (
        *HOSTILE[:-1],
        ("no text \ufffd\ufffd", HOSTILE[-1][1]),
    )  # where Apache's cleaner took records out
    assert {headers for _, _, _, headers in there[0]} <= {HOSTILE, as_java_writes_it}


def test_of_transactions_only_what_was_committed_is_moved(kafka: Kafka, tools: Tools, tmp_path: Path) -> None:
    topic = kafka.create_topic()
    transactions(kafka, topic, (b"a", True), (b"lost", False), (b"b", True), (b"lost too", False))
    there, copied, back = go_round(
        kafka, tools, topic, tmp_path / "e", "2 records of offsets 0 to 8, 6 offsets without a record"
    )
    assert copied == back == there
    assert [value for _, _, value, _ in there[0]] == [b"a", b"b"]
    for name in (f"{topic}-copy", f"{topic}-back"):  # to everybody, as nothing else is there
        assert consume(kafka.bootstrap, "--topic", name, "--exit-at-end").out == b"a\nb\n"
    committed = ("--topic", topic, "--exit-at-end", "--isolation-level", "read_committed")
    assert consume(kafka.bootstrap, *committed).out == b"a\nb\n"
    assert consume(kafka.bootstrap, *committed[:-1], "read_uncommitted").out == b"a\nlost\nb\nlost too\n"


def test_what_was_deleted_and_what_configs_there_were(kafka: Kafka, tools: Tools) -> None:
    topic = kafka.create_topic(2, records=5, retention_ms="-1", message_timestamp_type="LogAppendTime")
    with Cluster(kafka.bootstrap) as cluster:
        delete_records(cluster, {(topic, 0): 2})
    at = ("--bootstrap-server", kafka.bootstrap)
    words = ("copy", *at, "--topic", topic, "--to-topic", f"{topic}-copy")
    would = succeed(tools, *words, "--dry-run")
    assert would.splitlines()[0] == f"{topic}-0 -> {topic}-copy: offsets 2 to 5"
    assert not kafka.has_topic(f"{topic}-copy")
    assert succeed(tools, *words).splitlines() == [
        f"{topic}-0 -> {topic}-copy: 3 records of offsets 2 to 5",
        f"{topic}-1 -> {topic}-copy: 0 records of offsets 0 to 0",
    ]
    assert rows(kafka.bootstrap, f"{topic}-copy")[0] == rows(kafka.bootstrap, topic)[0][2:]
    described = succeed(tools, "topics", *at, "--describe", "--topic", f"{topic}-copy")
    assert "retention.ms=-1" in described
    assert "LogAppendTime" not in described
