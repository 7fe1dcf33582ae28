"""kafka-dump-log.sh of Apache Kafka and ours, on directories that each of the two brokers wrote: byte for byte."""

import re
import shutil
from pathlib import Path

import pytest

from kafkacli.app import find_subcommand, run_tool
from tests.support.apache import Apache, ApacheCluster
from tests.support.broker import RunningBroker
from tests.support.tools import Outcome

pytestmark = pytest.mark.apache

DATA = Path(__file__).parents[1] / "data" / "log" / "apache"
TOPIC = "dumped"
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")


def play(bootstrap: str) -> None:
    """Let a broker write every kind of file: codecs, headers, nulls, both formats, transactions, group offsets."""
    from confluent_kafka import Consumer, Producer, TopicPartition
    from confluent_kafka.admin import AdminClient, NewTopic

    small = {"segment.bytes": "3000", "index.interval.bytes": "200"}
    old = {**small, "message.format.version": "0.10.0"}
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topics = [NewTopic(TOPIC, 1, 1, config=small), NewTopic(f"{TOPIC}-old", 1, 1, config=old)]
    for future in admin.create_topics(topics).values():
        future.result()
    for codec in CODECS:
        producer = Producer(
            {"bootstrap.servers": bootstrap, "compression.type": codec, "enable.idempotence": codec == "none"}
        )
        for number in range(12):
            moment = 1_600_000_000_000 + number * 10
            key = None if number % 5 == 0 else b"k%d" % number
            value = None if number % 7 == 3 else "größe".encode() * number
            producer.produce(TOPIC, value, key, timestamp=moment, headers=[("a", b"1"), ("b", None)][: number % 3])
            if codec != "zstd":
                producer.produce(f"{TOPIC}-old", b"v%d" % number, key, timestamp=moment)
            if number % 4 == 0:
                producer.flush()
        producer.flush()
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": TOPIC})
    producer.init_transactions()
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": TOPIC, "auto.offset.reset": "earliest"})
    consumer.subscribe([TOPIC])
    while consumer.poll(20) is None:
        pass
    consumer.commit(offsets=[TopicPartition(TOPIC, 0, 3, "note")], asynchronous=False)
    for number in range(3):
        producer.begin_transaction()
        producer.produce(TOPIC, b"transactional %d" % number)
        producer.flush()
        producer.send_offsets_to_transaction([TopicPartition(TOPIC, 0, number)], consumer.consumer_group_metadata())
        if number % 2:
            producer.commit_transaction()
        else:
            producer.abort_transaction()
    consumer.close()


@pytest.fixture(scope="module")
def written(apache_cluster: ApacheCluster, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A log directory of each broker, the real one's while it runs; beside it a cleanly stopped one."""
    directory = tmp_path_factory.mktemp("dumped")
    ours = RunningBroker(directory / "ours")
    try:
        play(ours.bootstrap)
    finally:
        ours.stop()
    play(apache_cluster.bootstrap)
    shutil.copytree(apache_cluster.log_directory, directory / "apache")
    shutil.copytree(DATA / "rolled-0", directory / "apache" / "rolled-0")
    return {"ours": directory / "ours", "apache": directory / "apache"}


# the options, and a pattern of the files
CASES = {
    "": "[dr]*ed*-0/*.*",
    "--deep-iteration": "[dr]*ed*-0/*.log",
    "--print-data-log": "[dr]*ed*-0/*.*",
    "--print-data-log --key-decoder-class kafka.serializer.DefaultDecoder": "[dr]*ed*-0/*.log",
    "--value-decoder-class kafka.serializer.DefaultDecoder": "[dr]*ed*-0/*.log",
    "--value-decoder-class": "[dr]*ed*-0/*.log",
    "--value-decoder-class kafka.serializer.LongDecoder": "[dr]*ed*-0/*.log",
    "--index-sanity-check": "[dr]*ed*-0/*index",
    "--verify-index-only": "*ed-0/*index",
    "--max-message-size 60 --verify-index-only": "*ed-0/*.index",
    "--offsets-decoder": "__consumer_offsets-*/*.log",
    "--transaction-log-decoder": "__transaction_state-*/*.log",
}


def plain(out: str, err: str) -> tuple[str, list[str]]:
    """Leave out what says where an array lies in memory, stack traces, and the words of an exception."""
    lines = [line for line in err.splitlines() if not line.startswith(("\t", "Caused by:"))]
    return re.sub(r"\[B@[0-9a-f]+", "[B@", out), [re.sub(r"^(Exception .*?Exception).*", r"\1", line) for line in lines]


@pytest.mark.parametrize("options", CASES)
@pytest.mark.parametrize("writer", ["ours", "apache"])
def test_both_say_the_same(
    apache: Apache, written: dict[str, Path], capsys: pytest.CaptureFixture[str], writer: str, options: str
) -> None:
    files = sorted(path for path in written[writer].glob(CASES[options]) if path.stat().st_size)
    assert files
    words = ["--files", ",".join(map(str, files)), *options.split()]
    theirs = apache.run("kafka-dump-log.sh", *words)
    tool = find_subcommand("dump-log")
    assert tool is not None
    capsys.readouterr()
    ours = Outcome(int(run_tool(tool, "kafka-dump-log", words)), *capsys.readouterr())
    assert ours.status == theirs.returncode
    assert plain(ours.out, ours.err) == plain(theirs.stdout, theirs.stderr)
