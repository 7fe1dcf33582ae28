"""The client port: where it is bound, and what happens when connections come faster than descriptors."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket

import pytest

from kafkacli.zookeeper.listener import Listener, bind
from kafkacli.zookeeper.poller import Poller
from tests.support.loop import on_loop


class Scarce(socket.socket):
    """A listening socket whose first accept finds no descriptor left."""

    failed = False

    def accept(self) -> tuple[socket.socket, object]:
        if not self.failed:
            self.failed = True
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


def test_every_address_gets_the_same_port() -> None:
    sockets = bind(None, 0)
    assert len({bound.getsockname()[1] for bound in sockets}) == 1
    assert sockets[0].getsockname()[0] == "0.0.0.0"
    for bound in sockets:
        bound.close()


def test_a_name_stands_for_its_first_address() -> None:
    (bound,) = bind("localhost", 0)
    assert bound.getsockname()[0] == "127.0.0.1"
    bound.close()


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match=f"can't listen on 127.0.0.1:{port}: Address already in use"):
            bind("127.0.0.1", port)


@on_loop
async def test_connections_are_handed_over_until_it_closes() -> None:
    taken: list[tuple[socket.socket, str, int]] = []
    poller = Poller(asyncio.get_running_loop())
    (bound,) = bind("127.0.0.1", 0)
    listener = Listener(bound, 0, poller, lambda *of: taken.append(of), logging.getLogger())
    address = bound.getsockname()
    clients = [socket.create_connection(address) for _ in range(3)]
    async with asyncio.timeout(10):
        while len(taken) < 3:
            await asyncio.sleep(0)
    assert [of[1:] for of in taken] == [client.getsockname() for client in clients]
    listener.close()
    listener.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    poller.close()
    for each in (*clients, *(of[0] for of in taken)):
        each.close()


@on_loop
async def test_without_descriptors_it_waits_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("kafkacli.zookeeper.listener._SCARCE_SECONDS", 0.01)
    taken: list[socket.socket] = []
    poller = Poller(asyncio.get_running_loop())
    bound = Scarce()
    bound.bind(("127.0.0.1", 0))
    listener = Listener(bound, 1, poller, lambda of, *_: taken.append(of), logging.getLogger())
    client = socket.create_connection(bound.getsockname())
    async with asyncio.timeout(10):
        while not taken:
            await asyncio.sleep(0)
    assert "Error accepting new connections: [Errno 24] Too many open files" in caplog.text
    listener.close()
    poller.close()
    client.close()
    taken[0].close()
