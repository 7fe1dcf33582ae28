"""Replicas that move between the log directories of a broker."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from kafkacli.broker.moves import SimpleRate, copy_chunk, truncate_to_common
from kafkacli.broker.quotas import Windows
from kafkacli.errors import ErrorCode
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.partition_log import PartitionLog
from kafkacli.wire.messages.alter_replica_log_dirs import (
    AlterReplicaLogDir,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
    AlterReplicaLogDirTopic,
)
from kafkacli.wire.messages.describe_log_dirs import DescribeLogDirsRequest, DescribeLogDirsResponse
from kafkacli.wire.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.logs import NOW_MS, records_of
from tests.support.logs import batch as timed
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.produced import batch, produce
from tests.support.raw import RawClient
from tests.support.waiting import until

VALUES = [b"%d" % number * 100 for number in range(40)]


@pytest.fixture
def directories(tmp_path: Path) -> list[str]:
    return [str(tmp_path / "a"), str(tmp_path / "b")]


def start(tmp_path: Path, directories: list[str], **properties: str) -> RunningBroker:
    given = {key.replace("_", "."): value for key, value in properties.items()}
    return RunningBroker(tmp_path, {"log.dirs": ",".join(directories), "replica.fetch.backoff.ms": "10", **given})


@pytest.fixture
def broker(tmp_path: Path, directories: list[str]) -> Iterator[RunningBroker]:
    running = start(tmp_path, directories)
    yield running
    running.stop()


def alter(client: RawClient, path: str, *partitions: int, topic: str = "t", version: int = 1) -> list[ErrorCode]:
    asked = AlterReplicaLogDir(path=path, topics=[AlterReplicaLogDirTopic(name=topic, partitions=list(partitions))])
    answer = client.ask(AlterReplicaLogDirsRequest(dirs=[asked]), AlterReplicaLogDirsResponse, version)
    assert [result.topic_name for result in answer.results] == [topic]
    assert [part.partition_index for part in answer.results[0].partitions] == list(partitions)
    return [ErrorCode(part.error_code) for part in answer.results[0].partitions]


def where(client: RawClient) -> dict[str, set[tuple[str, int, int, bool]]]:
    """For each directory: topic, partition, lag and whether it is a future replica."""
    answer = client.ask(DescribeLogDirsRequest(topics=None), DescribeLogDirsResponse, 1)
    return {
        result.log_dir: {
            (topic.name, part.partition_index, part.offset_lag, part.is_future_key)
            for topic in result.topics
            for part in topic.partitions
        }
        for result in answer.results
    }


def throttle(client: RawClient, rate: int, broker_id: int = NODE_ID) -> None:
    change = AlterableConfig(name="replica.alter.log.dirs.io.max.bytes.per.second", config_operation=0, value=str(rate))
    resource = AlterConfigsResource(resource_type=4, resource_name=str(broker_id), configs=[change])
    answer = client.ask(IncrementalAlterConfigsRequest(resources=[resource]), IncrementalAlterConfigsResponse, 0)
    assert answer.responses[0].error_code == 0


def fill(client: RawClient) -> None:
    for value in VALUES:
        assert produce(client, batch(value)).error_code == 0


def log_of(broker: RunningBroker) -> PartitionLog:
    return broker.broker.partitions.get("t", 0).log


def test_a_replica_moves_while_it_is_served(broker: RunningBroker, directories: list[str]) -> None:
    broker.create_topic("t", segment_bytes="1000")
    with RawClient(broker.port) as client:
        fill(client)
        source = log_of(broker)
        assert source.parent == directories[0]
        assert alter(client, directories[1], 0, version=0) == [ErrorCode.NONE]
        until(lambda: log_of(broker).parent == directories[1])
        assert where(client) == {directories[0]: set(), directories[1]: {("t", 0, 0, False)}}
        assert produce(client, batch(b"after")).base_offset == len(VALUES)
    assert [record.value for record in records_of(log_of(broker))] == [*VALUES, b"after"]
    assert [segment.base_offset for segment in log_of(broker).segments] == [
        segment.base_offset for segment in source.segments
    ]
    (left,) = (path.name for path in Path(directories[0]).iterdir() if path.is_dir())
    assert re.fullmatch(r"t-0\.[0-9a-f]{32}-delete", left)


def test_a_throttled_move_is_seen_goes_on_after_a_restart_and_can_be_turned_round(
    tmp_path: Path, directories: list[str]
) -> None:
    broker = start(tmp_path, directories, replica_fetch_max_bytes="400")
    try:
        broker.create_topic("t")
        with RawClient(broker.port) as client:
            throttle(client, 100)
            until(lambda: broker.rate_of_moves == 100)
            fill(client)
            assert alter(client, directories[1], 0) == [ErrorCode.NONE]
            until(lambda: any(lag < len(VALUES) for _, _, lag, future in where(client)[directories[1]] if future))
            ((_, _, lag, is_future),) = where(client)[directories[1]]
            assert 0 < lag < len(VALUES)
            assert is_future
            assert where(client)[directories[0]] == {("t", 0, 0, False)}
            assert alter(client, directories[1], 0) == [ErrorCode.NONE]  # again: nothing new
            assert len([path for path in Path(directories[1]).iterdir() if path.name.startswith("t-0.")]) == 1
    finally:
        broker.stop()
    (future,) = (path.name for path in Path(directories[1]).iterdir() if path.name.startswith("t-0."))
    assert re.fullmatch(r"t-0\.[0-9a-f]{32}-future", future)
    broker = start(tmp_path, directories)
    try:
        until(lambda: log_of(broker).parent == directories[1])
        assert [record.value for record in records_of(log_of(broker))] == VALUES
        with RawClient(broker.port) as client:
            throttle(client, 1)
            until(lambda: broker.rate_of_moves == 1)
            produce(client, batch(b"x" * 2_000_000))
            assert alter(client, directories[0], 0) == [ErrorCode.NONE]
            assert alter(client, directories[1], 0) == [ErrorCode.NONE]
            assert where(client) == {directories[0]: set(), directories[1]: {("t", 0, 0, False)}}
    finally:
        broker.stop()


def test_what_can_not_be_moved_is_refused_as_kafka_does(broker: RunningBroker, directories: list[str]) -> None:
    broker.create_topic("t")
    long = "l" * 249
    broker.create_topic(long)
    with RawClient(broker.port) as client:
        assert alter(client, "/nowhere", 0) == [ErrorCode.LOG_DIR_NOT_FOUND]
        assert alter(client, directories[1], 0, topic=long) == [ErrorCode.INVALID_TOPIC_EXCEPTION]
        assert alter(client, directories[1], 5, topic="absent") == [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]
        assert alter(client, log_of(broker).parent, 0, 7) == [ErrorCode.NONE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]
        # a partition that isn't there yet is made where it was asked for
        broker.create_topic("other")
        asked = (
            directories[1] if broker.broker.partitions.get("other", 0).log.parent == directories[0] else directories[0]
        )
        for index in range(3):
            alter(client, asked, index, topic="later")
        broker.create_topic("later", 3)
    assert {broker.broker.partitions.get("later", index).log.parent for index in range(3)} == {asked}


def test_a_topic_is_deleted_while_it_moves(tmp_path: Path, directories: list[str]) -> None:
    broker = start(tmp_path, directories, replica_fetch_max_bytes="400")
    try:
        broker.create_topic("t")
        with RawClient(broker.port) as client:
            throttle(client, 1)
            until(lambda: broker.rate_of_moves == 1)
            fill(client)
            alter(client, directories[1], 0)
            broker.call("leadership.forget_topic", "t")
        broker.call("partitions.stop_replica", "t", 0, 0, delete=True)
        names = [path.name for path in Path(directories[1]).iterdir() if path.name.startswith("t-0")]
        assert len(names) == 1
        assert names[0].endswith("-delete")
    finally:
        broker.stop()


# -- one copy


def pair(config: LogConfig = LogConfig()) -> tuple[LogDirs, PartitionLog, PartitionLog]:  # noqa: B008
    filesystem = MemoryFileSystem()
    dirs = LogDirs.open(["/a", "/b"], filesystem=filesystem, now_ms=NOW_MS, random=Random(1), default_config=config)
    log = dirs.create("t", 0, config, NOW_MS)
    dirs.prefer("t", 0, "/b")
    return dirs, log, dirs.create_future("t", 0, config, NOW_MS)


def append(log: PartitionLog, *values: bytes, epoch: int = 0) -> None:
    log.append_as_leader(timed(*values), leader_epoch=epoch, now_ms=NOW_MS)
    log.update_high_watermark(log.log_end_offset)


def test_a_log_that_starts_inside_a_batch_is_copied_from_that_batch_on() -> None:
    _, log, future = pair()
    append(log, b"a", b"b", b"c")
    append(log, b"d")
    log.delete_records(2)
    while future.log_end_offset < log.log_end_offset:
        copy_chunk(log, future, 1, NOW_MS)
    assert (future.log_start_offset, future.log_end_offset, future.segments.first.base_offset) == (2, 4, 0)
    assert [record.value for record in records_of(future)] == [b"c", b"d"]


def test_a_log_that_lost_its_beginning_meanwhile_is_copied_from_there() -> None:
    _, log, future = pair(LogConfig(segment_bytes=100))
    for value in (b"a", b"b", b"c"):
        append(log, value)
    copy_chunk(log, future, 1, NOW_MS)
    log.delete_segments([log.segments.first, *log.segments.between(1, 2)], NOW_MS)
    assert log.log_start_offset == 2
    copy_chunk(log, future, 1000, NOW_MS)
    assert (future.log_start_offset, future.log_end_offset) == (2, 3)


@pytest.mark.parametrize(("epochs", "kept"), [((0, 0, 1), 3), ((0, 0, 5), 2), ((3, 4, 5), 0)])
def test_what_the_log_does_not_have_is_cut_off(epochs: tuple[int, ...], kept: int) -> None:
    """The future log has records of these epochs; the log of 0, 0, 1, 2."""
    _, log, future = pair()
    for epoch in (0, 0, 1, 2):
        append(log, b"x", epoch=epoch)
    for epoch in epochs:
        append(future, b"y", epoch=epoch)
    truncate_to_common(log, future, NOW_MS)
    assert future.log_end_offset == kept


def test_the_rate_counts_from_the_first_window_on() -> None:
    rate = SimpleRate(Windows(3, 1000), 0)
    rate.record(500, 0)
    assert rate.measure(0) == 500
    assert rate.measure(2000) == 250
    assert rate.measure(3000) == 0
