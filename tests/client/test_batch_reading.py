"""Whole batches of spans of partitions. With transactions: test_spans.py."""

from pathlib import Path

import pytest

from kafkacli.client.batch_reading import BatchReader
from kafkacli.client.cluster import Cluster
from kafkacli.client.delete_records import delete_records
from kafkacli.client.offsets import LATEST, list_offsets
from kafkacli.errors import ApiError
from tests.support.broker import RunningBroker
from tests.support.console import produce
from tests.support.kafka import Kafka, wait_for


def offsets(reader: BatchReader) -> list[int]:
    found = []
    while not reader.is_done:
        found += [batch.header.base_offset for batch in reader.fetch(200)]
    return found


def test_several_partitions_to_their_ends(kafka: Kafka) -> None:
    topic = kafka.create_topic(2, records=3)
    with Cluster(kafka.bootstrap) as cluster:
        reader = BatchReader(cluster, {(topic, 0): (0, 3), (topic, 1): (0, 0)})
        assert offsets(reader) == [0]
        assert reader.positions == {(topic, 0): 3, (topic, 1): 0}


def test_offsets_that_are_gone_and_that_never_were(kafka: Kafka) -> None:
    topic = kafka.create_topic(records=3)
    with Cluster(kafka.bootstrap) as cluster:
        delete_records(cluster, {(topic, 0): 2})
        reader = BatchReader(cluster, {(topic, 0): (0, 3)})
        assert offsets(reader) == [0]
        assert reader.lost == {(topic, 0): 2}
        with pytest.raises(ApiError):
            BatchReader(cluster, {(topic, 0): (9, None)}).fetch(0)


def test_compaction_leaves_gaps_and_the_end_is_reached(tmp_path: Path) -> None:
    running = RunningBroker(tmp_path / "log", {"log.cleaner.backoff.ms": "20", "log.cleanup.policy": "compact"})
    try:
        kafka = Kafka(running.bootstrap, running.zookeeper, 7)
        topic = kafka.create_topic(segment_bytes="200", min_cleanable_dirty_ratio="0.0")
        for _ in range(6):
            done = produce(
                kafka.bootstrap,
                topic,
                b"k:" + b"v" * 100,
                "--property",
                "parse.key=true",
                "--property",
                "key.separator=:",
            )
            assert done.status == 0
        with Cluster(kafka.bootstrap) as cluster:
            end = list_offsets(cluster, [(topic, 0)], LATEST)[topic, 0]
            assert end == 6

            def records() -> int:
                reader = BatchReader(cluster, {(topic, 0): (0, end)})
                count = 0
                while not reader.is_done:
                    count += sum(batch.header.records_count for batch in reader.fetch(200))
                assert reader.positions[topic, 0] >= end
                return count

            wait_for(lambda: records() < 6)
    finally:
        running.stop()
