"""Compaction on the broker's loop."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from kafkacli.broker.broker import Broker
from kafkacli.broker.cleaning import Cleaning
from kafkacli.broker.configs import KafkaConfig
from kafkacli.coordinator.group_records import OFFSETS_TOPIC
from kafkacli.log.directory_checkpoints import DirectoryCheckpoints
from kafkacli.log.offset_checkpoint import CLEANER_CHECKPOINT
from kafkacli.log.segment import Segment
from kafkacli.record.batch import Compression, Record, encode_batch
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.offset_commit import OffsetCommitResponse
from kafkacli.wire.messages.offset_fetch import OffsetFetchResponse
from tests.broker.test_periodic import make_broker
from tests.support.broker import RunningBroker
from tests.support.group_requests import TOPIC, commit, fetch
from tests.support.logs import records_of
from tests.support.loop import on_loop
from tests.support.raw import RawClient

COMPACTED = {"zookeeper.connect": "x", "log.cleanup.policy": "compact", "log.cleaner.backoff.ms": "5"}


def fill(broker: Broker, rounds: int, keys: int, codec: Compression = Compression.NONE) -> None:
    hosted = broker.partitions.get("t", 0)
    for number in range(rounds):
        records = [Record(timestamp=broker.now_ms(), key=b"%d" % key, value=b"%d" % number * 50) for key in range(keys)]
        batch = memoryview(bytearray(encode_batch(records, compression=codec)))
        hosted.append(batch, acks=1, now_ms=broker.now_ms())
    hosted.log.roll(broker.now_ms())


def clean_up_to(broker: Broker) -> int:
    log = broker.partitions.get("t", 0).log
    return broker.partitions.log_dirs.checkpoints.read(log.parent, CLEANER_CHECKPOINT).get(("t", 0), -1)


@on_loop
async def test_what_is_dirty_is_cleaned_again_and_again_while_appends_go_on(tmp_path: Path) -> None:
    broker = make_broker(tmp_path, KafkaConfig(COMPACTED))
    log = broker.partitions.get("t", 0).log
    cleaning = Cleaning(broker)
    cleaning.start()
    for codec in (Compression.NONE, Compression.ZSTD, Compression.NONE):
        fill(broker, 20, 500, codec)
        end = log.log_end_offset
        fill(broker, 1, 500)
        async with asyncio.timeout(10):
            while clean_up_to(broker) < end:
                await asyncio.sleep(0.002)
    await cleaning.stop()
    found = records_of(log)
    assert {record.key: record.offset for record in found}.keys() == {b"%d" % key for key in range(500)}
    assert len(found) <= 1500


@on_loop
async def test_a_stop_leaves_nothing_unfinished(tmp_path: Path) -> None:
    broker = make_broker(tmp_path, KafkaConfig(COMPACTED))
    fill(broker, 20, 500)
    cleaning = Cleaning(broker)
    cleaning.start()
    directory = Path(broker.partitions.get("t", 0).log.directory)
    async with asyncio.timeout(10):
        while not list(directory.glob("*.cleaned")):
            await asyncio.sleep(0)
    await cleaning.stop()
    assert not list(directory.glob("*.cleaned"))
    assert clean_up_to(broker) == -1
    assert len(records_of(broker.partitions.get("t", 0).log)) == 10_000


@on_loop
async def test_the_cleaner_can_be_switched_off(tmp_path: Path) -> None:
    broker = make_broker(tmp_path, KafkaConfig(COMPACTED | {"log.cleaner.enable": "false"}))
    fill(broker, 2, 5)
    cleaning = Cleaning(broker)
    cleaning.start()
    await asyncio.sleep(0.01)
    await cleaning.stop()
    assert len(records_of(broker.partitions.get("t", 0).log)) == 10


@on_loop
async def test_the_bytes_per_second_are_limited(tmp_path: Path) -> None:
    limit = 2_000_000
    broker = make_broker(tmp_path, KafkaConfig(COMPACTED | {"log.cleaner.io.max.bytes.per.second": str(limit)}))
    fill(broker, 20, 200)
    log = broker.partitions.get("t", 0).log
    size = log.size
    loop = asyncio.get_running_loop()
    began = loop.time()
    cleaning = Cleaning(broker)
    cleaning.start()
    async with asyncio.timeout(20):
        while clean_up_to(broker) < 4000:
            await asyncio.sleep(0.002)
    took = loop.time() - began
    await cleaning.stop()
    assert took >= size / limit * 0.9


async def clean_all(broker: Broker) -> None:
    """Let the broker clean all that there is."""
    cleaning = Cleaning(broker)
    cleaning.start()
    async with asyncio.timeout(10):
        while clean_up_to(broker) < broker.partitions.get("t", 0).log.log_end_offset:
            await asyncio.sleep(0.002)
    await cleaning.stop()


@pytest.mark.parametrize(
    ("key", "small", "large", "others"),
    [
        ("log.cleaner.dedupe.buffer.size", "1100000", "2200000", {"log.cleaner.min.cleanable.ratio": "0"}),
        (
            "log.cleaner.io.buffer.load.factor",
            "0.45",
            "0.9",
            {"log.cleaner.min.cleanable.ratio": "0", "log.cleaner.dedupe.buffer.size": "2200000"},
        ),
    ],
)
@on_loop
async def test_the_memory_for_keys_ends_a_pass(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, key: str, small: str, large: str, others: dict[str, str]
) -> None:
    caplog.set_level(logging.INFO, "kafkacli.log.log_cleaner")
    broker = make_broker(tmp_path, KafkaConfig(COMPACTED | others | {key: small}))
    for passes in (2, 1):
        fill(broker, 1, 8000)
        caplog.clear()
        await clean_all(broker)
        assert sum(message.startswith("Cleaned log") for message in caplog.messages) == passes
        broker.config.reconfigure(others | {key: large})


@on_loop
async def test_the_bytes_read_at_a_time_are_as_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = make_broker(tmp_path, KafkaConfig(COMPACTED | {"log.cleaner.io.buffer.size": "2000"}))
    read = Segment.read
    sizes: list[int] = []

    def noted(self: Segment, position: int, size: int) -> bytes:
        sizes.append(size)
        return read(self, position, size)

    monkeypatch.setattr(Segment, "read", noted)
    for largest in (1000, 4000):
        fill(broker, 100, 1)
        sizes.clear()
        await clean_all(broker)
        assert max(sizes) == largest
        broker.config.reconfigure({"log.cleaner.io.buffer.size": "8000"})


@on_loop
async def test_a_round_that_fails_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = make_broker(tmp_path, KafkaConfig(COMPACTED))
    fill(broker, 2, 5)
    end = broker.partitions.get("t", 0).log.log_end_offset
    written = DirectoryCheckpoints.update
    failures: list[object] = []

    def failing(*arguments: Any) -> None:
        if not failures:
            failures.append(arguments)
            raise OSError("disk full")
        written(*arguments)

    monkeypatch.setattr(DirectoryCheckpoints, "update", failing)
    cleaning = Cleaning(broker)
    cleaning.start()
    async with asyncio.timeout(10):
        while clean_up_to(broker) < end:
            await asyncio.sleep(0.002)
    await cleaning.stop()
    assert len(failures) == 1


def test_committed_offsets_are_compacted_and_loaded_again(tmp_path: Path) -> None:
    properties = {
        "offsets.topic.num.partitions": "1",
        "offsets.topic.segment.bytes": "2000",
        "log.cleaner.backoff.ms": "5",
    }
    broker = RunningBroker(tmp_path / "log", properties)
    try:
        broker.create_topic(TOPIC, 3)
        with RawClient(broker.port) as client:
            answer = client.ask(FindCoordinatorRequest(key="g"), FindCoordinatorResponse, 2)
            while answer.error_code:
                answer = client.ask(FindCoordinatorRequest(key="g"), FindCoordinatorResponse, 2)
            for number in range(200):
                offsets = ((0, number, None), (1, 1000 + number, "note"))
                done = client.ask(commit(f"group{number % 3}", offsets=offsets), OffsetCommitResponse, 7)
                assert {one.error_code for one in done.topics[0].partitions} == {0}
        log = broker.broker.partitions.get(OFFSETS_TOPIC, 0).log

        def is_clean() -> bool:
            checkpoint = broker.broker.partitions.log_dirs.checkpoints.read(log.parent, CLEANER_CHECKPOINT)
            return checkpoint.get((OFFSETS_TOPIC, 0), 0) == log.segments.active.base_offset

        broker.wait_until(is_clean)
        assert log.log_end_offset == 400
        assert sum(segment.size for segment in log.segments) < 4500
    finally:
        broker.stop()
    again = RunningBroker(tmp_path / "log", properties)
    try:
        with RawClient(again.port) as client:
            for group, last in (("group0", 198), ("group1", 199), ("group2", 197)):
                found = client.ask(fetch(group, 0, 1), OffsetFetchResponse, 5)
                while found.error_code:
                    found = client.ask(fetch(group, 0, 1), OffsetFetchResponse, 5)
                assert [(one.committed_offset, one.metadata) for one in found.topics[0].partitions] == [
                    (last, ""),
                    (1000 + last, "note"),
                ]
    finally:
        again.stop()
