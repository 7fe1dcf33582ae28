"""Which connections a client makes, when again, and how long it keeps them."""

import socket
import time

from kafkacli.client.connection import ConnectFailed
from kafkacli.client.links import Links
from kafkacli.client.patience import Patience
from kafkacli.client.settings import ClientSettings
from kafkacli.client.traffic import Traffic
from tests.support.leader import leader


def links(*bootstrap: tuple[str, int], idle_s: float = -1) -> Links:
    return Links(
        list(bootstrap),
        ClientSettings(),
        Patience(lambda *_: None),
        Traffic("me"),
        (-1, -1),
        backoff_s=1.0,
        most_backoff_s=3.0,
        idle_s=idle_s,
    )


def settle(some: Links, now: float) -> list[tuple[tuple[str, int], ConnectFailed]]:
    """Wait until every connection is made or failed; return those that failed."""
    deadline = time.monotonic() + 10
    while any(not link.is_settled for link in some._links.values()):
        assert time.monotonic() < deadline
        some.wait(0.5)
    return some.look_after(now)


def test_a_broker_is_connected_to_once_for_a_purpose() -> None:
    with leader() as made:
        some = links()
        address = ("127.0.0.1", made.port)
        first = some.to(address, 0.0)
        assert first is not None
        assert some.to(address, 0.0) is first
        assert some.coming() is first
        assert settle(some, 1.0) == []
        assert some.any(1.0) is first
        assert some.coming() is None
        other = some.to(address, 0.0, "another")
        assert other is not first
        assert settle(some, 1.0) == []
        assert some.any(1.0, "another") is other
        some.close()
        assert first.is_closed


def test_tries_wait_longer_and_longer() -> None:
    some = links()
    address = ("127.0.0.1", 1)
    now, waits = 100.0, []
    for _ in range(4):
        assert some.to(address, now) is not None
        ((where, failure),) = settle(some, now)
        assert (where, failure.stage) == (address, "TCP")
        assert some.to(address, now) is None
        waits.append(some.delay(address, now))
        now += waits[-1]
    for wait, expected in zip(waits, (1.0, 2.0, 3.0, 3.0), strict=True):
        assert 0.8 * expected <= wait <= 1.2 * expected


def test_another_of_the_first_brokers_is_asked_when_one_is_gone() -> None:
    with leader() as made:
        some = links(("127.0.0.1", 1), ("127.0.0.1", made.port))
        for now in (0.0, 0.1):
            assert some.any(now) is None
            assert some.any(now) is None  # one at a time
            assert some.any_delay(now) > 100
            settle(some, now)
        link = some.any(0.2)
        assert link is not None
        assert link.port == made.port
        some.close()


def test_when_all_known_brokers_are_gone_the_first_ones_are_asked_again() -> None:
    with leader() as made:
        some = links(("127.0.0.1", made.port))
        some.know({5: ("127.0.0.1", 1)})
        for now in (0.0, 0.1):
            assert some.any(now) is None
            settle(some, now)
        link = some.any(0.2)
        assert link is not None
        assert link.port == made.port
        some.close()


def test_an_unused_connection_is_closed_and_made_again_at_once() -> None:
    with leader() as made:
        some = links(("127.0.0.1", made.port), idle_s=100)
        assert some.any(0.0) is None
        settle(some, 0.0)
        now = time.monotonic()
        link = some.any(now)
        assert link is not None
        some.look_after(now + 99)
        assert some.any(now + 99) is link
        assert some.look_after(link.used + 101) == []
        assert link.is_closed
        assert some.to(("127.0.0.1", made.port), now + 101) not in (None, link)
        some.close()


def test_what_is_counted_goes_to_the_broker_once_its_id_is_known() -> None:
    with leader() as made:
        some = links(("127.0.0.1", 1), ("127.0.0.1", made.port))
        link = some.to(("127.0.0.1", made.port), 0.0)
        assert link is not None
        assert link.traffic is some._traffic.node(-2)
        some.know({5: ("127.0.0.1", made.port)})
        assert link.traffic is some._traffic.node(5)
        some.close()


def test_overdue_answers_are_looked_for_and_others_are_waited_for_too() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert links().next_deadline(5.0) > 100
        assert links(("127.0.0.1", 1)).any_delay(5.0) == 0.001
    one, other = socket.socketpair()
    with one, other:
        assert not links().wait(0, (one.fileno(),))
        other.send(b"x")
        assert links().wait(10, (one.fileno(),))
