"""When the eager selector looks before it sleeps, on real sockets."""

import socket
from collections.abc import Iterator
from selectors import EVENT_READ
from threading import Thread

import pytest

from kafkacli.eager_selector import PAUSE, EagerSelector


class Watched:
    """A selector that watches one end of a pair of sockets."""

    def __init__(self) -> None:
        self.near, self.far = socket.socketpair()
        self.selector = EagerSelector()
        self.selector.register(self.near, EVENT_READ)

    def wait_for_one(self) -> None:
        """One wait that is over at once."""
        self.far.send(b"x")
        assert [key.fileobj for key, _ in self.selector.select(10)] == [self.near]
        self.near.recv(1)

    def close(self) -> None:
        self.selector.close()
        self.near.close()
        self.far.close()


@pytest.fixture
def watched() -> Iterator[Watched]:
    pair = Watched()
    yield pair
    pair.close()


def test_it_sleeps_as_long_as_nothing_comes(watched: Watched) -> None:
    assert watched.selector.select(0) == []
    assert watched.selector.select(0.001) == []
    assert watched.selector.looks == 0


def looks_next(watched: Watched) -> None:
    """Bring it to where the next wait looks; a busy machine may take several short waits for long ones."""
    for _ in range(10 * PAUSE):
        before = watched.selector.looks
        watched.wait_for_one()
        watched.wait_for_one()
        if watched.selector.looks > before:
            return
    pytest.fail("it never looked, although every wait was over at once")


def test_it_looks_in_a_row_of_short_waits_and_finds_what_comes(watched: Watched) -> None:
    looks_next(watched)


def test_it_finds_what_comes_from_another_thread(watched: Watched) -> None:
    looks_next(watched)
    late = Thread(target=watched.far.send, args=(b"x",))
    late.start()
    assert watched.selector.select(10)
    late.join()


def test_a_look_in_vain_is_not_repeated_soon(watched: Watched) -> None:
    looks_next(watched)
    assert watched.selector.select(0.001) == []  # in vain, unless the last one before was taken for long
    looks = watched.selector.looks
    for _ in range(PAUSE):
        watched.wait_for_one()
    assert watched.selector.looks - looks <= 1


def test_what_doesnt_wait_never_looks(watched: Watched) -> None:
    looks_next(watched)
    looks = watched.selector.looks
    assert watched.selector.select(0) == []
    assert watched.selector.select(-1) == []
    assert watched.selector.looks == looks
