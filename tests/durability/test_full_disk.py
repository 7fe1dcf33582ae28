"""A disk without room: producers and groups get errors, what is there stays readable, and service resumes with room."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.support.server import Server, make_server
from tests.support.small_disk import SmallDisk, small_disk
from tests.support.waiting import until

__all__ = ["small_disk"]

VALUE = b"x" * 50_000


@pytest.fixture
def server(small_disk: SmallDisk, tmp_path: Path) -> Iterator[Server]:
    """A server whose log directory is on the small disk, with a topic `t`; ZooKeeper's data is elsewhere."""
    properties = {
        "log.dirs": str(small_disk.path),
        "offsets.topic.num.partitions": "1",
        "log.segment.bytes": "500000",
        "replica.high.watermark.checkpoint.interval.ms": "50",
        "log.flush.offset.checkpoint.interval.ms": "50",
    }
    made = make_server(tmp_path / "server", properties)
    made.prefix = small_disk.prefix
    started(made, tmp_path)
    admin = AdminClient({"bootstrap.servers": made.bootstrap, "broker.address.family": "v4"})
    admin.create_topics([NewTopic("t", 1, 1)])["t"].result(30)
    yield made
    made.stop()


def started(server: Server, tmp_path: Path) -> None:
    server.start("--zookeeper-data-dir", str(tmp_path / "zookeeper"))


class Sender:
    """Sends records one at a time; `acknowledged` are the offsets that it was told."""

    def __init__(self, server: Server) -> None:
        self.acknowledged: list[int | None] = []
        self._producer = Producer(
            {
                "bootstrap.servers": server.bootstrap,
                "broker.address.family": "v4",
                "acks": "all",
                "retries": 0,
                "message.timeout.ms": 5000,
                "log.connection.close": False,
            }
        )

    def send(self, value: bytes = VALUE) -> int:
        """Send a record; returns 0 or the error's code."""
        codes = []

        def delivered(error: KafkaError | None, message: Message) -> None:
            codes.append(0 if error is None else error.code())
            if error is None:
                self.acknowledged.append(message.offset())

        self._producer.produce("t", value, partition=0, on_delivery=delivered)
        self._producer.flush(20)
        return codes[0]

    def send_until_refused(self) -> int:
        while not (code := self.send()):
            assert len(self.acknowledged) < 1000, "the disk never became full"
        return code


def consumer(server: Server) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": server.bootstrap,
            "broker.address.family": "v4",
            "group.id": "g",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "check.crcs": True,
        }
    )


def offsets(server: Server) -> list[int | None]:
    """Read the topic to its end."""
    reader = consumer(server)
    reader.assign([TopicPartition("t", 0, 0)])
    found: list[int | None] = []
    while True:
        message = reader.poll(20)
        assert message is not None
        error = message.error()
        if error is not None:
            assert error.code() == KafkaError._PARTITION_EOF
            break
        found.append(message.offset())
    reader.close()
    return found


def commit(reader: Consumer, offset: int) -> int:
    """Commit an offset of the group; returns 0 or the error's code."""
    try:
        reader.commit(offsets=[TopicPartition("t", 0, offset)], asynchronous=False)
    except KafkaException as error:
        code: int = error.args[0].code()
        return code
    return 0


def test_service_resumes_when_there_is_room_again(server: Server, small_disk: SmallDisk) -> None:
    reader = consumer(server)
    until(lambda: commit(reader, 1) == 0, seconds=30)
    small_disk.fill(1_000_000)
    sender = Sender(server)
    assert sender.send_until_refused() == KafkaError.KAFKA_STORAGE_ERROR
    small_disk.fill()
    assert sender.send(b"a small one" * 1000) == KafkaError.KAFKA_STORAGE_ERROR
    refused = commit(reader, 2)
    while not refused:  # the offsets topic has room to its page's end
        refused = commit(reader, 2)
    assert refused == KafkaError.NOT_COORDINATOR
    assert offsets(server) == sender.acknowledged
    until(lambda: b"Disk error while writing to" in server.log.read_bytes())
    small_disk.empty()
    assert sender.send() == 0
    assert offsets(server) == sender.acknowledged
    until(lambda: commit(reader, 3) == 0, seconds=30)
    reader.close()
    assert b"offline" not in server.log.read_bytes()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_ends_on_a_full_disk_has_lost_nothing(
    server: Server, small_disk: SmallDisk, tmp_path: Path, how: signal.Signals
) -> None:
    small_disk.fill(700_000)
    sender = Sender(server)
    sender.send_until_refused()
    small_disk.fill()
    server.stop(how)
    small_disk.empty()
    started(server, tmp_path)
    assert offsets(server) == sender.acknowledged
    assert Sender(server).send() == 0


def test_a_start_without_room_says_so_in_one_line(server: Server, small_disk: SmallDisk, tmp_path: Path) -> None:
    Sender(server).send()
    server.stop(signal.SIGKILL)
    small_disk.fill()
    with pytest.raises(RuntimeError):
        started(server, tmp_path)
    text = server.log.read_text()
    assert "No space left on device" in text.splitlines()[-1], text
    assert "Traceback" not in text
    small_disk.empty()
    started(server, tmp_path)
    assert offsets(server) == [0]
