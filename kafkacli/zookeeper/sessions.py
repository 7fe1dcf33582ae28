"""Sessions: their ids and passwords, negotiated timeouts, and expiry in buckets of one tick.

A session lives until nothing was heard of it for its timeout, rounded up to the next tick; the clock is the caller's
(milliseconds of any steady clock). Its password follows from its id, as in the original, so that a session goes on when
the data directory moves to Apache ZooKeeper or back.
Source: SessionTrackerImpl.java, ExpiryQueue.java, ZooKeeperServer.generatePasswd (3.5.9).
"""

from __future__ import annotations

from collections.abc import Iterator

from kafkacli.zookeeper.protocol import Error, KeeperError

_SERVER_ID = 1  # the high byte of new session ids
_PASSWORD_SECRET = 0xB3415C00
_LCG_MASK = (1 << 48) - 1


class Session:
    """One client's session."""

    __slots__ = ("closing", "expires_ms", "session_id", "timeout_ms")

    def __init__(self, session_id: int, timeout_ms: int) -> None:
        self.session_id = session_id
        self.timeout_ms = timeout_ms
        self.expires_ms = 0
        self.closing = False


class Sessions:
    """All sessions of a server."""

    def __init__(
        self, *, tick_ms: int, min_timeout_ms: int, max_timeout_ms: int, now_ms: int, first_id_ms: int
    ) -> None:
        """Start without sessions.

        tick_ms: width of an expiry bucket.
        now_ms: the steady clock; every later `now_ms` is of the same one.
        first_id_ms: milliseconds that no earlier run used, the seed of new ids: the time of day.
        """
        self._tick_ms = tick_ms
        self._min_timeout_ms = min_timeout_ms
        self._max_timeout_ms = max_timeout_ms
        self._sessions: dict[int, Session] = {}
        self._buckets: dict[int, dict[int, Session]] = {}
        self._next_bucket_ms = self._bucket(now_ms)
        self._next_id = _SERVER_ID << 56 | (first_id_ms << 16) & 0xFF_FFFF_FFFF_FFFF

    def __contains__(self, session_id: int) -> bool:
        return session_id in self._sessions

    def __iter__(self) -> Iterator[Session]:
        return iter(self._sessions.values())

    def __len__(self) -> int:
        return len(self._sessions)

    @property
    def next_check_ms(self) -> int:
        """When `expired` may next find something."""
        return self._next_bucket_ms

    def negotiate(self, timeout_ms: int) -> int:
        """Return a wanted timeout brought between the server's limits."""
        return min(max(timeout_ms, self._min_timeout_ms), self._max_timeout_ms)

    def create(self, timeout_ms: int, now_ms: int) -> Session:
        """Return a new session, with an id that this server has not given before."""
        while self._next_id in self._sessions:  # one of an earlier run, should the clock have gone back
            self._next_id += 1
        self._next_id += 1  # no id is given twice, also when the first session that had it is gone
        return self.add(self._next_id - 1, timeout_ms, now_ms)

    def add(self, session_id: int, timeout_ms: int, now_ms: int) -> Session:
        """Return a session that a log or snapshot tells of, with its whole timeout ahead."""
        session = self._sessions[session_id] = Session(session_id, timeout_ms)
        self._move(session, now_ms + timeout_ms)
        return session

    def touch(self, session_id: int, timeout_ms: int, now_ms: int) -> bool:
        """Note a sign of life; False when there is no such session or it is closing."""
        session = self._sessions.get(session_id)
        if session is None or session.closing:
            return False
        expires_ms = now_ms + timeout_ms
        if not session.expires_ms - self._tick_ms <= expires_ms < session.expires_ms:  # another bucket than before
            self._move(session, expires_ms)
        return True

    def check(self, session_id: int) -> None:
        """Raise KeeperError UNKNOWN_SESSION or SESSION_EXPIRED unless the session lives."""
        session = self._sessions.get(session_id)
        if session is None:
            raise KeeperError(Error.UNKNOWN_SESSION)
        if session.closing:
            raise KeeperError(Error.SESSION_EXPIRED)

    def expired(self, now_ms: int) -> list[Session]:
        """Return the sessions whose time is up, marked as closing; the caller closes and removes them."""
        result: list[Session] = []
        while self._next_bucket_ms <= now_ms:
            result += self._buckets.pop(self._next_bucket_ms, {}).values()
            self._next_bucket_ms += self._tick_ms
        for session in result:
            session.closing = True
        return result

    def remove(self, session_id: int) -> None:
        """Forget a session; one that isn't there is no error."""
        session = self._sessions.pop(session_id, None)
        if session is not None:
            self._buckets.get(session.expires_ms, {}).pop(session_id, None)

    def _bucket(self, time_ms: int) -> int:
        return (time_ms // self._tick_ms + 1) * self._tick_ms

    def _move(self, session: Session, expires_ms: int) -> None:
        bucket = self._bucket(expires_ms)
        if bucket != session.expires_ms:
            self._buckets.get(session.expires_ms, {}).pop(session.session_id, None)
            session.expires_ms = bucket
            self._buckets.setdefault(bucket, {})[session.session_id] = session


def password_of(session_id: int) -> bytes:
    """Return the 16 bytes that prove a session's ownership: java.util.Random's, seeded with the id."""
    state = (session_id ^ _PASSWORD_SECRET ^ 0x5DEECE66D) & _LCG_MASK
    password = b""
    for _ in range(4):
        state = (state * 0x5DEECE66D + 0xB) & _LCG_MASK
        password += (state >> 16 & 0xFFFFFFFF).to_bytes(4, "little")
    return password
