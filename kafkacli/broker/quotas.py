"""Client quotas: how much a user or client may produce, fetch, and keep the broker busy, and how long one that had more waits.

Bytes (or percent of a thread's time) are counted in `quota.window.num` windows of `quota.window.size.seconds`; who is over
the limit waits until the mean of all windows is at the limit again, and each client waits at its connection: the answer
goes out at once, the next request isn't read. No IO; clocks come in. Which of several quotas counts, the first there is:

    /config/users/U/clients/C   /config/users/U/clients/<default>   /config/users/U
    /config/users/<default>/clients/C   /config/users/<default>/clients/<default>   /config/users/<default>
    /config/clients/C   /config/clients/<default>   quota.producer.default, quota.consumer.default

Source: Apache `ClientQuotaManager.scala`, `ClientRequestQuotaManager.scala`, `Rate.java`, `SampledStat.java` (KIP-13, KIP-55,
KIP-124, KIP-219).
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Generator, Mapping
from functools import partial
from time import perf_counter_ns
from typing import Any, Final, Generic, NamedTuple, TypeVar

from kafkacli.registry.client_quotas import (
    DEFAULT,
    PRODUCER_BYTE_RATE,
    QUOTAS,
    REQUEST_PERCENTAGE,
    QuotaEntity,
    quota_values,
    sanitized,
)
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.header import RequestHeader
from kafkacli.wire.schema import Message

T = TypeVar("T")

NO_LIMIT: Final = 2**63 - 1
_INACTIVE_MS: Final = 3_600_000
_MANY_RATES: Final = 1_000
ANONYMOUS: Final = "ANONYMOUS"
_EXEMPT: Final = frozenset(
    {
        ApiKey.LEADER_AND_ISR,
        ApiKey.STOP_REPLICA,
        ApiKey.UPDATE_METADATA,
        ApiKey.CONTROLLED_SHUTDOWN,
        ApiKey.WRITE_TXN_MARKERS,
    }
)
_LONGEST_MS: Final = 2**31 - 2


class Windows(NamedTuple):
    """How rates are measured."""

    number: int = 11
    size_ms: int = 1000


class Rate:
    """A sum over the last windows, by the second."""

    __slots__ = ("_current", "_samples", "_windows", "last_used_ms")

    def __init__(self, windows: Windows, now_ms: int) -> None:
        self._windows = windows
        self._samples: list[tuple[int, float]] = [(now_ms, 0.0)]  # (start of the window in ms, what was counted)
        self._current = 0
        self.last_used_ms = now_ms

    def record(self, value: float, now_ms: int) -> None:
        """Count something that was used now."""
        start, total = self._samples[self._current]
        if now_ms - start >= self._windows.size_ms:
            self._current = (self._current + 1) % self._windows.number
            start, total = now_ms, 0.0
            if self._current == len(self._samples):
                self._samples.append((start, total))
        self._samples[self._current] = start, total + value
        self.last_used_ms = now_ms

    def measure(self, now_ms: int) -> float:
        """Return the rate by the second."""
        span_ms = self.span_ms(now_ms)
        total = sum(value for _, value in self._samples)
        return total / (span_ms / 1000) if span_ms else 0.0

    def span_ms(self, now_ms: int) -> int:
        """Return the time that the rate is the mean of: at least all windows but the one that is being filled."""
        count, size_ms = self._windows
        expired_ms = now_ms - count * size_ms
        self._samples = [(now_ms, 0.0) if start <= expired_ms else (start, value) for start, value in self._samples]
        elapsed_ms = now_ms - min(start for start, _ in self._samples)
        missing = count - 1 - elapsed_ms // size_ms
        return elapsed_ms + max(missing, 0) * size_ms


class Usage:
    """What one request costs its client: bytes produced, time taken. Made when it comes in, charged with its answer.

    The time of reading and writing, a network thread's in Kafka, is charged when the answer has gone out.
    """

    __slots__ = (
        "_client_id",
        "_nanoseconds",
        "_network_nanoseconds",
        "_produced",
        "_quotas",
        "_started",
        "_user",
        "_wait_for_time_ms",
    )

    def __init__(self, quotas: ClientQuotas, user: str, client_id: str, produced: int | None) -> None:
        """produced: size in bytes of a produce request."""
        self._quotas = quotas
        self._user = user
        self._client_id = client_id
        self._produced = produced
        self._started = quotas.nanoseconds()
        self._nanoseconds: int | None = None
        self._network_nanoseconds = 0
        self._wait_for_time_ms: int | None = None

    def decoded(self) -> None:
        """The request has been read: its handler's time begins."""
        began, self._started = self._started, self._quotas.nanoseconds()
        self._network_nanoseconds += self._started - began

    def sent(self, since: int, now_ms: int) -> None:
        """Charge what it took to read the request, and to write its answer since then: nobody waits for that this time."""
        self._network_nanoseconds += self._quotas.nanoseconds() - since
        percent = self._network_nanoseconds * 100 / 1e9
        self._network_nanoseconds = 0
        self._quotas.record(REQUEST_PERCENTAGE, self._user, self._client_id, percent, now_ms)

    def handled(self) -> None:
        """The handler has returned; what it does later goes through `timed`."""
        self._nanoseconds = self._quotas.nanoseconds() - self._started

    async def timed(self, work: Awaitable[T]) -> T:
        """Await a handler's further work; its own steps cost time, what it waits for doesn't."""
        return await _Steps(self, work)

    def took(self, nanoseconds: int) -> None:
        """Add a step's time."""
        self._nanoseconds = (self._nanoseconds or 0) + nanoseconds

    @property
    def clock(self) -> Callable[[], int]:
        """The clock that requests are timed with."""
        return self._quotas.nanoseconds

    def charge_time(self, now_ms: int) -> int:
        """Charge the time taken so far, the first time this is called; returns for how many ms the client has to wait."""
        if self._wait_for_time_ms is None:
            taken = self._nanoseconds
            if taken is None:
                taken = self._quotas.nanoseconds() - self._started
            percent = taken * 100 / 1e9
            self._wait_for_time_ms = self._quotas.record(
                REQUEST_PERCENTAGE, self._user, self._client_id, percent, now_ms
            )
        return self._wait_for_time_ms

    def charge(self, response: Message | None, now_ms: int) -> int:
        """Return for how many ms the client has to wait, and say so in the response. None: there is none (acks=0)."""
        client = self._user, self._client_id
        wait_ms = 0
        if self._produced is not None:
            wait_ms = self._quotas.record(PRODUCER_BYTE_RATE, *client, self._produced, now_ms)
        if response is not None:
            wait_ms = max(wait_ms, self.charge_time(now_ms))
            told_ms = getattr(response, "throttle_time_ms", 0)
            wait_ms = max(wait_ms, told_ms)
            if wait_ms > told_ms and hasattr(response, "throttle_time_ms"):
                response.throttle_time_ms = wait_ms
        return wait_ms


