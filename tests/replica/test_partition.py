"""One partition: who leads, what is in sync, what readers may see."""

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.log_config import LogConfig
from kafkacli.log.offset_search import EARLIEST_TIMESTAMP, LATEST_TIMESTAMP
from kafkacli.log.reader import FileRecords
from kafkacli.record.batch import iter_headers
from kafkacli.replica.partition import NO_LEADER, Isolation, LeadershipState, Partition, PartitionData
from tests.support.logs import NOW_MS, batch, open_dirs
from tests.support.memory_filesystem import MemoryFileSystem

ALONE = LeadershipState(leader=1, leader_epoch=4, isr=(1,), replicas=(1,))
THREE = LeadershipState(leader=1, leader_epoch=4, isr=(1, 2, 3), replicas=(1, 2, 3))


class Moves:
    """Notes the high watermark of each call."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def __call__(self, partition: Partition) -> None:
        self.seen.append(partition.high_watermark)


@pytest.fixture
def moves() -> Moves:
    return Moves()


def new_partition(moves: Moves, config: LogConfig | None = None) -> Partition:
    config = config or LogConfig()
    log = open_dirs("/logs", filesystem=MemoryFileSystem()).create("topic", 0, config, NOW_MS)
    return Partition(log, 1, [moves])


@pytest.fixture
def partition(moves: Moves) -> Partition:
    partition = new_partition(moves)
    partition.become_leader(ALONE)
    return partition


def append(partition: Partition, *values: bytes, acks: int = 1, timestamp: int = NOW_MS) -> int:
    return partition.append(batch(*values, timestamp=timestamp), acks=acks, now_ms=NOW_MS).first_offset


def offsets(partition: Partition, offset: int, isolation: Isolation = Isolation.READ_UNCOMMITTED) -> list[int]:
    return [header.base_offset for _, header in iter_headers(records(partition.fetch(offset, 1 << 20, isolation)))]


def records(data: PartitionData) -> bytes | memoryview:
    """What was read; nothing was put off."""
    assert not isinstance(data.records, FileRecords)
    return data.records


def test_a_leader_whose_epoch_can_not_be_written_leads_later(moves: Moves) -> None:
    filesystem = MemoryFileSystem()
    partition = Partition(open_dirs("/logs", filesystem=filesystem).create("t", 0, LogConfig(), NOW_MS), 1, [moves])
    filesystem.fail_writes = lambda path: path.endswith("leader-epoch-checkpoint")
    with pytest.raises(ApiError, match="Error while beginning a leader epoch of t-0 in dir /logs"):
        partition.become_leader(ALONE)
    assert (partition.is_leader, partition.log.latest_epoch) == (False, None)
    filesystem.fail_writes = lambda path: False
    assert partition.become_leader(ALONE)
    assert (partition.is_leader, partition.log.latest_epoch) == (True, 4)


def test_alone_the_high_watermark_follows_each_append(partition: Partition, moves: Moves) -> None:
    assert append(partition, b"a") == 0
    assert append(partition, b"b", acks=-1) == 1
    assert moves.seen == [1, 2]
    assert partition.is_replicated(2)
    data = partition.fetch(0, 1 << 20)
    assert (data.high_watermark, data.last_stable_offset, data.log_start_offset) == (2, 2, 0)
    (_, first), *_ = iter_headers(records(data))
    assert first.partition_leader_epoch == 4


def test_with_followers_it_waits_for_the_slowest(moves: Moves) -> None:
    partition = new_partition(moves)
    partition.become_leader(THREE)
    append(partition, b"a", acks=-1)
    append(partition, b"b", acks=-1)
    partition.follower_reached(2, 2)
    assert (offsets(partition, 0), moves.seen, partition.is_replicated(1)) == ([], [], False)
    assert offsets(partition, 0, Isolation.LOG_END) == [0, 1]
    partition.follower_reached(3, 1)
    assert (offsets(partition, 0), moves.seen, partition.is_replicated(1)) == ([0], [1], True)
    partition.become_leader(THREE._replace(isr=(1, 2), version=1))
    assert (offsets(partition, 0), moves.seen) == ([0, 1], [1, 2])


def test_leadership_can_be_looked_at(moves: Moves) -> None:
    partition = new_partition(moves)
    assert (partition.is_leader, partition.leader, partition.leader_epoch) == (False, NO_LEADER, -1)
    assert partition.become_leader(THREE)
    assert not partition.become_leader(THREE._replace(version=1))
    assert (partition.is_leader, partition.isr, partition.replicas) == (True, (1, 2, 3), (1, 2, 3))
    assert repr(partition) == "Topic: topic; Partition: 0; Leader: 1; Replicas: 1,2,3; ISR: 1,2,3"
    assert partition.become_follower(THREE._replace(leader=2, leader_epoch=5))
    assert not partition.become_follower(THREE._replace(leader=2, leader_epoch=5))
    assert (partition.is_leader, partition.isr) == (False, ())


def test_only_the_leader_takes_and_gives(partition: Partition) -> None:
    append(partition, b"a")
    partition.become_follower(ALONE._replace(leader=NO_LEADER, leader_epoch=5))
    for call in (
        lambda: append(partition, b"b"),
        lambda: partition.fetch(0, 100),
        lambda: partition.list_offset(LATEST_TIMESTAMP),
        lambda: partition.offsets_before(LATEST_TIMESTAMP, 1, NOW_MS),
        lambda: partition.delete_records(1),
        lambda: partition.is_replicated(1),
        lambda: partition.end_offset_for_leader_epoch(4),
    ):
        with pytest.raises(ApiError, match="Leader not local for partition topic-0 on broker 1") as caught:
            call()
        assert caught.value.code == ErrorCode.NOT_LEADER_OR_FOLLOWER
    data = partition.fetch(0, 100, only_leader=False)
    assert data.records


@pytest.mark.parametrize(
    ("epoch", "code"), [(3, ErrorCode.FENCED_LEADER_EPOCH), (5, ErrorCode.UNKNOWN_LEADER_EPOCH), (4, None), (-1, None)]
)
def test_a_clients_leader_epoch_is_checked(partition: Partition, epoch: int, code: ErrorCode | None) -> None:
    append(partition, b"a")
    if code is None:
        assert partition.fetch(0, 100, current_leader_epoch=epoch).records
        return
    for call in (
        lambda: partition.fetch(0, 100, current_leader_epoch=epoch),
        lambda: partition.list_offset(LATEST_TIMESTAMP, current_leader_epoch=epoch),
        lambda: partition.end_offset_for_leader_epoch(4, current_leader_epoch=epoch),
    ):
        with pytest.raises(ApiError) as caught:
            call()
        assert caught.value.code == code


def test_acks_all_needs_enough_in_sync_replicas(moves: Moves) -> None:
    partition = new_partition(moves, LogConfig(min_insync_replicas=2))
    partition.become_leader(ALONE)
    assert append(partition, b"a", acks=1) == 0
    with pytest.raises(ApiError) as caught:
        append(partition, b"b", acks=-1)
    assert caught.value.code == ErrorCode.NOT_ENOUGH_REPLICAS
    assert str(caught.value) == (
        "The size of the current ISR Set(1) is insufficient to satisfy the min.isr requirement of 2 for partition topic-0"
    )
    with pytest.raises(ApiError) as caught:
        partition.is_replicated(1)
    assert caught.value.code == ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND


def test_offsets_are_listed_by_time_and_isolation(partition: Partition) -> None:
    for number in range(3):
        append(partition, b"x", timestamp=NOW_MS + number)
    assert partition.list_offset(EARLIEST_TIMESTAMP) == (-1, 0, 4)
    assert partition.list_offset(LATEST_TIMESTAMP) == (-1, 3, 4)
    assert partition.list_offset(NOW_MS + 1) == (NOW_MS + 1, 1, 4)
    assert partition.list_offset(NOW_MS + 3) is None
    partition.append(
        batch(b"t", timestamp=NOW_MS + 9, producer_id=1, producer_epoch=0, base_sequence=0, is_transactional=True),
        acks=1,
        now_ms=NOW_MS,
    )
    assert partition.last_stable_offset == 3
    assert partition.list_offset(LATEST_TIMESTAMP, Isolation.READ_COMMITTED) == (-1, 3, 4)
    assert partition.list_offset(NOW_MS + 3, Isolation.READ_COMMITTED) is None
    assert partition.list_offset(NOW_MS + 3) == (NOW_MS + 9, 3, 4)
    assert offsets(partition, 3, Isolation.READ_COMMITTED) == []
    assert partition.fetch(0, 100, Isolation.READ_COMMITTED).aborted_transactions == []
    assert partition.fetch(0, 100).aborted_transactions is None


def test_a_new_leader_does_not_know_the_latest_offset_until_followers_came(moves: Moves) -> None:
    partition = new_partition(moves)
    partition.become_leader(ALONE)
    append(partition, b"a")
    partition.become_leader(THREE._replace(leader_epoch=5))
    append(partition, b"b")
    assert partition.list_offset(LATEST_TIMESTAMP) == (-1, 1, 5)
    partition.log.update_high_watermark(0)
    with pytest.raises(
        ApiError, match=r"high watermark \(0\) is lagging behind the start offset .* epoch \(1\)"
    ) as caught:
        partition.list_offset(LATEST_TIMESTAMP, current_leader_epoch=5)
    assert caught.value.code == ErrorCode.OFFSET_NOT_AVAILABLE
    assert partition.list_offset(LATEST_TIMESTAMP, None) == (-1, 2, 5)


def test_old_clients_do_not_see_beyond_the_high_watermark(moves: Moves) -> None:
    partition = new_partition(moves)
    partition.become_leader(THREE)
    append(partition, b"a")
    append(partition, b"b")
    partition.follower_reached(2, 1)
    partition.follower_reached(3, 1)
    assert partition.offsets_before(LATEST_TIMESTAMP, 9, NOW_MS) == [1, 0]
    assert partition.offsets_before(LATEST_TIMESTAMP, 9, NOW_MS, from_consumer=False) == [2, 0]
    assert partition.offsets_before(EARLIEST_TIMESTAMP, 1, NOW_MS) == [0]


def test_ends_of_leader_epochs(partition: Partition) -> None:
    append(partition, b"a")
    partition.become_leader(ALONE._replace(leader_epoch=7))
    append(partition, b"b")
    assert partition.end_offset_for_leader_epoch(4) == (4, 1)
    assert partition.end_offset_for_leader_epoch(6) == (4, 1)
    assert partition.end_offset_for_leader_epoch(7) == (7, 2)
    assert partition.end_offset_for_leader_epoch(8) is None


def test_records_are_deleted_up_to_the_high_watermark(partition: Partition, moves: Moves) -> None:
    for _ in range(3):
        append(partition, b"a")
    moves.seen.clear()
    assert partition.delete_records(2) == 2
    assert moves.seen == [3]
    assert partition.delete_records(-1) == 3
    for offset in (-2, 4):
        with pytest.raises(ApiError) as caught:
            partition.delete_records(offset)
        assert caught.value.code == ErrorCode.OFFSET_OUT_OF_RANGE


def test_compacted_topics_keep_their_records(moves: Moves) -> None:
    partition = new_partition(moves, LogConfig(cleanup_policy=frozenset({"compact"})))
    partition.become_leader(ALONE)
    with pytest.raises(ApiError, match="can not be deleted due to the configured policy") as caught:
        partition.delete_records(0)
    assert caught.value.code == ErrorCode.POLICY_VIOLATION
