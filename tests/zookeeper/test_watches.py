"""One-shot watches."""

from __future__ import annotations

from kafkacli.zookeeper.protocol import ReplyHeader, WatcherEvent
from kafkacli.zookeeper.watches import Watches


class Listener:
    """A watcher that remembers what it was told: type and path."""

    def __init__(self) -> None:
        self.session_id = 1
        self.told: list[tuple[int, str]] = []

    def send(self, frame: bytes) -> None:
        _, position = ReplyHeader.decode(frame, 4)
        event = WatcherEvent.decode_whole(frame, position)
        self.told.append((event.type, event.path))


def test_a_watch_fires_once() -> None:
    watches, listener = Watches(), Listener()
    watches.data.add("/a", listener)
    watches.data.add("/a", listener)
    watches.changed("/a")
    watches.changed("/a")
    assert listener.told == [(3, "/a")]
    assert len(watches) == 0


def test_a_creation_fires_at_the_path_and_at_its_parent() -> None:
    watches, listener = Watches(), Listener()
    watches.data.add("/a/b", listener)
    watches.children.add("/a", listener)
    watches.data.add("/a", listener)
    watches.created("/a/b", "/a")
    assert listener.told == [(1, "/a/b"), (4, "/a")]
    assert watches.data.contains("/a", listener)


def test_a_removal_is_told_once_to_who_watches_data_and_children() -> None:
    watches, both, parent = Watches(), Listener(), Listener()
    watches.data.add("/a/b", both)
    watches.children.add("/a/b", both)
    watches.children.add("/a", parent)
    watches.deleted("/a/b", "/a")
    assert both.told == [(2, "/a/b")]
    assert parent.told == [(4, "/a")]
    assert len(watches) == 0


def test_a_connection_that_goes_takes_its_watches_along() -> None:
    watches, gone, stays = Watches(), Listener(), Listener()
    for listener in (gone, stays):
        watches.data.add("/a", listener)
        watches.children.add("/b", listener)
    watches.forget(gone)
    watches.forget(gone)
    watches.changed("/a")
    assert (gone.told, stays.told) == ([], [(3, "/a")])
    assert len(watches) == 1


def test_a_watch_can_be_taken_back() -> None:
    watches, listener = Watches(), Listener()
    watches.data.add("/a", listener)
    assert list(watches.tables(1)) == [watches.children]
    assert list(watches.tables(2)) == [watches.data]
    assert list(watches.tables(3)) == [watches.children, watches.data]
    assert not watches.children.remove("/a", listener)
    assert watches.data.remove("/a", listener)
    watches.changed("/a")
    assert listener.told == []
