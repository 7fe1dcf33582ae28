"""Listening, limits on connections, idle connections, stopping."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Self

import pytest

from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.listeners import Listener
from kafkacli.broker.quotas import ClientQuotas
from kafkacli.broker.server import BindError, ConnectionLimits, Server
from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from tests.support.loop import LoopThread
from tests.support.raw import RawClient

CONFIG = KafkaConfig({"zookeeper.connect": "x"})
ASK = ApiVersionsRequest(client_software_name="a", client_software_version="1")


def listener(port: int = 0, name: str = "PLAINTEXT", protocol: str = "PLAINTEXT") -> Listener:
    return Listener(name, protocol, "127.0.0.1", port, "advertised", 0)


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.stop()


class Served:
    """A server on one port, with nothing behind it."""

    def __init__(self, loop: LoopThread, **limits: int | dict[str, int]) -> None:
        self.loop = loop
        self.server = Server(SimpleNamespace(config=CONFIG, quotas=ClientQuotas()), ConnectionLimits(**limits))  # type: ignore[arg-type]
        self.port = self.server.bind([listener()])[0].port
        loop.run(self.server.serve())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.run(self.server.stop())


def answers(client: RawClient) -> bool:
    return bool(client.ask(ASK, ApiVersionsResponse, 3).api_keys)


def test_tells_the_ports_it_was_given(loop: LoopThread) -> None:
    server = Server(SimpleNamespace(config=CONFIG, quotas=ClientQuotas()))  # type: ignore[arg-type]
    bound = server.bind([listener(), listener(name="OTHER")])
    assert [each.name for each in bound] == ["PLAINTEXT", "OTHER"]
    assert all(each.port > 0 and each.advertised_port == each.port for each in bound)
    assert bound[0].port != bound[1].port
    loop.run(server.stop())


def test_clients_may_connect_before_it_serves(loop: LoopThread) -> None:
    server = Server(SimpleNamespace(config=CONFIG, quotas=ClientQuotas()))  # type: ignore[arg-type]
    (bound,) = server.bind([listener()])
    with RawClient(bound.port) as client:
        client.request(ASK, 3)
        loop.run(server.serve())
        assert client.response(ApiVersionsResponse, 3).api_keys
    loop.run(server.stop())


def test_a_taken_port_is_named_and_nothing_stays_bound(loop: LoopThread) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("127.0.0.1", 0)) as free:
        port, free_port = taken.getsockname()[1], free.getsockname()[1]
        free.close()
        server = Server(SimpleNamespace(config=CONFIG, quotas=ClientQuotas()))  # type: ignore[arg-type]
        with pytest.raises(BindError) as raised:
            server.bind([listener(free_port), listener(port, "OTHER")])
        assert str(raised.value) == f"Socket server failed to bind to 127.0.0.1:{port}: Address already in use."
        socket.create_server(("127.0.0.1", free_port)).close()


def test_an_unknown_host_is_named() -> None:
    server = Server(SimpleNamespace(config=CONFIG, quotas=ClientQuotas()))  # type: ignore[arg-type]
    with pytest.raises(BindError, match=r"Socket server failed to bind to no\.such\.invalid:0: Unresolved address\."):
        server.bind([listener()._replace(host="no.such.invalid")])


def test_a_protocol_that_is_not_served_is_refused() -> None:
    server = Server(SimpleNamespace(config=CONFIG, quotas=ClientQuotas()))  # type: ignore[arg-type]
    with pytest.raises(BindError, match="Listener SSL asks for security protocol SSL"):
        server.bind([listener(name="SSL", protocol="SSL")])


def test_connections_over_the_limit_wait_for_a_free_place(loop: LoopThread) -> None:
    with Served(loop, max_connections=2) as served, RawClient(served.port) as second:
        first = RawClient(served.port)
        assert answers(first)
        assert answers(second)
        with RawClient(served.port) as third, RawClient(served.port) as fourth:
            third.request(ASK, 3)
            fourth.socket.close()  # one that waits may go as well
            assert answers(second)
            first.socket.close()
            assert third.response(ApiVersionsResponse, 3).api_keys


def test_connections_of_one_address_are_limited(loop: LoopThread, caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.INFO, "kafka"),
        Served(loop, max_connections_per_ip=1) as served,
        RawClient(served.port) as first,
    ):
        assert answers(first)
        with RawClient(served.port) as second:
            assert second.is_closed()
        assert answers(first)
    assert (
        "Rejected connection from /127.0.0.1, address already has the configured maximum of 1 connections."
        in caplog.text
    )


def test_an_address_may_have_a_limit_of_its_own(loop: LoopThread) -> None:
    overrides = {"localhost": 2}
    with (
        Served(loop, max_connections_per_ip=0, max_connections_per_ip_overrides=overrides) as served,
        RawClient(served.port) as first,
        RawClient(served.port) as second,
        RawClient(served.port) as third,
    ):
        assert answers(first)
        assert answers(second)
        assert third.is_closed()


def test_an_unknown_address_with_a_limit_of_its_own_is_named() -> None:
    with pytest.raises(BindError, match=r"max\.connections\.per\.ip\.overrides names no\.such\.invalid"):
        ConnectionLimits(max_connections_per_ip_overrides={"no.such.invalid": 1})


def test_idle_connections_are_closed(loop: LoopThread) -> None:
    with Served(loop, max_idle_ms=30) as served, RawClient(served.port) as client:
        assert answers(client)
        assert client.is_closed()


@contextmanager
def two_listeners(loop: LoopThread, **limits: int | str | dict[str, int]) -> Iterator[tuple[Server, int, int]]:
    server = Server(SimpleNamespace(config=CONFIG, quotas=ClientQuotas()), ConnectionLimits(**limits))  # type: ignore[arg-type]
    ports = [each.port for each in server.bind([listener(name="IN"), listener(name="OUT")])]
    loop.run(server.serve())
    try:
        yield server, ports[0], ports[1]
    finally:
        loop.run(server.stop())


def test_a_listener_may_have_a_limit_of_its_own(loop: LoopThread) -> None:
    with (
        two_listeners(loop, max_connections_of={"OUT": 1}) as (_, inner, outer),
        RawClient(outer) as first,
        RawClient(outer, timeout=0.05) as second,
        RawClient(inner) as other,
    ):
        assert answers(first)
        assert answers(other)
        with pytest.raises(TimeoutError):
            answers(second)
        first.socket.close()
        second.socket.settimeout(10)
        assert second.response(ApiVersionsResponse, 3).api_keys


def test_connections_between_brokers_come_before_all_others(loop: LoopThread) -> None:
    with (
        two_listeners(loop, max_connections=2, protected_listener="IN") as (_, inner, outer),
        RawClient(outer) as idle,
        RawClient(outer) as active,
    ):
        assert answers(idle)
        assert answers(active)
        with RawClient(inner) as protected:
            assert answers(protected)
            assert idle.is_closed()
            assert answers(active)


def test_limits_may_change(loop: LoopThread) -> None:
    with Served(loop, max_connections=1) as served, RawClient(served.port) as first:
        assert answers(first)
        with RawClient(served.port) as second:
            second.request(ASK, 3)

            async def raise_limit() -> None:
                served.server.set_limits(ConnectionLimits(max_connections=2))

            loop.run(raise_limit())
            assert second.response(ApiVersionsResponse, 3).api_keys


def test_listeners_come_and_go(loop: LoopThread) -> None:
    with two_listeners(loop) as (server, inner, outer), RawClient(inner) as stays, RawClient(outer) as goes:
        assert answers(stays)
        assert answers(goes)
        wanted = [listener(name="NEW"), listener(name="IN")._replace(advertised_host="elsewhere", advertised_port=5)]
        new, kept = loop.run(server.set_listeners(wanted))
        assert (kept.port, kept.advertised_host, kept.advertised_port) == (inner, "elsewhere", 5)
        assert goes.is_closed()
        assert answers(stays)
        with RawClient(new.port) as client:
            assert answers(client)
        with pytest.raises(ConnectionRefusedError):
            RawClient(outer)
        with pytest.raises(BindError):
            loop.run(server.set_listeners([*wanted, listener(name="TAKEN", port=inner)]))
        assert answers(stays)


def test_the_sizes_of_buffers_are_set(loop: LoopThread) -> None:
    def sizes(**limits: int) -> tuple[int, int]:
        with Served(loop, **limits) as served, RawClient(served.port) as client:
            assert answers(client)
            (connection,) = served.server._connections
            accepted = connection._transport.get_extra_info("socket")
            return tuple(
                accepted.getsockopt(socket.SOL_SOCKET, which) for which in (socket.SO_SNDBUF, socket.SO_RCVBUF)
            )

    small, usual = sizes(send_buffer_bytes=8192, receive_buffer_bytes=8192), sizes()
    assert small[0] < usual[0]
    assert small[1] < usual[1]


def test_stopping_closes_connections_and_ports(loop: LoopThread) -> None:
    with Served(loop) as served, RawClient(served.port) as client:
        assert answers(client)
        port = served.port
        loop.run(served.server.stop())
        assert client.is_closed()
        with pytest.raises(ConnectionRefusedError):
            RawClient(port)
