"""Changes of several things: how far they are, for a person at a terminal; and, if they end early, a line that says what is done.

A signal, a lost connection or a refusal in the middle must leave nobody guessing. What was asked for and not answered may be
done or not, which is said too.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.progress import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

_NAMED = 20  # of each kind; the others are counted
_NO_ANSWER = {"CallTimedOut", "ConnectFailed"}  # the client's errors by their names: it isn't imported for this
_LOST = (-4, -7, -112)  # ZooKeeper's codes: the connection is lost, no answer in time, the session has expired


class Steps:
    """Changes of `names`. what: a word for them in the plural; did: what is done to each, as in 'topics deleted: a'.

    counted: a word for what the names are, where that is another one. lines: whether the work writes lines to stdout.
    Names may be texts or (topic, partition).
    """

    def __init__(self, what: str, did: str, names: Iterable[object], *, counted: str = "", lines: bool = False) -> None:
        self._what = what
        self._did = did
        self._names = list(dict.fromkeys(names))
        self._done: set[object] = set()
        self._asked: set[object] = set()
        self._progress = Progress(counted or what, len(self._names), lines=lines)

    def begin(self, *names: object) -> None:
        """Take note that the change of these is asked for."""
        self._asked.update(names)

    def end(self, *names: object) -> None:
        """Take note that these are changed."""
        self._done.update(names)
        self._asked.difference_update(names)
        self._progress.tell(len(self._done))

    def fail(self, *names: object) -> None:
        """Take note that these were refused."""
        self._asked.difference_update(names)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._progress.__exit__()
        if error is not None and (said := self._text(_leaves_open(error))):
            console.err(said)

    def _text(self, is_open: bool) -> str:
        """Return what is done and what isn't; '' where nothing was begun. is_open: what was asked for may be done."""
        unknown = self._asked - self._done if is_open else set()
        done = [name for name in self._names if name in self._done]
        open_ = [name for name in self._names if name in unknown]
        rest = [name for name in self._names if name not in self._done and name not in unknown]
        if not done and not open_:
            return ""
        parts = ((self._did, done), ("not known", open_), (f"not {self._did}", rest))
        return f"{self._what} " + "; ".join(f"{how}: {_shown(names)}" for how, names in parts if names)


def asked(what: str, did: str, *names: object, dry_run: bool = False) -> Steps:
    """Return the steps of a change of all these at once; of none in a dry run."""
    steps = Steps(what, did, () if dry_run else names)
    steps.begin(*names)
    return steps


def _leaves_open(error: BaseException) -> bool:
    """Whether an error leaves open what became of what was asked for: all but an answer, or a refusal to ask."""
    if not isinstance(error, Exception):
        return True  # a signal
    if isinstance(error, OSError) or not _NO_ANSWER.isdisjoint(kind.__name__ for kind in type(error).__mro__):
        return True
    if getattr(error, "code", 0) in _LOST:
        return True
    return error.__cause__ is not None and _leaves_open(error.__cause__)


def _shown(names: list[object]) -> str:
    shown = [f"{name[0]}-{name[1]}" if isinstance(name, tuple) else str(name) for name in names[:_NAMED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
