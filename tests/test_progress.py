"""Progress on a terminal, none in a pipe."""

from collections.abc import Callable

import pytest

from kafkacli import progress
from kafkacli.progress import Progress
from tests.support.terminal import seen


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show it from the beginning, each time."""
    monkeypatch.setattr(progress, "_FIRST", 0.0)
    monkeypatch.setattr(progress, "_AGAIN", 0.0)


def shown(work: Callable[[], None], *streams: str) -> str:
    """What a terminal shows that is stderr, and perhaps another stream too, while something is done."""
    return seen(work, ("stderr", *streams))


def work(*, lines: bool = False) -> None:
    with Progress("groups", 2000, lines=lines) as progress:
        progress.tell(64)
        progress.tell(2000)


def test_a_terminal_shows_it_and_is_cleared() -> None:
    expected = "\r64 of 2,000 groups (3 %)\x1b[K\r2,000 of 2,000 groups (100 %)\x1b[K\r\x1b[K"
    assert shown(work) == expected
    assert shown(lambda: work(lines=True)) == expected


def test_quick_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_FIRST", 60.0)
    assert shown(work) == ""


def test_lines_on_the_same_terminal_are_progress_enough() -> None:
    assert shown(lambda: work(lines=True), "stdout") == ""


def test_a_pipe_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    work()
    assert capsys.readouterr() == ("", "")
