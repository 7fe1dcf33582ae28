"""Copies of subtrees: taken up from one place, planted at another, with many requests under way at once.

They go in the order of a walk, so that only a part is in memory.
"""

from __future__ import annotations

from typing import NamedTuple

from kafkacli import console
from kafkacli.zkshell.errors import OperationError
from kafkacli.zkshell.paths import check_path
from kafkacli.zkshell.pipeline import Pipeline
from kafkacli.zkshell.scan import scan
from kafkacli.zookeeper.acl import ANYONE, OPEN_ACL_UNSAFE
from kafkacli.zookeeper.protocol import Acl, CreateFlag, Error, Perms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kafkacli.zkshell.znodes import Znodes


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

    def show(self, *, as_json: bool) -> None:
        """Write them."""
        if as_json:
            from kafkacli.zkshell.json_output import print_json

            print_json(self._asdict())
        else:
            console.out(f"{self.created} created, {self.replaced} set, {self.ephemeral} ephemeral skipped")


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
    if znodes.is_dry_run:
        return _tried(znodes, top.rstrip("/"), copies)
    planting = _Planting(znodes, top)
    before: Znode | None = None
    for copy in copies:
        if before is not None:
            planting.add(before, has_children=_is_below(copy.path, before.path))
        before = copy
    if before is not None:
        planting.add(before, has_children=False)
    return planting.finish()


def _tried(znodes: Znodes, top: str, copies: Iterable[Znode]) -> Planted:
    """Say what `plant` would do."""
    created = replaced = ephemeral = 0
    for copy in copies:
        path = (top + copy.path).rstrip("/") or "/"
        if copy.is_ephemeral:
            console.err(f"ephemeral, skipped: {path}")
            ephemeral += 1
        elif znodes.exists(path) is None:
            znodes.create(path, copy.data, copy.acl, CreateFlag.PERSISTENT)
            created += 1
        else:
            znodes.set(path, copy.data or b"")
            replaced += 1
    return Planted(created, replaced, ephemeral)


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
