"""After a crash a producer may repeat any of its last five batches, wherever segments end."""

from collections.abc import Callable

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.log import recalled_batches
from kafkacli.log.log_config import LogConfig
from kafkacli.log.partition_log import PartitionLog
from tests.log.test_producer_state import append, end_transaction, refused
from tests.support.logs import NOW_MS, open_dirs
from tests.support.memory_filesystem import MemoryFileSystem

Killed = Callable[[], PartitionLog]


@pytest.fixture
def filesystem() -> MemoryFileSystem:
    return MemoryFileSystem()


@pytest.fixture
def log(filesystem: MemoryFileSystem) -> PartitionLog:
    return open_dirs("/logs", filesystem=filesystem).create("topic", 0, LogConfig(), NOW_MS)


@pytest.fixture
def killed(filesystem: MemoryFileSystem) -> Killed:
    """Has the process end, and gives the log as the next one finds it."""

    def kill() -> PartitionLog:
        filesystem.kill()
        found = open_dirs("/logs", filesystem=filesystem).get("topic", 0)
        assert found is not None
        return found

    return kill


@pytest.mark.parametrize("rolled_behind", [None, 2, 4, 6])
def test_each_of_the_last_five_is_known(log: PartitionLog, killed: Killed, rolled_behind: int | None) -> None:
    for number in range(7):
        append(log, number * 3, 3)
        if number == rolled_behind:
            log.roll(NOW_MS)
    for _ in range(2):
        log = killed()
        for number in range(2, 7):
            again = append(log, number * 3, 3)
            assert (again.is_duplicate, again.first_offset, again.last_offset) == (True, number * 3, number * 3 + 2)
        assert refused(log, 3, 3)[0] == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert append(log, 21).first_offset == 21


def test_markers_and_what_others_wrote_lie_between(log: PartitionLog, killed: Killed) -> None:
    append(log, 0, is_transactional=True)
    end_transaction(log, commit=True)
    append(log, 0, producer=10)
    append(log, 1, is_transactional=True)
    end_transaction(log, commit=False)
    log = killed()
    assert [append(log, number, is_transactional=True).first_offset for number in (0, 1)] == [0, 3]
    assert append(log, 0, producer=10).is_duplicate


def test_an_older_epoch_is_over(log: PartitionLog, killed: Killed) -> None:
    append(log, 0)
    append(log, 0, epoch=1)
    log = killed()
    assert refused(log, 0, epoch=0)[0] == ErrorCode.INVALID_PRODUCER_EPOCH
    assert append(log, 0, epoch=1).is_duplicate


def test_only_the_end_of_a_log_is_read_again(
    log: PartitionLog, killed: Killed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        append(log, number)
    monkeypatch.setattr(recalled_batches, "RECALLED_BYTES", 0)
    log = killed()
    assert append(log, 2).is_duplicate
    assert refused(log, 1)[0] == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
