"""A log directory that fails while the broker runs."""

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.broker.offline_directories import AllDirectoriesFailed
from kafkacli.errors import ErrorCode
from kafkacli.registry import znodes
from kafkacli.wire.messages import metadata
from kafkacli.wire.messages.describe_log_dirs import DescribeLogDirsRequest, DescribeLogDirsResponse
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.produced import batch, fetch, fetch_request, produce
from tests.support.raw import RawClient
from tests.support.waiting import until


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    running = RunningBroker(tmp_path, {"log.dirs": f"{tmp_path}/a,{tmp_path}/b"})
    yield running
    running.stop()


def fail(broker: RunningBroker, directory: str) -> None:
    """Have the disk refuse something in a directory."""
    failures = broker.broker.partitions.log_dirs.failures
    failures.note(directory, "Error while testing", OSError(errno.EIO, os.strerror(errno.EIO)))


def leader(client: RawClient, topic: str) -> tuple[int, int, list[int]]:
    asked = metadata.MetadataRequest(topics=[metadata.MetadataRequestTopic(name=topic)])
    ((partition,),) = [found.partitions for found in client.ask(asked, metadata.MetadataResponse, 9).topics]
    return partition.error_code, partition.leader_id, partition.offline_replicas


def test_its_partitions_have_no_leader_and_the_others_go_on(tmp_path: Path, broker: RunningBroker) -> None:
    for topic in ("t", "u"):
        broker.create_topic(topic)
    partitions = broker.broker.partitions
    lost, kept = partitions.get("t", 0).log.parent, partitions.get("u", 0).log.parent
    assert {lost, kept} == {f"{tmp_path}/a", f"{tmp_path}/b"}
    with RawClient(broker.port) as client:
        for topic in ("t", "u"):
            assert produce(client, batch(b"x"), topic).error_code == 0
        fail(broker, lost)
        until(lambda: produce(client, batch(b"y"), "t").error_code == ErrorCode.KAFKA_STORAGE_ERROR)
        assert fetch(client, fetch_request({("t", 0): 0})).error_code == ErrorCode.KAFKA_STORAGE_ERROR
        until(lambda: leader(client, "t") == (ErrorCode.LISTENER_NOT_FOUND, -1, [NODE_ID]))
        assert leader(client, "u") == (0, NODE_ID, [])
        assert produce(client, batch(b"y"), "u").base_offset == 1
        broker.create_topic("v")
        assert partitions.get("v", 0).log.parent == kept
        described = client.ask(DescribeLogDirsRequest(topics=None), DescribeLogDirsResponse, 1).results
        assert {result.log_dir: result.error_code for result in described} == {
            lost: ErrorCode.KAFKA_STORAGE_ERROR,
            kept: 0,
        }


def test_the_controller_is_told_and_the_znode_removed(broker: RunningBroker) -> None:
    broker.create_topic("t")
    seen: list[bytes] = []
    zookeeper = broker.zookeeper_client
    created = zookeeper.create

    async def create(path: str, data: bytes | None = None, *, sequence: bool = False) -> str:
        seen.append(f"{path} {(data or b'').decode()} {sequence}".encode())
        return await created(path, data, sequence=sequence)

    zookeeper.create = create  # type: ignore[method-assign]
    fail(broker, broker.broker.partitions.get("t", 0).log.parent)
    event = f'/log_dir_event_notification/log_dir_event_ {{"version":1,"broker":{NODE_ID},"event":1}} True'
    until(lambda: event.encode() in seen)
    until(lambda: broker.znode_children(znodes.LOG_DIR_EVENTS) == [])
    path = "/brokers/topics/t/partitions/0/state"
    until(lambda: b'"leader":-1' in broker.znode(path))
    assert b'"isr":[%d]' % NODE_ID in broker.znode(path)


def test_a_directory_that_was_removed_is_noticed_by_its_checkpoints(tmp_path: Path) -> None:
    broker = RunningBroker(
        tmp_path,
        {"log.dirs": f"{tmp_path}/a,{tmp_path}/b", "replica.high.watermark.checkpoint.interval.ms": "20"},
    )
    try:
        broker.create_topic("t")
        lost = broker.broker.partitions.get("t", 0).log.parent
        shutil.rmtree(lost)
        with RawClient(broker.port) as client:
            until(lambda: produce(client, batch(b"y")).error_code == ErrorCode.KAFKA_STORAGE_ERROR)
    finally:
        broker.stop()


def test_a_replica_comes_back_with_its_directory(tmp_path: Path, broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        produce(client, batch(b"x"))
        fail(broker, broker.broker.partitions.get("t", 0).log.parent)
        until(lambda: leader(client, "t")[1] == -1)
    broker.restart()
    with RawClient(broker.port) as client:
        until(lambda: leader(client, "t") == (0, NODE_ID, []))
        assert produce(client, batch(b"y")).base_offset == 1


def test_a_broker_among_older_ones_ends_with_its_first_directory(tmp_path: Path) -> None:
    old = {"inter.broker.protocol.version": "0.11.0", "log.message.format.version": "0.11.0"}
    broker = RunningBroker(tmp_path, {"log.dirs": f"{tmp_path}/a,{tmp_path}/b", **old})
    failure = broker.failure()
    fail(broker, f"{tmp_path}/a")
    with pytest.raises(AllDirectoriesFailed, match=f"Halting broker because dir {tmp_path}/a is offline"):
        failure.result(10)
    broker.stop()


def test_without_any_directory_the_broker_ends(tmp_path: Path) -> None:
    broker = RunningBroker(tmp_path / "log")
    failure = broker.failure()
    fail(broker, str(tmp_path / "log"))
    with pytest.raises(
        AllDirectoriesFailed, match=f"Shutdown broker because all log dirs in {tmp_path}/log have failed"
    ):
        failure.result(10)
    broker.stop()
