"""Incremental fetch sessions (KIP-227): a client names its partitions once, then only what changes, and hears only of news.

    session id   0: none                          epoch   0: full request, a session may be made of it
                 other: one this broker gave out          -1: full request, no session; ends the one it names
                                                          1 and up: incremental, one more each time, after 2^31-1 comes 1

A full request is answered with all of its partitions. In a session, partitions without new records, high watermark, log
start offset or error are left out. The cache is bounded: a new session takes the place of one that is stale, of a client's
when it is a follower's, or of one with fewer partitions that isn't new itself.
Source: Apache `FetchSession.scala`.
"""

from collections.abc import Callable, Mapping

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.fetch import (
    FetchablePartitionResponse,
    FetchableTopicResponse,
    FetchPartition,
    FetchRequest,
    FetchResponse,
)

NO_SESSION = 0
INITIAL_EPOCH = 0
FINAL_EPOCH = -1

_MAX_INT32 = 2**31 - 1
Key = tuple[str, int]


def next_epoch(epoch: int) -> int:
    """The epoch of the request after the one with `epoch`."""
    if epoch < 0:
        return FINAL_EPOCH
    return 1 if epoch == _MAX_INT32 else epoch + 1


class _Cached:
    """A session's partition: what was last asked, and what was last told."""

    __slots__ = ("asked", "high_watermark", "log_start_offset")

    def __init__(self, asked: FetchPartition, high_watermark: int = -1, log_start_offset: int = -1) -> None:
        self.asked = asked
        self.high_watermark = high_watermark
        self.log_start_offset = log_start_offset

    def is_news(self, told: FetchablePartitionResponse) -> bool:
        """Whether the client has to hear of this, which then counts as told."""
        news = bool(told.records) or told.preferred_read_replica >= 0
        if self.high_watermark != told.high_watermark:
            self.high_watermark = told.high_watermark
            news = True
        if self.log_start_offset != told.log_start_offset:
            self.log_start_offset = told.log_start_offset
            news = True
        if told.error_code:
            self.high_watermark = -1  # so that the partition is sent again when the error is over
            news = True
        return news


class _Session:
    __slots__ = ("created_ms", "epoch", "id", "is_follower", "partitions", "used_ms")

    def __init__(self, session_id: int, is_follower: bool, partitions: dict[Key, _Cached], now_ms: int) -> None:
        self.id = session_id
        self.is_follower = is_follower
        self.partitions = partitions
        self.created_ms = self.used_ms = now_ms
        self.epoch = next_epoch(INITIAL_EPOCH)

    def update(self, request: FetchRequest) -> None:
        for topic in request.topics:
            for asked in topic.fetch_partitions:
                cached = self.partitions.get((topic.name, asked.partition_index))
                if cached is None:
                    self.partitions[topic.name, asked.partition_index] = _Cached(asked)
                else:
                    cached.asked = asked
        for forgotten in request.forgotten:
            for index in forgotten.forgotten_partition_indexes:
                self.partitions.pop((forgotten.name, index), None)


class FetchContext:
    """One fetch: the partitions to read, and the way from their results to the response.

    error: not NONE when the session can't be used; there is nothing to read then.
    """

    __slots__ = ("_epoch", "_request", "_session", "_sessions", "error", "partitions")

    def __init__(
        self,
        partitions: Mapping[Key, FetchPartition],
        *,
        error: ErrorCode = ErrorCode.NONE,
        session: _Session | None = None,
        sessions: "FetchSessions | None" = None,
        request: FetchRequest | None = None,
    ) -> None:
        self.partitions = partitions
        self.error = error
        self._session = session
        self._sessions = sessions
        self._request = request
        self._epoch = session.epoch if session is not None else 0

    def respond(self, results: Mapping[Key, FetchablePartitionResponse], now_ms: int) -> FetchResponse:
        """Return the response with these results; those that are no news are left out of a session's."""
        session = self._session
        session_id = NO_SESSION
        if session is not None:
            session_id = session.id
            if session.epoch != self._epoch:  # a duplicate came in while this one was parked
                return FetchResponse(error_code=ErrorCode.INVALID_FETCH_SESSION_EPOCH, session_id=session_id)
            results = self._news(session, results)
        elif self._sessions is not None and self._request is not None:
            session_id = self._sessions.create(self.partitions, results, self._request.replica_id >= 0, now_ms)
        return FetchResponse(error_code=self.error, session_id=session_id, topics=_by_topic(results))

    def preview(self, results: Mapping[Key, FetchablePartitionResponse]) -> FetchResponse:
        """Return a response like the one that `respond` would give, to measure it; nothing changes by that."""
        if self._session is not None:
            results = {key: result for key, result in results.items() if result.records or result.error_code}
        return FetchResponse(topics=_by_topic(results))

    def throttled(self, throttle_time_ms: int) -> FetchResponse:
        """Return a response without results, for a client that has to wait before it gets any; a session stays as it is."""
        session = self._session
        if session is None:
            return FetchResponse(throttle_time_ms=throttle_time_ms)
        stale = session.epoch != self._epoch
        error = ErrorCode.INVALID_FETCH_SESSION_EPOCH if stale else ErrorCode.NONE
        return FetchResponse(throttle_time_ms=throttle_time_ms, error_code=error, session_id=session.id)

    def _news(
        self, session: _Session, results: Mapping[Key, FetchablePartitionResponse]
    ) -> dict[Key, FetchablePartitionResponse]:
        news = {}
        for key, result in results.items():
            cached = session.partitions.get(key)
            if cached is not None and cached.is_news(result):
                news[key] = result
                if len(session.partitions) > 1:  # those that had something go to the end, so that all get their turn
                    del session.partitions[key]
                    session.partitions[key] = cached
        return news


