"""A walk over a subtree with many requests under way at once, and only a part of it in memory.

It goes from a znode to its children by name, each with all that is below it.
"""

from __future__ import annotations

from heapq import heappop, heappush

from kafkacli import console
from kafkacli.zkshell.errors import CommandError, OperationError
from kafkacli.zkshell.paths import check_path
from kafkacli.zkshell.pipeline import Pipeline
from kafkacli.zookeeper.protocol import Acl, Error, GetAclResponse, GetDataResponse, Stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TypeAlias

    from kafkacli.zkshell.znodes import Znodes

    Names: TypeAlias = tuple[str, ...]  # of a znode and those above it, from the top on; they sort as the walk goes

_AHEAD_BYTES = 16 << 20  # read ahead of the walk
_ENTRY_BYTES = 1024  # what an entry without data counts for in that


class Entry:
    """A znode in a walk.

    depth: 0 for the top. is_last: among its siblings. data, acl: None unless the walk was asked for them.
    error: why it could not be read; None for one that could.
    """

    __slots__ = ("acl", "data", "depth", "error", "is_last", "path", "stat", "unanswered")

    def __init__(self, path: str, depth: int, is_last: bool) -> None:
        self.path = path
        self.depth = depth
        self.is_last = is_last
        self.stat = Stat(*[0] * 11)
        self.data: bytes | None = None
        self.acl: list[Acl] = []
        self.error: OperationError | None = None
        self.unanswered = -1  # requests; -1 before the first

    @property
    def name(self) -> str:
        """The last part of the path; / for the root."""
        return self.path.rpartition("/")[2] or "/"

    @property
    def is_ephemeral(self) -> bool:
        """Whether it goes with a session."""
        return self.stat.ephemeral_owner != 0


def scan(
    znodes: Znodes,
    top: str,
    *,
    data: bool = False,
    acl: bool = False,
    max_depth: int | None = None,
    leave_out: frozenset[str] = frozenset(),
) -> Iterator[Entry]:
    """Walk a path and all below it, as far as max_depth (0 for the top alone), but not into the paths in leave_out.

    data, acl: whether these are wanted. An entry that we may not read carries the error; one that goes meanwhile is left out.
    Raises CommandError for a bad path, OperationError when the top is not there or the connection is lost.
    """
    check_path(top)
    return iter(_Scan(znodes, top, data, acl, max_depth, leave_out))


class _Scan:
    """The state of a walk. Both heaps are in its order: what is not asked for yet, and what is not yielded yet."""

    def __init__(
        self, znodes: Znodes, top: str, data: bool, acl: bool, max_depth: int | None, leave_out: frozenset[str]
    ) -> None:
        self._pipeline = Pipeline(znodes)
        self._wants_data = data
        self._wants_acl = acl
        self._max_depth = max_depth
        self._leave_out = leave_out
        self._unread: list[tuple[Names, Entry]] = []
        self._walk: list[tuple[Names, Entry]] = []
        self._ahead_bytes = 0
        self._add((), Entry(top, 0, True))

    def __iter__(self) -> Iterator[Entry]:
        while self._walk:
            entry = self._walk[0][1]
            while entry.unanswered:
                self._ask_ahead(entry)
                self._take(*self._pipeline.next())
            heappop(self._walk)
            self._ahead_bytes -= _ENTRY_BYTES + len(entry.data or b"")
            if entry.error is not None:
                if entry.error.code == Error.NO_NODE and entry.depth:
                    continue
                if entry.error.code != Error.NO_AUTH or not entry.depth:
                    raise entry.error
            yield entry

    def _add(self, names: Names, entry: Entry) -> None:
        heappush(self._unread, (names, entry))
        heappush(self._walk, (names, entry))

    def _ask_ahead(self, wanted: Entry) -> None:
        """Ask for as much as there is room for, and for the wanted entry in any case."""
        while self._unread and self._pipeline.has_room:
            if self._ahead_bytes >= _AHEAD_BYTES and self._unread[0][1] is not wanted:
                return
            names, entry = heappop(self._unread)
            entry.unanswered = 1 + self._wants_acl
            ask = self._pipeline.data if self._wants_data else self._pipeline.children
            ask((names, entry), entry.path)
            if self._wants_acl:
                self._pipeline.acl((names, entry), entry.path)

    def _take(self, tag: tuple[Names, Entry], answer: Any) -> None:
        names, entry = tag
        entry.unanswered -= 1
        if isinstance(answer, OperationError):
            entry.error = entry.error or answer
        elif isinstance(answer, GetAclResponse):
            entry.acl = list(answer.acl)
        elif isinstance(answer, GetDataResponse):
            entry.data, entry.stat = answer.data, answer.stat
            self._ahead_bytes += len(answer.data or b"")
            if answer.stat.num_children and entry.depth != self._max_depth:
                entry.unanswered += 1
                self._pipeline.children(tag, entry.path)
        else:
            entry.stat = answer.stat
            if entry.depth != self._max_depth:
                self._add_children(names, entry, sorted(answer.children))
        if not entry.unanswered:
            self._ahead_bytes += _ENTRY_BYTES

    def _add_children(self, names: Names, entry: Entry, children: list[str]) -> None:
        base = entry.path.rstrip("/")
        children = [name for name in children if f"{base}/{name}" not in self._leave_out]
        for index, name in enumerate(children, 1):
            self._add((*names, name), Entry(f"{base}/{name}", entry.depth + 1, index == len(children)))


def readable(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries that could be read; name the others on stderr, and raise CommandError at the end for them."""
    unreadable = 0
    for entry in entries:
        if console.broken():  # nobody reads what is still to come
            return
        if entry.error is None:
            yield entry
        else:
            console.err(entry.error.shell_text)
            unreadable += 1
    if unreadable:
        raise CommandError(f"znodes that could not be read: {unreadable}")
