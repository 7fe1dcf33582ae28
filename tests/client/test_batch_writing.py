"""Whole batches written once and in order."""

import pytest

from kafkacli.client.batch_reading import BatchReader
from kafkacli.client.batch_writing import BatchWriter
from kafkacli.client.cluster import Cluster
from kafkacli.client.topics import create_topic
from kafkacli.errors import ApiError
from kafkacli.record.batch import Record, encode_batch, read_records
from tests.support.kafka import Kafka


def batch(value: int, size: int = 2) -> bytearray:
    return bytearray(encode_batch([Record(timestamp=1, value=b"%d" % value)] * size))


@pytest.mark.parametrize("acks", [-1, 1])
def test_many_batches_keep_their_order(kafka: Kafka, acks: int) -> None:
    topic = kafka.create_topic(2)
    with Cluster(kafka.bootstrap) as cluster:
        writer = BatchWriter(cluster, acks)
        for start in (0, 20):
            writer.write([((topic, index % 2), batch(index)) for index in range(start, start + 20)])
        reader = BatchReader(cluster, {(topic, 0): (0, 40), (topic, 1): (0, 40)})
        found: dict[int, list[int]] = {0: [], 1: []}
        producers = set()
        while not reader.is_done:
            for (_, index), buffer, position, header in reader.fetch(100):
                producers.add(header.producer_id >= 0)
                found[index] += [int(one.value or b"") for one in read_records(buffer, position, header)]
    assert found == {0: sorted([*range(0, 40, 2)] * 2), 1: sorted([*range(1, 40, 2)] * 2)}
    assert producers == {acks == -1}


def test_a_refused_batch_is_an_error(kafka: Kafka) -> None:
    topic = kafka.new_name()
    with Cluster(kafka.bootstrap) as cluster:
        create_topic(cluster, topic, partitions=1, replication_factor=1, configs={"max.message.bytes": "100"})
        with pytest.raises(ApiError):
            BatchWriter(cluster).write([((topic, 0), batch(1, 500))])
