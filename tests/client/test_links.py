"""Which connections a producer makes, and when again."""

import socket
import time
from select import select

from kafkacli.client.links import Links
from kafkacli.client.settings import ClientSettings
from kafkacli.client.traffic import Traffic
from tests.support.leader import leader


def links(*bootstrap: tuple[str, int]) -> Links:
    return Links(
        list(bootstrap),
        ClientSettings(),
        Traffic("me"),
        backoff_s=1.0,
        most_backoff_s=3.0,
        connect_s=5,
        send_buffer=-1,
        receive_buffer=-1,
    )


def settle(some: Links) -> None:
    """Wait until every connection is made or failed."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        pending = [link for link in some.open() if not link.is_up]
        if not pending:
            return
        for link in select(pending, [], [], 1)[0]:
            link.readable()


def test_a_broker_is_connected_to_once() -> None:
    with leader() as made:
        some = links()
        first = some.to(3, ("127.0.0.1", made.port), 0.0)
        assert first is not None
        assert some.to(3, ("127.0.0.1", made.port), 0.0) is first
        assert some.since == 0.0
        settle(some)
        assert some.look_after(1.0) == []
        assert some.trouble is None
        assert some.any({}, 1.0) is first
        other = some.to(3, ("localhost", made.port), 0.0)
        assert other is not first
        assert first.is_closed
        some.close()
        assert some.open() == []


def test_tries_wait_longer_and_longer() -> None:
    some = links()
    now, waits = 100.0, []
    for _ in range(4):
        assert some.to(3, ("127.0.0.1", 1), now) is not None
        settle(some)
        ((node, failure),) = some.look_after(now)
        assert (node, failure.stage) == (3, "TCP")
        assert some.to(3, ("127.0.0.1", 1), now) is None
        waits.append(some.delay(3, now))
        now += waits[-1]
    assert waits == [1.0, 2.0, 3.0, 3.0]
    assert some.trouble is failure


def test_another_of_the_first_brokers_is_asked_when_one_is_gone() -> None:
    with leader() as made:
        some = links(("127.0.0.1", 1), ("127.0.0.1", made.port))
        for now in (0.0, 0.1):
            assert some.any({}, now) is None
            assert some.any({}, now) is None  # one at a time
            assert some.any_delay(now) > 100
            settle(some)
            some.look_after(now)
        link = some.any({}, 0.2)
        assert link is not None
        assert link.port == made.port
        some.close()


def test_when_all_known_brokers_are_gone_the_first_ones_are_asked_again() -> None:
    with leader() as made:
        some = links(("127.0.0.1", made.port))
        for now in (0.0, 0.1):
            assert some.any({5: ("127.0.0.1", 1)}, now) is None
            settle(some)
            some.look_after(now)
        link = some.any({5: ("127.0.0.1", 1)}, 0.2)
        assert link is not None
        assert link.port == made.port
        some.close()


def test_overdue_answers_are_looked_for() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert links().next_deadline(5.0) > 100
        assert links(("127.0.0.1", 1)).any_delay(5.0) == 0.001
