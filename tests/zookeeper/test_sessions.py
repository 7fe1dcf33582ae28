"""Sessions on a clock that the test moves."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.protocol import Error, KeeperError
from kafkacli.zookeeper.sessions import Sessions, password_of


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(tick_ms=100, min_timeout_ms=200, max_timeout_ms=2000, now_ms=1000, first_id_ms=1_700_000_000_000)


def test_timeouts_are_brought_between_the_limits(sessions: Sessions) -> None:
    assert [sessions.negotiate(timeout_ms) for timeout_ms in (-1, 200, 700, 9999)] == [200, 200, 700, 2000]


def test_ids_are_new_and_carry_the_servers_number(sessions: Sessions) -> None:
    first, second = sessions.create(200, 1000), sessions.create(200, 1000)
    assert second.session_id == first.session_id + 1
    assert first.session_id >> 56 == 1


def test_an_id_of_an_earlier_run_is_not_given_again(sessions: Sessions) -> None:
    first = sessions.create(200, 1000)
    sessions.add(first.session_id + 1, 200, 1000)
    assert sessions.create(200, 1000).session_id == first.session_id + 2


def test_the_id_of_a_closed_session_is_not_given_again(sessions: Sessions) -> None:
    first = sessions.create(200, 1000)
    sessions.remove(first.session_id)
    assert sessions.create(200, 1000).session_id == first.session_id + 1


def test_a_session_expires_at_the_tick_after_its_timeout(sessions: Sessions) -> None:
    session = sessions.create(250, 1010)
    assert sessions.expired(1299) == []
    assert sessions.next_check_ms == 1300
    assert sessions.expired(1300) == [session]
    with pytest.raises(KeeperError) as refused:
        sessions.check(session.session_id)
    assert refused.value.code == Error.SESSION_EXPIRED
    assert not sessions.touch(session.session_id, 250, 1300)
    sessions.remove(session.session_id)
    with pytest.raises(KeeperError) as refused:
        sessions.check(session.session_id)
    assert refused.value.code == Error.UNKNOWN_SESSION


def test_a_sign_of_life_moves_the_end(sessions: Sessions) -> None:
    session = sessions.create(200, 1000)
    assert sessions.touch(session.session_id, 200, 1150)
    assert sessions.expired(1399) == []
    assert sessions.expired(1400) == [session]


def test_a_long_silence_of_the_loop_expires_all_that_is_due(sessions: Sessions) -> None:
    made = [sessions.create(timeout_ms, 1000) for timeout_ms in (200, 500, 900, 2000)]
    assert sessions.expired(2500) == made[:3]


def test_a_removed_session_does_not_expire(sessions: Sessions) -> None:
    session = sessions.add(77, 200, 1000)
    assert 77 in sessions
    assert list(sessions) == [session]
    sessions.remove(77)
    sessions.remove(77)
    assert len(sessions) == 0
    assert sessions.expired(9999) == []


def test_passwords_are_the_originals() -> None:
    # what java.util.Random gives for these seeds, as ZooKeeperServer.generatePasswd uses it
    assert password_of(1 << 56).hex() == "f22acd4a97e69d6d20a49bb638eadb38"
    assert password_of((1 << 56) + 1).hex() == "054cc74a37327db215e702e20c73f005"
    assert password_of(-5).hex() == "d47144b5e45e45c49c3b7fdcd66257ba"
