"""Whole subtrees, read and written with many requests under way at once, and only a part of them in memory.

Both ways go in the order of a walk: a znode, then its children by name, each with all that is below it.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

from kafkacli import console
from kafkacli.zkshell.errors import CommandError, OperationError
from kafkacli.zkshell.paths import check_path
from kafkacli.zkshell.pipeline import Pipeline
from kafkacli.zookeeper.acl import ANYONE, OPEN_ACL_UNSAFE
from kafkacli.zookeeper.protocol import Acl, Error, GetAclResponse, GetDataResponse, Perms, Stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TypeAlias

    from kafkacli.zkshell.znodes import Znodes

    Names: TypeAlias = tuple[
        str, ...
    ]  # of a znode and those above it, from the top of the walk; in order as the walk is

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


class Znode(NamedTuple):
    """What a copy of a znode needs. path: from the top of the subtree, / for the top itself."""

    path: str
    data: bytes | None
    acl: list[Acl]
    is_ephemeral: bool = False


class Planted(NamedTuple):
    """How many znodes were created, found and set, and left out as ephemeral."""

    created: int
    replaced: int
    ephemeral: int

    def __str__(self) -> str:
        return f"{self.created} created, {self.replaced} set, {self.ephemeral} ephemeral skipped"


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
    pipeline = Pipeline(znodes)
    unread: list[tuple[Names, Entry]] = [((), Entry(top, 0, True))]
    walk = list(unread)  # heaps, both: what is not asked for, what is not yielded
    ahead_bytes = 0

    def ask(names: Names, entry: Entry) -> None:
        entry.unanswered = 1 + acl
        (pipeline.data if data else pipeline.children)((names, entry), entry.path)
        if acl:
            pipeline.acl((names, entry), entry.path)

    def take(names: Names, entry: Entry, answer: Any) -> None:
        nonlocal ahead_bytes
        entry.unanswered -= 1
        if isinstance(answer, OperationError):
            entry.error = entry.error or answer
        elif isinstance(answer, GetAclResponse):
            entry.acl = answer.acl
        elif isinstance(answer, GetDataResponse):
            entry.data, entry.stat = answer.data, answer.stat
            ahead_bytes += len(answer.data or b"")
            if answer.stat.num_children and entry.depth != max_depth:
                entry.unanswered += 1
                pipeline.children((names, entry), entry.path)
        else:
            entry.stat = answer.stat
            if entry.depth != max_depth:
                add_children(names, entry, sorted(answer.children))
        if not entry.unanswered:
            ahead_bytes += _ENTRY_BYTES

    def add_children(names: Names, entry: Entry, children: list[str]) -> None:
        base = entry.path.rstrip("/")
        children = [name for name in children if f"{base}/{name}" not in leave_out]
        for index, name in enumerate(children, 1):
            child = Entry(f"{base}/{name}", entry.depth + 1, index == len(children))
            heappush(unread, ((*names, name), child))
            heappush(walk, ((*names, name), child))

    while walk:
        entry = walk[0][1]
        if entry.unanswered == 0:
            heappop(walk)
            ahead_bytes -= _ENTRY_BYTES + len(entry.data or b"")
            if entry.error is not None:
                if entry.error.code == Error.NO_NODE and entry.depth:
                    continue
                if entry.error.code != Error.NO_AUTH or not entry.depth:
                    raise entry.error
            yield entry
            continue
        while unread and pipeline.has_room and (ahead_bytes < _AHEAD_BYTES or unread[0][1] is entry):
            ask(*heappop(unread))
        (names, answered), answer = pipeline.next()
        take(names, answered, answer)


def readable(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries that could be read; name the others on stderr, and raise CommandError at the end for them."""
    unreadable = 0
    for entry in entries:
        if entry.error is None:
            yield entry
        else:
            console.err(entry.error.shell_text)
            unreadable += 1
    if unreadable:
        raise CommandError(f"znodes that could not be read: {unreadable}")


