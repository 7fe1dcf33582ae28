"""What is told where no descriptors are left for new connections."""

import asyncio
import errno
import logging
import socket
from collections.abc import Iterator

import pytest

from kafkacli.broker import accept_errors
from kafkacli.broker.accept_errors import AcceptErrors


class Clock(asyncio.SelectorEventLoop):
    """A loop whose time a test sets."""

    now = 1000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def loop() -> Iterator[Clock]:
    made = Clock()
    made.set_exception_handler(AcceptErrors())
    yield made
    made.close()


def out_of_descriptors(loop: Clock) -> None:
    """Have asyncio tell what it tells, in its own words."""

    class Exhausted(socket.socket):
        def accept(self) -> tuple[socket.socket, object]:
            raise OSError(errno.EMFILE, "Too many open files")

    with Exhausted() as listening:
        listening.bind(("127.0.0.1", 0))
        loop._accept_connection(asyncio.Protocol, listening, backlog=100)  # type: ignore[attr-defined]


def test_it_is_told_once_a_minute(loop: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        for now in (1000.0, 1001.0, 1059.9):
            loop.now = now
            out_of_descriptors(loop)
        assert [record.getMessage() for record in caplog.records] == [
            "Error while accepting connection: [Errno 24] Too many open files; new ones wait until others end"
        ]
        loop.now = 1000.0 + accept_errors.AGAIN_SECONDS
        out_of_descriptors(loop)
    assert len(caplog.records) == 2


def test_other_exceptions_are_told_as_always(loop: Clock, caplog: pytest.LogCaptureFixture) -> None:
    loop.call_exception_handler({"message": "something else", "exception": ValueError("why")})
    (record,) = caplog.records
    assert record.name == "asyncio"
    assert "something else" in record.getMessage()
