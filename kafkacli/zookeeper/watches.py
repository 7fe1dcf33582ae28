"""One-shot watches: who wants to hear of which path.

Two tables, as in the original: data watches (set by getData and exists) and child watches (set by getChildren). A watch
goes when it fires, when its connection closes, or when the client takes it back. Source: WatchManager.java (3.5.9).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from kafkacli.zookeeper.protocol import EventType, event_frame

_K = TypeVar("_K")
_V = TypeVar("_V")


class Watcher(Protocol):
    """Somebody who can be told of an event: a connection."""

    session_id: int

    def send(self, frame: bytes) -> None:
        """Send a whole frame after everything sent before."""


class WatchTable:
    """Watches of one kind, found by path and by watcher."""

    def __init__(self) -> None:
        self.by_path: dict[str, dict[Watcher, None]] = {}
        self.by_watcher: dict[Watcher, dict[str, None]] = {}

    def __len__(self) -> int:
        return sum(map(len, self.by_path.values()))

    def add(self, path: str, watcher: Watcher) -> None:
        """Watch a path; a second time changes nothing."""
        self.by_path.setdefault(path, {})[watcher] = None
        self.by_watcher.setdefault(watcher, {})[path] = None

    def contains(self, path: str, watcher: Watcher) -> bool:
        """Tell whether that watcher watches that path."""
        return watcher in self.by_path.get(path, ())

    def remove(self, path: str, watcher: Watcher) -> bool:
        """Take one watch back; False where there is none."""
        if not self.contains(path, watcher):
            return False
        self._drop(self.by_path, path, watcher)
        self._drop(self.by_watcher, watcher, path)
        return True

    def take(self, path: str) -> Iterable[Watcher]:
        """Take all watches of a path away; return who had them, in the order of setting."""
        watchers = self.by_path.pop(path, {})
        for watcher in watchers:
            self._drop(self.by_watcher, watcher, path)
        return watchers

    def forget(self, watcher: Watcher) -> None:
        """Take all watches of a watcher away."""
        for path in self.by_watcher.pop(watcher, {}):
            self._drop(self.by_path, path, watcher)

    @staticmethod
    def _drop(table: dict[_K, dict[_V, None]], key: _K, value: _V) -> None:
        entries = table[key]
        del entries[value]
        if not entries:
            del table[key]


class Watches:
    """All watches of a server; fires them."""

    def __init__(self) -> None:
        self.data = WatchTable()
        self.children = WatchTable()

    def __len__(self) -> int:
        return len(self.data) + len(self.children)

    def created(self, path: str, parent: str) -> None:
        """Fire what a new znode fires."""
        if path in self.data.by_path:
            self._fire(self.data, path, EventType.NODE_CREATED)
        if parent in self.children.by_path:
            self._fire(self.children, parent, EventType.NODE_CHILDREN_CHANGED)

    def deleted(self, path: str, parent: str) -> None:
        """Fire what a removed znode fires; who watched data and children of it hears of it once."""
        told = self._fire(self.data, path, EventType.NODE_DELETED)
        self._fire(self.children, path, EventType.NODE_DELETED, told)
        self._fire(self.children, parent, EventType.NODE_CHILDREN_CHANGED)

    def changed(self, path: str) -> None:
        """Fire what new data fires."""
        if path in self.data.by_path:
            self._fire(self.data, path, EventType.NODE_DATA_CHANGED)

    def forget(self, watcher: Watcher) -> None:
        """Take all watches of a closed connection away."""
        self.data.forget(watcher)
        self.children.forget(watcher)

    def tables(self, watcher_type: int) -> Iterator[WatchTable]:
        """Yield the tables that a watcher type names: 1 children, 2 data, 3 both."""
        if watcher_type & 1:
            yield self.children
        if watcher_type & 2:
            yield self.data

    def _fire(self, table: WatchTable, path: str, event: EventType, told: Iterable[Watcher] = ()) -> Iterable[Watcher]:
        if path not in table.by_path:
            return ()
        watchers = table.take(path)
        frame = event_frame(event, path)
        for watcher in watchers:
            if watcher not in told:
                watcher.send(frame)
        return watchers
