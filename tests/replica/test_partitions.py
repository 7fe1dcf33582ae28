"""All partitions of a broker."""

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.log_config import LogConfig
from kafkacli.replica.partition import LeadershipState, Partition
from kafkacli.replica.partitions import Partitions
from tests.support.logs import NOW_MS, batch, open_dirs
from tests.support.memory_filesystem import MemoryFileSystem

STATE = LeadershipState(leader=1, leader_epoch=0, isr=(1,), replicas=(1,))


@pytest.fixture
def filesystem() -> MemoryFileSystem:
    return MemoryFileSystem()


@pytest.fixture
def partitions(filesystem: MemoryFileSystem) -> Partitions:
    return Partitions(open_dirs("/logs", filesystem=filesystem), 1)


def lead(partitions: Partitions, topic: str, partition: int, epoch: int = 0) -> Partition:
    state = STATE._replace(leader_epoch=epoch)
    return partitions.become_leader(topic, partition, state, LogConfig(), NOW_MS)


def test_a_partition_is_made_led_and_found(partitions: Partitions) -> None:
    partition = lead(partitions, "topic", 0)
    assert partitions.get("topic", 0) is partition is partitions.find("topic", 0)
    assert partition.is_leader
    assert (len(partitions), list(partitions)) == (1, [partition])
    assert partitions.find("topic", 1) is None
    with pytest.raises(ApiError) as caught:
        partitions.get("topic", 1)
    assert caught.value.code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_what_an_older_controller_said_does_not_count(partitions: Partitions) -> None:
    partition = lead(partitions, "topic", 0, epoch=5)
    lead(partitions, "topic", 0, epoch=4)
    assert partition.leader_epoch == 5
    partitions.become_follower("topic", 0, STATE._replace(leader=2, leader_epoch=4), LogConfig(), NOW_MS)
    assert partition.is_leader
    partitions.become_follower("topic", 0, STATE._replace(leader=2, leader_epoch=6), LogConfig(), NOW_MS)
    assert not partition.is_leader


def test_listeners_added_at_any_time_hear_of_every_partition(partitions: Partitions) -> None:
    lead(partitions, "topic", 0)
    heard: list[tuple[int, int]] = []
    partitions.listeners.append(lambda partition: heard.append((partition.partition, partition.high_watermark)))
    lead(partitions, "topic", 1)
    for number in (0, 1):
        partitions.get("topic", number).append(batch(b"x"), acks=1, now_ms=NOW_MS)
    assert heard == [(0, 1), (1, 1)]


def test_stopped_replicas_are_forgotten_and_perhaps_deleted(partitions: Partitions) -> None:
    for number in (0, 1):
        lead(partitions, "topic", number)
        partitions.stop_replica("topic", number, NOW_MS, delete=number == 1)
        assert partitions.find("topic", number) is None
    assert [log.name for log in partitions.log_dirs] == ["topic-0"]


def test_high_watermarks_are_found_again(filesystem: MemoryFileSystem, partitions: Partitions) -> None:
    for number, count in ((0, 2), (1, 1)):
        partition = lead(partitions, "topic", number)
        for _ in range(count):
            partition.append(batch(b"x"), acks=1, now_ms=NOW_MS)
    partitions.checkpoint_high_watermarks()
    assert filesystem.files["/logs/replication-offset-checkpoint"].data == b"0\n2\ntopic 0 2\ntopic 1 1\n"
    partitions.log_dirs.close(NOW_MS)
    again = Partitions(open_dirs("/logs", filesystem=filesystem), 1)
    follower = again.become_follower("topic", 0, STATE._replace(leader=2), LogConfig(), NOW_MS)
    assert (follower.high_watermark, follower.log.log_end_offset) == (2, 2)
