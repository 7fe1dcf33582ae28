"""The Java client: Apache's verifiable clients, a copy that happens once, Kafka Streams and its reset tool."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.topics import list_topics
from tests.support.apache import Apache
from tests.support.codec_clients import CODEC_CLIENTS, Place
from tests.support.java import compiled, jars, kafka_jars, run_java
from tests.support.kafka import wait_for
from tests.support.server import Server

pytestmark = pytest.mark.apache
GUARANTEES = ["exactly_once_beta", "exactly_once"][: int(os.environ.get("KAFKACLI_GUARANTEES", "1"))]
LINES = ["all streams lead to kafka", "hello kafka streams", "join kafka summit"]
COUNTS = {"all": 1, "streams": 2, "lead": 1, "to": 1, "kafka": 3, "hello": 1, "join": 1, "summit": 1}


def written(server: Server, topic: str, *values: str) -> None:
    """Write values to a topic, which is made by that."""
    CODEC_CLIENTS["confluent-kafka"].produce(Place(server.bootstrap, Path()), {topic: "none"}, values)


def read(server: Server, topic: str, count: int) -> list[str]:
    """Read so many committed values from a topic's start."""
    return CODEC_CLIENTS["aiokafka"].consume(Place(server.bootstrap, Path()), [topic], count)[topic]


def topics(server: Server) -> set[str]:
    with Cluster(server.bootstrap) as cluster:
        return {name for name, _ in list_topics(cluster)}


def events(lines: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.splitlines()]


def test_the_verifiable_clients(server: Server, apache: Apache) -> None:
    topic, where = "java-verifiable", ("--bootstrap-server", server.bootstrap)
    sent = apache.run("kafka-verifiable-producer.sh", *where, "--topic", topic, "--max-messages", "500", "--acks", "-1")
    told = events(sent.stdout)
    assert [each["offset"] for each in told if each["name"] == "producer_send_success"] == list(range(500))
    assert (told[-1]["sent"], told[-1]["acked"]) == (500, 500)
    command = (
        "--group-id",
        topic,
        "--topic",
        topic,
        "--max-messages",
        "500",
        "--reset-policy",
        "earliest",
        "--verbose",
    )
    consumed = events(apache.run("kafka-verifiable-consumer.sh", *where, *command).stdout)
    values = [each["value"] for each in consumed if each["name"] == "record_data"]
    assert values == [str(number) for number in range(500)]
    (committed,) = [each["offsets"] for each in consumed if each["name"] == "offsets_committed"][-1:]
    assert committed == [{"topic": topic, "partition": 0, "offset": 500}]


@pytest.mark.parametrize("version", ["2.6.2", "3.9.1", "4.1.0"])
def test_a_copy_happens_once(server: Server, apache: Apache, tmp_path: Path, version: str) -> None:
    source, target = f"java-{version}-in", f"java-{version}-out"
    written(server, source, "one", "two", "three")
    done = run_java(compiled("Client", kafka_jars(version), tmp_path), "copy", server.bootstrap, source, target, source)
    assert done.returncode == 0, done.stderr
    assert read(server, target, 2) == ["one", "three"]


class Application:
    """The word count, running in a JVM of its own; its end is clean when its input ends."""

    def __init__(self, server: Server, classes: Path, name: str, guarantee: str) -> None:
        self.name, self.source, self.counts = name, f"{name}-in", f"{name}-out"
        self._classes = classes
        self._arguments = [server.bootstrap, name, guarantee, str(classes / name), self.source, self.counts]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = compiled("WordCount", jars("streams"), self._classes)
        with (self._classes / f"{self.name}.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, *self._arguments], stdin=subprocess.PIPE, stdout=log, stderr=log
            )

    def stop(self) -> int:
        assert self._process is not None
        self._process.communicate(timeout=60)
        return self._process.returncode

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


@pytest.fixture(params=GUARANTEES)
def application(
    request: pytest.FixtureRequest, server: Server, apache: Apache, tmp_path: Path
) -> Iterator[Application]:
    made = Application(server, tmp_path, f"words-{request.param.replace('_', '-')}", request.param)
    yield made
    made.kill()


def counted(server: Server, topic: str, times: int) -> dict[str, int]:
    """The last count of each word, when every word has been counted so many times."""
    from confluent_kafka import Consumer, TopicPartition

    config = {"bootstrap.servers": server.bootstrap, "broker.address.family": "v4", "group.id": f"{topic}-reader"}
    consumer = Consumer({**config, "isolation.level": "read_committed"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    counts: dict[str, int] = {}
    wanted = {word: count * times for word, count in COUNTS.items()}

    def enough() -> bool:
        for message in consumer.consume(100, timeout=0.2):
            if message.error() is None:
                counts[message.key().decode()] = int(message.value())
        return counts == wanted

    wait_for(enough)
    consumer.close()
    return counts


def test_kafka_streams_counts_words_once_and_is_reset(server: Server, apache: Apache, application: Application) -> None:
    written(server, application.source, *LINES)
    written(server, application.counts)
    application.start()
    counted(server, application.counts, 1)
    written(server, application.source, *LINES)
    counted(server, application.counts, 2)
    assert application.stop() == 0
    internal = {f"{application.name}-counts-{kind}" for kind in ("repartition", "changelog")}
    assert internal <= topics(server)
    # Streams doesn't leave its group when it closes, in the hope of coming back: its member has to be removed.
    where = ["--bootstrap-servers", server.bootstrap, "--application-id", application.name, "--force"]
    reset = apache.run("kafka-streams-application-reset.sh", *where, "--input-topics", application.source)
    assert reset.returncode == 0, reset.stdout + reset.stderr
    assert f"Topic: {application.source} Partition: 0 Offset: 0\n" in reset.stdout
    left = topics(server)
    assert application.source in left
    assert not internal & left
