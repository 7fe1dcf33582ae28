"""kill -9 in the middle of transactions: each is there as a whole or not at all, with the offsets that belong to it.

A producer copies: every transaction has one record in each partition, and commits a group's offset, its own number. Every
third one is aborted. When the server has been killed the producer begins anew with the same transactional id.
"""

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.support.server import Server, make_server
from tests.support.waiting import until

ROUNDS = int(os.environ.get("KAFKACLI_KILL_ROUNDS", "3"))
PARTITIONS = 3
TOPIC = "killed-transactions"
GROUP = "killed-group"
CONFIG = {"broker.address.family": "v4", "log.connection.close": False, "socket.timeout.ms": 2000}


class Copying:
    """A transactional producer that works until it fails or is stopped; `done`: how each transaction ended, as it was told."""

    def __init__(self, server: Server, first: int) -> None:
        self.next = first
        self.done: dict[int, bool] = {}
        self._stopping = threading.Event()
        self._config = CONFIG | {"bootstrap.servers": server.bootstrap}
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        producer = Producer(
            self._config
            | {"transactional.id": "killed", "linger.ms": 0, "transaction.timeout.ms": 10_000, "log_level": 0}
        )
        consumer = Consumer(self._config | {"group.id": GROUP, "log_level": 0})
        group = consumer.consumer_group_metadata()
        try:
            producer.init_transactions(20)
            while not self._stopping.is_set():
                number = self.next
                self.next += 1
                commit = number % 3 != 0
                producer.begin_transaction()
                for partition in range(PARTITIONS):
                    producer.produce(TOPIC, str(number), partition=partition)
                producer.send_offsets_to_transaction([TopicPartition(TOPIC, 0, number)], group, 1)
                if commit:
                    producer.commit_transaction(1)
                else:
                    producer.flush(1)
                    producer.abort_transaction(1)
                self.done[number] = commit
        except KafkaException:
            producer.purge()
        finally:
            consumer.close()

    def wait_for(self, transactions: int) -> None:
        """Wait until so many have ended."""
        until(lambda: len(self.done) >= transactions, seconds=30)

    def stop(self) -> None:
        """The server was killed and is there again: end with the transaction under way, whatever becomes of it."""
        self._stopping.set()
        self._thread.join()


def read_committed(server: Server) -> dict[int, list[int]]:
    """The numbers in each partition that a reader of committed records gets, up to the end."""
    config = CONFIG | {"bootstrap.servers": server.bootstrap, "group.id": "reader", "enable.partition.eof": True}
    consumer = Consumer(config | {"isolation.level": "read_committed", "check.crcs": True})
    found: dict[int, list[int]] = {partition: [] for partition in range(PARTITIONS)}
    consumer.assign([TopicPartition(TOPIC, partition, 0) for partition in found])
    ended: set[int | None] = set()
    deadline = time.monotonic() + 60
    while len(ended) < PARTITIONS:
        assert time.monotonic() < deadline, "not every partition could be read to its end"
        for message in consumer.consume(10_000, timeout=0.5):
            error, partition, value = message.error(), message.partition(), message.value()
            if error is None:
                assert partition is not None
                assert value is not None
                found[partition].append(int(value))
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(partition)
    consumer.close()
    return found


def committed_offset(server: Server) -> int:
    """The group's offset, once no transaction may change it any more."""
    consumer = Consumer(CONFIG | {"bootstrap.servers": server.bootstrap, "group.id": GROUP})
    (found,) = consumer.committed([TopicPartition(TOPIC, 0)], 30)
    consumer.close()
    offset: int = found.offset
    return offset


def end_what_is_open(server: Server) -> None:
    """Begin anew with the transactional id, which ends what was open."""
    producer = Producer(CONFIG | {"bootstrap.servers": server.bootstrap, "transactional.id": "killed"})
    producer.init_transactions(30)


@pytest.mark.timeout(120 + 20 * ROUNDS)
def test_no_transaction_is_half_there_when_the_server_is_killed(tmp_path: Path) -> None:
    moments = random.Random(11)
    server = make_server(
        tmp_path / "server", {"log.segment.bytes": "65536", "transaction.state.log.segment.bytes": "65536"}
    )
    server.start()
    admin = AdminClient({"bootstrap.servers": server.bootstrap, "broker.address.family": "v4"})
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result(30)
    done: dict[int, bool] = {}
    begun = 1
    try:
        for _ in range(ROUNDS):
            copying = Copying(server, begun)
            copying.wait_for(moments.randint(20, 200))
            time.sleep(moments.random() / 100)
            server.stop(signal.SIGKILL)
            server.start()
            copying.stop()
            done |= copying.done
            begun = copying.next
        end_what_is_open(server)
        found = read_committed(server)
        offset = committed_offset(server)
    finally:
        server.stop()
    numbers = found[0]
    assert numbers == sorted(set(numbers)), "a transaction is there twice, or in another's place"
    assert all(each == numbers for each in found.values()), "a transaction is in one partition, and not in another"
    lost = [number for number, committed in done.items() if committed and number not in numbers]
    assert not lost, f"{len(lost)} committed transactions are gone"
    assert not [number for number in numbers if number % 3 == 0], "an aborted transaction is there"
    unheard = [number for number in numbers if number not in done]
    assert len(unheard) <= ROUNDS, "more than the one of each round whose answer was lost"
    assert offset == numbers[-1], "the group's offset is not the last transaction's"
