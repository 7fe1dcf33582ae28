"""Leader epochs and where they begin."""

from pathlib import Path

import pytest

from kafkacli.log.checkpoint_file import CorruptCheckpoint
from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.leader_epoch_checkpoint import LeaderEpochs
from tests.support.counting import calls_here

APACHE = Path(__file__).parents[1] / "data" / "log" / "apache" / "rolled-0"


@pytest.fixture
def epochs(tmp_path: Path) -> LeaderEpochs:
    epochs = LeaderEpochs(OsFileSystem(), str(tmp_path))
    for epoch, start_offset in ((2, 10), (4, 20), (5, 30)):
        epochs.assign(epoch, start_offset)
    return epochs


def in_file(epochs: LeaderEpochs) -> list[tuple[int, int]]:
    lines = Path(epochs.path).read_text().splitlines()[2:]
    return [(int(epoch), int(offset)) for epoch, offset in (line.split() for line in lines)]


def test_it_is_written_as_apache_writes_it(tmp_path: Path) -> None:
    assert LeaderEpochs(OsFileSystem(), str(APACHE)).entries == [(0, 0)]
    epochs = LeaderEpochs(OsFileSystem(), str(tmp_path))
    assert epochs.latest_epoch == -1
    epochs.assign(0, 0)
    assert Path(epochs.path).read_bytes() == (APACHE / "leader-epoch-checkpoint").read_bytes()


def test_an_epoch_is_assigned_once(epochs: LeaderEpochs) -> None:
    epochs.assign(5, 35)
    assert in_file(epochs) == epochs.entries == [(2, 10), (4, 20), (5, 30)]


def test_the_epoch_of_an_empty_log_goes_and_comes_without_a_sync(tmp_path: Path) -> None:
    LeaderEpochs(OsFileSystem(), str(tmp_path)).assign(3, 0)
    written = (tmp_path / "leader-epoch-checkpoint").stat().st_ino
    epochs = LeaderEpochs(OsFileSystem(), str(tmp_path))
    epochs.forget_beyond(0)
    assert epochs.latest_epoch == -1
    epochs.assign(3, 0)
    assert epochs.entries == [(3, 0)]
    assert (tmp_path / "leader-epoch-checkpoint").stat().st_ino == written  # each write replaces the file


def test_what_was_forgotten_leaves_the_file_with_the_next_leader(epochs: LeaderEpochs) -> None:
    again = LeaderEpochs(OsFileSystem(), str(Path(epochs.path).parent))
    again.forget_beyond(30)
    assert in_file(again) == [(2, 10), (4, 20), (5, 30)]
    again.assign(4, 30)
    assert in_file(again) == again.entries == [(2, 10), (4, 20)]


@pytest.mark.parametrize(
    ("epoch", "start_offset", "expected"),
    [
        (6, 30, [(2, 10), (4, 20), (6, 30)]),  # nothing was written in epoch 5
        (5, 25, [(2, 10), (4, 20), (5, 25)]),
        (4, 40, [(2, 10), (4, 40)]),
        (1, 5, [(1, 5)]),
    ],
)
def test_contradicting_entries_go(
    epochs: LeaderEpochs, epoch: int, start_offset: int, expected: list[tuple[int, int]]
) -> None:
    epochs.assign(epoch, start_offset)
    assert in_file(epochs) == epochs.entries == expected
    assert epochs.latest_epoch == epoch


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(-1, (-1, -1)), (1, (1, 10)), (2, (2, 20)), (3, (2, 20)), (4, (4, 30)), (5, (5, 99)), (6, (-1, -1))],
)
def test_the_end_of_an_epoch_is_the_start_of_the_next(
    epochs: LeaderEpochs, asked: int, expected: tuple[int, int]
) -> None:
    assert epochs.end_offset_for(asked, 99) == expected


@pytest.mark.parametrize(
    ("end_offset", "expected"),
    [(31, [(2, 10), (4, 20), (5, 30)]), (30, [(2, 10), (4, 20)]), (11, [(2, 10)]), (10, [])],
)
def test_the_end_is_cut(epochs: LeaderEpochs, end_offset: int, expected: list[tuple[int, int]]) -> None:
    epochs.truncate_from_end(end_offset)
    assert in_file(epochs) == epochs.entries == expected


@pytest.mark.parametrize(
    ("start_offset", "expected"),
    [
        (9, [(2, 10), (4, 20), (5, 30)]),
        (10, [(2, 10), (4, 20), (5, 30)]),
        (15, [(2, 15), (4, 20), (5, 30)]),
        (20, [(4, 20), (5, 30)]),
        (99, [(5, 99)]),
    ],
)
def test_the_start_is_cut(epochs: LeaderEpochs, start_offset: int, expected: list[tuple[int, int]]) -> None:
    epochs.truncate_from_start(start_offset)
    assert in_file(epochs) == epochs.entries == expected


def test_all_are_forgotten_and_read_again(epochs: LeaderEpochs, tmp_path: Path) -> None:
    assert LeaderEpochs(OsFileSystem(), str(tmp_path)).entries == epochs.entries
    epochs.clear()
    assert LeaderEpochs(OsFileSystem(), str(tmp_path)).latest_epoch == -1


def test_a_word_where_a_number_should_be_is_corrupt(tmp_path: Path) -> None:
    (tmp_path / "leader-epoch-checkpoint").write_text("0\n1\n0 zero\n")
    with pytest.raises(CorruptCheckpoint, match="'0 zero'"):
        LeaderEpochs(OsFileSystem(), str(tmp_path))


def test_an_epoch_that_begins_is_in_the_file_before_its_first_record(epochs: LeaderEpochs) -> None:
    epochs.begin(7, 40)
    assert epochs.latest_epoch == 7
    assert epochs.end_offset_for(5, 40) == (5, 40)
    assert in_file(epochs) == epochs.entries == [(2, 10), (4, 20), (5, 30), (7, 40)]


def test_only_the_first_epoch_of_a_log_waits_for_its_first_record_to_be_synced(tmp_path: Path) -> None:
    epochs = LeaderEpochs(OsFileSystem(), str(tmp_path))
    with calls_here() as calls:
        epochs.begin(3, 0)
    assert (in_file(epochs), calls.system["fsync"]) == ([(3, 0)], 0)
    with calls_here() as calls:
        epochs.assign(3, 0)
        epochs.assign(3, 1)
    assert (epochs.recorded_epoch, calls.system["fsync"]) == (3, 1)
    with calls_here() as calls:
        epochs.begin(4, 10)
    assert (in_file(epochs), calls.system["fsync"]) == ([(3, 0), (4, 10)], 1)


def test_a_start_that_finds_the_epoch_in_the_file_leaves_it(tmp_path: Path) -> None:
    LeaderEpochs(OsFileSystem(), str(tmp_path)).begin(3, 0)
    written = (tmp_path / "leader-epoch-checkpoint").stat().st_ino
    epochs = LeaderEpochs(OsFileSystem(), str(tmp_path))
    epochs.forget_beyond(0)
    epochs.begin(3, 0)
    assert epochs.entries == [(3, 0)]
    assert (tmp_path / "leader-epoch-checkpoint").stat().st_ino == written
