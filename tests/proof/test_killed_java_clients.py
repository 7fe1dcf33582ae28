"""kill -9 of our server under Apache's own clients: they go on, and nothing is lost, doubled or half there."""

import json
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.support.apache import Apache
from tests.support.server import Server, make_server
from tests.support.waiting import until

KILLS = int(os.environ.get("KAFKACLI_KILLS", "50"))
PARTITIONS = 3

pytestmark = [
    pytest.mark.apache,
    pytest.mark.timeout(300 + 30 * KILLS),
    pytest.mark.long("Apache's clients are killed under for minutes"),
]


class Client:
    """One of Apache's scripts, running; what it has said so far can be read."""

    def __init__(self, command: Sequence[str], output: Path) -> None:
        self._output = output
        with output.open("wb") as out, output.with_suffix(".err").open("wb") as err:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)

    @property
    def said(self) -> str:
        """Everything on stdout."""
        return self._output.read_text(encoding="utf-8")

    @property
    def bytes_said(self) -> int:
        """How much it has written to stdout."""
        return self._output.stat().st_size

    def events(self, name: str) -> list[dict[str, Any]]:
        """The whole lines of JSON so far that have a name."""
        lines = self.said.rpartition("\n")[0].splitlines()
        return [event for event in map(json.loads, lines) if event["name"] == name]

    def wait(self) -> int:
        """Wait until it ends by itself; returns its exit status."""
        return self.process.wait(240)


@pytest.fixture
def start(apache: Apache, tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Starts Apache's scripts; those that still run at the end are killed."""
    clients: list[Client] = []

    def begin(script: str, *arguments: str) -> Client:
        clients.append(Client(apache.command(script, *arguments), tmp_path / f"client-{len(clients)}.out"))
        return clients[-1]

    yield begin
    for client in clients:
        client.process.kill()
        client.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, which it may kill, with topic `t`."""
    made = make_server(tmp_path / "server", {"log.segment.bytes": "1048576"})
    made.start()
    admin = AdminClient({"bootstrap.servers": made.bootstrap, "broker.address.family": "v4"})
    admin.create_topics([NewTopic("t", PARTITIONS, 1)])["t"].result(30)
    yield made
    made.stop()


def kill_in_the_middle(server: Server, under_way: Callable[[], int], ended: Callable[[], bool]) -> None:
    """Kill and start the server KILLS times, each after something more was done. Fails when the load ends before."""
    moments = random.Random(17)
    for _ in range(KILLS):
        before = under_way()
        until(lambda before=before: under_way() > before, 60)  # type: ignore[misc]
        time.sleep(moments.random() / 5)
        assert not ended(), "the load was over before the last kill"
        server.stop(signal.SIGKILL)
        server.start()


def stored(server: Server, isolation: str) -> list[list[bytes]]:
    """What a reader gets of each partition of `t`, up to its end."""
    config = {"bootstrap.servers": server.bootstrap, "broker.address.family": "v4", "group.id": "reader"}
    consumer = Consumer({**config, "isolation.level": isolation, "enable.partition.eof": True, "check.crcs": True})
    consumer.assign([TopicPartition("t", partition, 0) for partition in range(PARTITIONS)])
    found: list[list[bytes]] = [[] for _ in range(PARTITIONS)]
    ended: set[int | None] = set()
    deadline = time.monotonic() + 60
    while len(ended) < PARTITIONS:
        assert time.monotonic() < deadline, "not every partition could be read to its end"
        for message in consumer.consume(10_000, timeout=0.5):
            error, partition, value = message.error(), message.partition(), message.value()
            if error is None:
                assert partition is not None
                assert value is not None
                found[partition].append(value)
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(partition)
    consumer.close()
    return found


def test_the_perf_test_in_transactions(server: Server, start: Callable[..., Client]) -> None:
    records = 20_000 + 10_000 * KILLS
    load = ["--topic", "t", "--num-records", str(records), "--record-size", "100", "--throughput", "3000"]
    transactions = ["--transactional-id", "perf", "--transaction-duration-ms", "50"]
    settings = [f"bootstrap.servers={server.bootstrap}", "retry.backoff.ms=20"]
    client = start("kafka-producer-perf-test.sh", *load, *transactions, "--producer-props", *settings)
    segments = server.log_directory

    def written() -> int:
        return sum(path.stat().st_size for path in segments.glob("t-*/*.log"))

    kill_in_the_middle(server, written, lambda: client.process.poll() is not None)
    assert client.wait() == 0, client.said
    assert re.search(rf"^{records} records sent", client.said, re.MULTILINE), client.said
    assert sum(map(len, stored(server, "read_committed"))) == records
    assert sum(map(len, stored(server, "read_uncommitted"))) == records, "a record was written twice"


def test_the_verifiable_clients(server: Server, start: Callable[..., Client], tmp_path: Path) -> None:
    """The producer is idempotent, and tries again for as long as it takes; the consumer commits what it has read."""
    records = 3000 + 3000 * KILLS
    config = tmp_path / "producer.properties"
    config.write_text("enable.idempotence=true\nretries=2147483647\nretry.backoff.ms=20\n")
    where = ["--bootstrap-server", server.bootstrap, "--topic", "t", "--max-messages", str(records)]
    reading = ["--group-id", "verified", "--reset-policy", "earliest", "--verbose"]
    consumer = start("kafka-verifiable-consumer.sh", *where, *reading)
    producing = ["--acks", "-1", "--throughput", "1000", "--producer.config", str(config)]
    producer = start("kafka-verifiable-producer.sh", *where, *producing)
    kill_in_the_middle(server, lambda: producer.bytes_said, lambda: producer.process.poll() is not None)
    assert producer.wait() == 0
    assert producer.events("producer_send_error") == []
    acknowledged = producer.events("producer_send_success")
    assert sorted(int(event["value"]) for event in acknowledged) == list(range(records))
    found = stored(server, "read_uncommitted")
    for event in acknowledged:
        assert found[event["partition"]][event["offset"]] == event["value"].encode()
    assert sum(map(len, found)) == records, "a record was written twice"
    # The consumer may read again what it couldn't commit, and ends when it has read so many: with the rest unread then.
    assert consumer.wait() == 0
    read = [(event["partition"], event["offset"], event["value"]) for event in consumer.events("record_data")]
    assert len(read) == records
    assert all(found[partition][offset] == value.encode() for partition, offset, value in read)
    for partition in range(PARTITIONS):
        offsets = {at for where, at, _ in read if where == partition}
        assert offsets == set(range(len(offsets))), "the consumer left records out"
