"""Ctrl-C and trouble in the middle of changes: the status of the original, and a line that says what was done and what was not."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.topics import create_topic
from kafkacli.exits import Exit
from kafkacli.wire.api_keys import ApiKey
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.kafka import Kafka
from tests.support.proxy import Proxy, proxy
from tests.support.tools import Tools
from tests.support.waiting import until


class Slow(NamedTuple):
    """A broker and the way to it, the only address it tells, which can stop at a request."""

    way: Proxy
    kafka: Kafka
    directory: Path

    def stop_at(self, key: ApiKey, number: int = 1) -> None:
        """Keep the so-manieth request of an API, and those after it."""
        self.way.counts.clear()
        self.way.held = lambda asked: asked == key and self.way.counts[key] >= number

    def waits_at(self, key: ApiKey, number: int = 1) -> bool:
        """Whether that request has come."""
        return self.way.counts[key] >= number


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slow]:
    directory = tmp_path_factory.mktemp("half-done")
    with proxy() as way:
        properties = {
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{way.port}",
            "authorizer.class.name": "kafka.security.authorizer.AclAuthorizer",
            "super.users": "User:ANONYMOUS",
        }
        broker = RunningBroker(directory / "log", properties)
        way.target = broker.port
        for name in ("t", "u"):
            broker.create_topic(name, 2)
        kafka = Kafka(f"127.0.0.1:{way.port}", broker.zookeeper, NODE_ID)
        for group in ("g", "h"):
            kafka.commit(group, "t", 0)
        rows = ",".join(f'{{"topic":"{name}","partition":0,"offset":0}}' for name in ("t", "u"))
        (directory / "offsets.json").write_text(f'{{"version":1,"partitions":[{rows}]}}')
        rows = ",".join(
            f'{{"topic":"{name}","partition":0,"replicas":[{NODE_ID}],"log_dirs":["any"]}}' for name in ("t", "u")
        )
        (directory / "moves.json").write_text(f'{{"version":1,"partitions":[{rows}]}}')
        yield Slow(way, kafka, directory)
        broker.stop()


# words, the request it stops at and its number, what is said
CASES = (
    ("kafka-topics B --create --topic new", ApiKey.CREATE_TOPICS, 1, "topics not known: new"),
    ("kafka-topics B --delete --topic [tu]", ApiKey.DELETE_TOPICS, 1, "topics not known: t, u"),
    ("kafka-topics B --alter --topic [tu] --partitions 3", ApiKey.CREATE_PARTITIONS, 1, "topics not known: t, u"),
    (
        "kafka-configs B --alter --topic t --add-config retention.ms=1",
        ApiKey.INCREMENTAL_ALTER_CONFIGS,
        1,
        "configs of topic not known: t",
    ),
    (
        f"kafka-configs B --alter --broker {NODE_ID} --add-config log.cleaner.threads=1",
        ApiKey.ALTER_CONFIGS,
        1,
        f"configs of broker not known: {NODE_ID}",
    ),
    (
        "kafka-configs B --alter --client c --add-config consumer_byte_rate=1",
        ApiKey.ALTER_CLIENT_QUOTAS,
        1,
        "quotas of not known: client-id 'c'",
    ),
    (
        "kafka-acls B --add --allow-principal User:x --topic t --group g",
        ApiKey.CREATE_ACLS,
        2,
        "ACLs added: (TOPIC:t|GROUP:g); not known: (TOPIC:t|GROUP:g)",
    ),
    (
        "kafka-acls B --remove --force --allow-principal User:x --topic t --group g",
        ApiKey.DELETE_ACLS,
        2,
        "ACLs removed: (TOPIC:t|GROUP:g); not known: (TOPIC:t|GROUP:g)",
    ),
    ("kafka-delete-records B --offset-json-file offsets.json", ApiKey.DELETE_RECORDS, 1, "records not known: t-0, u-0"),
    (
        "kafka-consumer-groups B --group g --group h --reset-offsets --topic t --to-latest --execute",
        ApiKey.OFFSET_COMMIT,
        2,
        "groups reset: g; not known: h",
    ),
    (
        "kafka-consumer-groups B --group x --group y --delete",
        ApiKey.DELETE_GROUPS,
        1,
        "groups not known: x; not deleted: y",
    ),
    ("kafka-consumer-groups B --group g --delete-offsets --topic t", ApiKey.OFFSET_DELETE, 1, "offsets not known: t-0, t-1"),
    (
        "kafka-leader-election B --election-type preferred --all-topic-partitions",
        ApiKey.ELECT_LEADERS,
        1,
        "elections not known: all partitions",
    ),
    (
        "kafka-reassign-partitions B --execute --reassignment-json-file moves.json --throttle 5",
        ApiKey.INCREMENTAL_ALTER_CONFIGS,
        2,
        f"brokers not known: {NODE_ID}",
    ),
    (
        "kafka-reassign-partitions B --execute --reassignment-json-file moves.json",
        ApiKey.ALTER_PARTITION_REASSIGNMENTS,
        1,
        "reassignments not known: t-0, u-0",
    ),
    (
        "kafka-streams-application-reset S --application-id g --input-topics t",
        ApiKey.OFFSET_COMMIT,
        1,
        "offsets not known: t-0, t-1",
    ),
    ("copy B --topic t --to-topic made", ApiKey.CREATE_TOPICS, 1, "topics not known: made"),
)  # fmt: skip


@pytest.mark.parametrize(("words", "key", "number", "said"), CASES, ids=lambda value: str(value).split(" B")[0])
def test_ctrl_c_in_the_middle(slow: Slow, words: str, key: ApiKey, number: int, said: str) -> None:
    places = {"B": ("--bootstrap-server", slow.kafka.bootstrap), "S": ("--bootstrap-servers", slow.kafka.bootstrap)}
    arguments = [text for word in words.split() for text in places.get(word, (word,))]
    status, err = interrupted(slow, arguments, key, number)
    assert status == Exit.INTERRUPTED, err
    assert re.fullmatch(said, err.rstrip("\n")), err


def interrupted(
    slow: Slow, arguments: list[str], key: ApiKey, number: int, by: signal.Signals = signal.SIGINT
) -> tuple[int, str]:
    """Run a tool up to a request, and send it a signal there; return its status and what it says on stderr."""
    slow.stop_at(key, number)
    process = subprocess.Popen(
        [sys.executable, "-m", "kafkacli", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=slow.directory,
    )
    try:
        until(lambda: slow.waits_at(key, number) or process.poll() is not None)
        process.send_signal(by)
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
    return process.returncode, err


@pytest.mark.parametrize(
    ("words", "key", "said"),
    [
        (
            "copy --bootstrap-server {b} --topic {t} --to-topic copied",
            ApiKey.PRODUCE,
            "ended early; moved by then, the last of it perhaps not: copied-0: 3 records",
        ),
        (
            "export --bootstrap-server {b} --topic {t} --directory out",
            ApiKey.FETCH,
            "ended early, out is not complete and can't be imported; moved by then, the last of it perhaps not: nothing",
        ),
    ],
)
def test_ctrl_c_while_records_move(slow: Slow, words: str, key: ApiKey, said: str) -> None:
    slow.way.held = lambda asked: False
    slow.kafka.commit("g", "t", 0)  # the coordinator is there
    topic = slow.kafka.create_topic(records=3)
    status, err = interrupted(slow, words.format(b=slow.kafka.bootstrap, t=topic).split(), key, 1)
    assert (status, err) == (Exit.INTERRUPTED, f"{said}\n")


def test_a_refusal_in_the_middle(tools: Tools, our_kafka: Kafka) -> None:
    name = our_kafka.new_name()
    few, many = f"{name}.few", f"{name}.many"
    with Cluster(our_kafka.bootstrap) as cluster:
        create_topic(cluster, few, partitions=1)
        create_topic(cluster, many, partitions=3)
    words = ("--bootstrap-server", our_kafka.bootstrap, "--alter", "--topic", f"{name}.*", "--partitions", "2")
    done = tools.run("kafka-topics", *words)
    assert done.status == Exit.FAILURE
    assert "Topic currently has 3 partitions, which is higher than the requested 2." in done.out
    assert f"topics altered: {few}; not altered: {many}\n" in done.err


def test_a_refusal_in_the_middle_of_znodes(tools: Tools, our_kafka: Kafka) -> None:
    name = f"A{our_kafka.create_topic()}"
    with Cluster(our_kafka.bootstrap) as cluster:
        create_topic(cluster, name, partitions=1)
    our_kafka.commit("g", name, 0)  # makes __consumer_offsets
    done = tools.run("kafka-topics", "--zookeeper", our_kafka.zookeeper, "--delete", "--topic", f"{name}|__consumer_.*")
    assert done.status == Exit.FAILURE
    said = f"topics marked for deletion: {name}; not marked for deletion: __consumer_offsets\n"
    assert said in done.err


def test_an_answer_that_is_lost(tools: Tools, slow: Slow) -> None:
    slow.stop_at(ApiKey.OFFSET_COMMIT, 2)
    done = tools.run(
        *("kafka-consumer-groups", "--bootstrap-server", slow.kafka.bootstrap, "--group", "g", "--group", "h"),
        *("--reset-offsets", "--topic", "t", "--to-latest", "--execute", "--timeout", "500"),
    )
    assert done.status == Exit.OK  # as the original's
    assert "timed out" in done.out
    assert "groups reset: g; not known: h\n" in done.err


def test_sigterm_says_the_same(slow: Slow) -> None:
    words = ["kafka-topics", "--bootstrap-server", slow.kafka.bootstrap, "--delete", "--topic", "[tu]"]
    status, err = interrupted(slow, words, ApiKey.DELETE_TOPICS, 1, signal.SIGTERM)
    assert (status, err) == (Exit.TERMINATED, "topics not known: t, u\n")