class _Steps(Generic[T]):
    """Runs an awaitable step by step, with the time of each."""

    __slots__ = ("_usage", "_work")

    def __init__(self, usage: Usage, work: Awaitable[T]) -> None:
        self._usage = usage
        self._work = work

    def __await__(self) -> Generator[Any, Any, T]:
        usage, clock = self._usage, self._usage.clock
        steps = self._work.__await__()
        resume: Callable[[], Any] = partial(next, steps)
        while True:
            started = clock()
            try:
                waited_for = resume()
            except StopIteration as stop:
                result: T = stop.value
                return result
            finally:
                usage.took(clock() - started)
            try:
                sent = yield waited_for
                resume = partial(steps.send, sent)
            except GeneratorExit:
                steps.close()
                raise
            except BaseException as error:
                resume = partial(steps.throw, error)


class ClientQuotas:
    """The limits and rates of one broker.

    nanoseconds: the clock that requests are timed with. defaults: bytes by the second for clients without any quota (by quota key).
    """

    def __init__(
        self,
        windows: Windows = Windows(),  # noqa: B008
        defaults: Mapping[str, int] | None = None,
        nanoseconds: Callable[[], int] = perf_counter_ns,
    ) -> None:
        self._windows = windows
        self._defaults = {key: value for key, value in (defaults or {}).items() if value != NO_LIMIT}
        self._limits: dict[str, dict[QuotaEntity, float]] = {key: {} for key in QUOTAS}
        self._rates: dict[tuple[str, str, str], Rate] = {}
        self._is_any = any(map(self.is_limited, QUOTAS))
        self.nanoseconds = nanoseconds

    def usage(self, header: RequestHeader, size: int) -> Usage | None:
        """Return the account of a request of `size` bytes; None where nothing is limited or the request is a broker's."""
        if not self._is_any or header.api_key in _EXEMPT:
            return None
        return Usage(self, ANONYMOUS, header.client_id or "", size if header.api_key == ApiKey.PRODUCE else None)

    def set_quotas(self, entity: QuotaEntity, configs: Mapping[str, str]) -> None:
        """Take note of an entity's quotas, all it has now."""
        values = quota_values(configs)
        for key, limits in self._limits.items():
            if key in values:
                limits[entity] = values[key]
            else:
                limits.pop(entity, None)
        self._is_any = any(map(self.is_limited, QUOTAS))

    def is_limited(self, key: str) -> bool:
        """Whether there is any quota of this kind."""
        return bool(self._limits[key]) or key in self._defaults

    def limit(self, key: str, user: str, client_id: str) -> float | None:
        """Return what a client may use of something by the second; None: as much as it likes."""
        return self._find(key, user, client_id)[1]

    def most_in_window(self, key: str, user: str, client_id: str) -> float:
        """Return what a client may use at once, so that it need not wait for longer than all windows."""
        limit = self.limit(key, user, client_id)
        return math.inf if limit is None else limit * (self._windows.number - 1) * self._windows.size_ms / 1000

    def record(self, key: str, user: str, client_id: str, value: float, now_ms: int) -> int:
        """Count what a client has used, and return for how many milliseconds it has to wait."""
        if not self.is_limited(key):
            return 0
        owner, limit = self._find(key, user, client_id)
        rate = self._rate((key, *owner), now_ms)
        rate.record(value, now_ms)
        if limit is None or limit <= 0:  # Kafka divides by it, and gets no time to wait
            return 0
        measured = rate.measure(now_ms)
        if measured <= limit:
            return 0
        wait_ms = math.floor(min((measured - limit) / limit * rate.span_ms(now_ms), _LONGEST_MS) + 0.5)
        return min(wait_ms, self._windows.size_ms) if key == REQUEST_PERCENTAGE else wait_ms

    def take_back(self, key: str, user: str, client_id: str, value: float, now_ms: int) -> None:
        """Undo `record`: the client has not got it."""
        owner, _ = self._find(key, user, client_id)
        self._rate((key, *owner), now_ms).record(-value, now_ms)

    def _find(self, key: str, user: str, client_id: str) -> tuple[tuple[str, str], float | None]:
        """Return who shares a rate (user, client id; '' is everybody), and the limit."""
        limits = self._limits[key]
        user, client = sanitized(user), sanitized(client_id)
        for owner, entity in (
            ((user, client), QuotaEntity(user, client)),
            ((user, client), QuotaEntity(user, DEFAULT)),
            ((user, ""), QuotaEntity(user, None)),
            ((user, client), QuotaEntity(DEFAULT, client)),
            ((user, client), QuotaEntity(DEFAULT, DEFAULT)),
            ((user, ""), QuotaEntity(DEFAULT, None)),
            (("", client), QuotaEntity(None, client)),
            (("", client), QuotaEntity(None, DEFAULT)),
        ):
            if (client or entity.client_id is None) and (limit := limits.get(entity)) is not None:
                return owner, limit
        return ("", client), self._defaults.get(key) if client else None

    def _rate(self, owner: tuple[str, str, str], now_ms: int) -> Rate:
        rate = self._rates.get(owner)
        if rate is None:
            if len(self._rates) >= _MANY_RATES:
                oldest_ms = now_ms - _INACTIVE_MS
                self._rates = {key: each for key, each in self._rates.items() if each.last_used_ms > oldest_ms}
            rate = self._rates[owner] = Rate(self._windows, now_ms)
        return rate
