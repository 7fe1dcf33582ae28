"""Whole batches written once and in order."""

from pathlib import Path

import pytest

from kafkacli.client.batch_reading import BatchReader
from kafkacli.client.batch_writing import BatchWriter
from kafkacli.client.cluster import Cluster
from kafkacli.client.settings import ClientSettings
from kafkacli.client.topics import create_topic
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.record.batch import BatchHeader, Record, encode_batch, iter_records, read_records
from kafkacli.wire.api_keys import ApiKey
from tests.support.broker import RunningBroker
from tests.support.kafka import Kafka
from tests.support.leader import leader
from tests.support.proxy import proxy


def batch(value: int, size: int = 2) -> bytearray:
    return bytearray(encode_batch([Record(timestamp=1, value=b"%d" % value)] * size))


@pytest.mark.parametrize("acks", [-1, 1])
def test_many_batches_keep_their_order(kafka: Kafka, acks: int) -> None:
    topic = kafka.create_topic(2)
    with Cluster(kafka.bootstrap) as cluster:
        writer = BatchWriter(cluster, acks)
        for start in (0, 20):
            writer.write([((topic, index % 2), batch(index)) for index in range(start, start + 20)])
        writer.flush()
        reader = BatchReader(cluster, {(topic, 0): (0, 40), (topic, 1): (0, 40)})
        found: dict[int, list[int]] = {0: [], 1: []}
        producers = set()
        while not reader.is_done:
            for (_, index), buffer, position, header in reader.fetch(100):
                producers.add(header.producer_id >= 0)
                found[index] += [int(one.value or b"") for one in read_records(buffer, position, header)]
    assert found == {0: sorted([*range(0, 40, 2)] * 2), 1: sorted([*range(1, 40, 2)] * 2)}
    assert producers == {acks == -1}


@pytest.mark.parametrize("cut", ["request", "answer"])
def test_connections_that_are_cut_repeat_and_lose_nothing(tmp_path: Path, cut: str) -> None:
    """Some requests are cut off, with others behind them on the way."""
    with proxy() as way:
        broker = RunningBroker(tmp_path / "log", {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{way.port}"})
        try:
            broker.create_topic("cut")
            way.target = broker.port
            way.cut = lambda number: cut if number in (2, 9, 10, 17) else ""
            with Cluster(f"127.0.0.1:{way.port}", ClientSettings({"retry.backoff.ms": "1"})) as cluster:
                writer = BatchWriter(cluster)
                for start in range(0, 40, 8):
                    writer.write([(("cut", 0), batch(number, 1)) for number in range(start, start + 8)])
                writer.flush()
            log = broker.broker.partitions.get("cut", 0).log
            found = [int(one.value or b"") for one in iter_records(log.read(0, 1 << 20, up_to=40).records)]
        finally:
            broker.stop()
    assert found == list(range(40))
    assert way.counts[ApiKey.PRODUCE] > 44


def test_what_passes_is_tried_again_and_what_came_behind_it_too() -> None:
    with leader() as scripted:
        failed: set[int] = set()

        def judge(number: int, header: BatchHeader) -> int:
            if header.base_sequence in (3, 8) and header.base_sequence not in failed:
                failed.add(header.base_sequence)
                return ErrorCode.NOT_LEADER_OR_FOLLOWER
            taken = [each.base_sequence for each in judged]
            if header.base_sequence != len(taken):
                return ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
            judged.append(header)
            return ErrorCode.NONE

        judged: list[BatchHeader] = []
        scripted.judge = judge
        with Cluster(scripted.bootstrap, ClientSettings({"retry.backoff.ms": "1"})) as cluster:
            writer = BatchWriter(cluster)
            writer.write([(("t", 0), batch(number, 1)) for number in range(20)])
            writer.flush()
        assert [header.base_sequence for header in judged] == list(range(20))
        assert failed == {3, 8}
        assert len(scripted.headers) > 22  # some were on the way behind


def test_a_refused_batch_is_an_error(kafka: Kafka) -> None:
    topic = kafka.new_name()
    with Cluster(kafka.bootstrap) as cluster:
        create_topic(cluster, topic, partitions=1, replication_factor=1, configs={"max.message.bytes": "100"})
        writer = BatchWriter(cluster)
        writer.write([((topic, 0), batch(1, 500))])
        with pytest.raises(ApiError):
            writer.flush()