def take_up(znodes: Znodes, top: str, *, max_depth: int | None = None) -> Iterator[Znode]:
    """Yield a subtree for a copy, but not the server's own /zookeeper unless it is the top.

    Raises as `scan`, and OperationError for what can't be read.
    """
    leave_out = frozenset(() if znodes.session.chroot else ("/zookeeper",))
    for entry in scan(znodes, top, data=True, acl=True, max_depth=max_depth, leave_out=leave_out):
        if entry.error is not None:
            raise entry.error
        path = entry.path.removeprefix(top.rstrip("/")) or "/"
        yield Znode(path, entry.data, entry.acl, entry.is_ephemeral)


def plant(znodes: Znodes, top: str, copies: Iterable[Znode]) -> Planted:
    """Create the znodes below a path; where one is already, set its data and ACL. Ephemeral ones are named and left out.

    copies: parents before children. While children are created, an ACL of their parent that might forbid it is
    supplemented. Raises CommandError for a bad path, and OperationError.
    """
    check_path(top)
    parent = top.rpartition("/")[0]
    if parent and znodes.exists(parent) is None:
        raise OperationError(Error.NO_NODE, parent)
    planting = _Planting(znodes, top)
    before: Znode | None = None
    for copy in copies:
        if before is not None:
            planting.add(before, has_children=_is_below(copy.path, before.path))
        before = copy
    if before is not None:
        planting.add(before, has_children=False)
    return planting.finish()


class _Copy:
    """A znode on its way. is_open: its ACL may forbid to create the children, which are not all asked for yet."""

    __slots__ = ("acl", "data", "is_answered", "is_open", "path", "postpones_acl", "source_path")

    def __init__(self, znode: Znode, path: str, *, has_children: bool) -> None:
        self.source_path = znode.path
        self.path = path
        self.data = znode.data
        self.acl = znode.acl
        self.postpones_acl = self.is_open = has_children and znode.acl != list(OPEN_ACL_UNSAFE)
        self.is_answered = False


class _Planting:
    """The state of `plant`."""

    def __init__(self, znodes: Znodes, top: str) -> None:
        self._pipeline = Pipeline(znodes)
        self._top = top.rstrip("/")
        self._open: list[_Copy] = []
        self._created = self._replaced = self._ephemeral = 0

    def add(self, znode: Znode, *, has_children: bool) -> None:
        """Ask for the znode."""
        self._close_all_not_above(znode.path)
        path = (self._top + znode.path).rstrip("/") or "/"
        if znode.is_ephemeral:
            console.err(f"ephemeral, skipped: {path}")
            self._ephemeral += 1
            return
        copy = _Copy(znode, path, has_children=has_children)
        acl = copy.acl
        if copy.is_open:
            self._open.append(copy)
            acl = [*acl, Acl(Perms.CREATE | Perms.ADMIN, ANYONE)]
        self._pipeline.create(copy, path, copy.data, acl)
        while not self._pipeline.has_room:
            self._take()

    def finish(self) -> Planted:
        """Wait for all answers."""
        self._close_all_not_above("")
        while self._pipeline.unanswered:
            self._take()
        return Planted(self._created, self._replaced, self._ephemeral)

    def _close_all_not_above(self, path: str) -> None:
        while self._open and not _is_below(path, self._open[-1].source_path):
            copy = self._open.pop()
            copy.is_open = False
            if copy.is_answered:
                self._set_acl(copy)

    def _take(self) -> None:
        copy, answer = self._pipeline.next()
        is_replaced = copy is not None and isinstance(answer, OperationError) and answer.code == Error.NODE_EXISTS
        if isinstance(answer, OperationError) and not is_replaced:
            raise answer
        if copy is None:
            return
        copy.is_answered = True
        if is_replaced:
            self._replaced += 1
            self._pipeline.set(None, copy.path, copy.data)
        else:
            self._created += 1
        if not copy.is_open and (is_replaced or copy.postpones_acl):
            self._set_acl(copy)

    def _set_acl(self, copy: _Copy) -> None:
        self._pipeline.set_acl(None, copy.path, copy.acl)


def _is_below(path: str, above: str) -> bool:
    return path != above and path.startswith(above.rstrip("/") + "/")