class FetchSessions:
    """The cache of sessions.

    max_entries: how many there may be. eviction_ms: how long one is safe from being replaced.
    new_id: gives numbers from 1 to 2^31-1, not to be guessed.
    """

    def __init__(self, new_id: Callable[[], int], max_entries: int = 1000, eviction_ms: int = 120_000) -> None:
        self._new_id = new_id
        self._max_entries = max_entries
        self._eviction_ms = eviction_ms
        self._sessions: dict[int, _Session] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def context(self, request: FetchRequest, now_ms: int) -> FetchContext:
        """Return what the request asks for, its session taken into account and brought up to date."""
        if request.epoch == INITIAL_EPOCH or request.epoch == FINAL_EPOCH:
            if request.session_id != NO_SESSION:
                self._sessions.pop(request.session_id, None)
            asked = _asked(request)
            if request.epoch == FINAL_EPOCH:
                return FetchContext(asked)
            return FetchContext(asked, sessions=self, request=request)
        session = self._sessions.get(request.session_id)
        if session is None:
            return FetchContext({}, error=ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
        if session.epoch != request.epoch:
            return FetchContext({}, error=ErrorCode.INVALID_FETCH_SESSION_EPOCH)
        session.update(request)
        if not session.partitions:
            del self._sessions[session.id]
            return FetchContext({})
        session.used_ms = now_ms
        session.epoch = next_epoch(session.epoch)
        return FetchContext({key: cached.asked for key, cached in session.partitions.items()}, session=session)

    def create(
        self,
        asked: Mapping[Key, FetchPartition],
        told: Mapping[Key, FetchablePartitionResponse],
        is_follower: bool,
        now_ms: int,
    ) -> int:
        """Make a session of a full fetch and its results. Returns its id, or NO_SESSION when there is no room."""
        if len(self._sessions) >= self._max_entries and not self._evict(is_follower, len(told), now_ms):
            return NO_SESSION
        session_id = self._new_id()
        while session_id in self._sessions:
            session_id = self._new_id()
        partitions = {
            key: _Cached(asked[key], -1 if result.error_code else result.high_watermark, result.log_start_offset)
            for key, result in told.items()
        }
        self._sessions[session_id] = _Session(session_id, is_follower, partitions, now_ms)
        return session_id

    def _evict(self, is_follower: bool, size: int, now_ms: int) -> bool:
        """Remove the session that matters least, if it matters less than a new one of `size` partitions."""
        if not self._sessions:
            return False
        stalest = min(self._sessions.values(), key=lambda session: (session.used_ms, session.id))
        if now_ms - stalest.used_ms > self._eviction_ms:
            del self._sessions[stalest.id]
            return True
        evictable = [
            session
            for session in self._sessions.values()
            if now_ms - session.created_ms > self._eviction_ms or (is_follower and not session.is_follower)
        ]
        if not evictable:
            return False
        least = min(evictable, key=lambda session: (session.is_follower, len(session.partitions), session.id))
        if (is_follower, size, 0) < (least.is_follower, len(least.partitions), least.id):
            return False
        del self._sessions[least.id]
        return True


def _asked(request: FetchRequest) -> dict[Key, FetchPartition]:
    return {(topic.name, asked.partition_index): asked for topic in request.topics for asked in topic.fetch_partitions}


def _by_topic(results: Mapping[Key, FetchablePartitionResponse]) -> list[FetchableTopicResponse]:
    """Neighbours of one topic together, the order kept."""
    topics: list[FetchableTopicResponse] = []
    for (name, _), result in results.items():
        if not topics or topics[-1].name != name:
            topics.append(FetchableTopicResponse(name=name))
        topics[-1].partitions.append(result)
    return topics
