"""What is said while no broker lets a client in."""

import pytest

from kafkacli.client import patience
from kafkacli.client.connection import AuthenticationFailed, ConnectFailed
from kafkacli.client.patience import Patience
from kafkacli.client.records import NotConnected

REFUSED = ConnectFailed("TCP", "h:1", "connection refused")


class Waiting:
    """Patience under a clock of its own, and what it said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, limit_ms: int | None = None) -> None:
        self.now = 100.0
        monkeypatch.setattr(patience, "time", self)
        self.said: list[str] = []
        self.patience = Patience(lambda level, text: self.said.append(f"{level} {text}"), limit_ms)

    def monotonic(self) -> float:
        return self.now

    def look_at(self, seconds: float) -> list[str]:
        self.now = 100.0 + seconds
        self.patience.look()
        return self.said


def test_a_stage_is_named_once_after_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Waiting(monkeypatch)
    waiting.patience.failed(REFUSED)
    assert waiting.look_at(4.9) == []
    assert waiting.look_at(5) == ["WARN No broker answers. h:1: connection refused (TCP)"]
    assert len(waiting.look_at(50)) == 1


def test_nothing_is_said_once_a_broker_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Waiting(monkeypatch)
    waiting.patience.failed(REFUSED)
    waiting.patience.connected()
    assert waiting.look_at(20) == []
    waiting.patience.say()
    assert waiting.said == []


def test_time_counts_from_the_loss_of_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Waiting(monkeypatch)
    waiting.patience.connected()
    assert waiting.look_at(60) == []
    waiting.patience.failed(REFUSED)
    assert waiting.look_at(64) == []
    assert len(waiting.look_at(66)) == 1


def test_a_limit_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Waiting(monkeypatch, limit_ms=8000)
    waiting.patience.failed(REFUSED)
    assert len(waiting.look_at(7)) == 1
    with pytest.raises(NotConnected, match=r"No broker answered within 8000 ms: h:1: connection refused \(TCP\)"):
        waiting.look_at(8)


def test_a_refusal_is_java_s_exception_and_what_that_leaves_out_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Waiting(monkeypatch)
    assert waiting.patience.refused() == ""
    failure = AuthenticationFailed("TLS", "h:1", "has expired", "SslAuthenticationException", "failed")
    waiting.patience.failed(failure)
    for _ in range(2):
        assert waiting.patience.refused() == "org.apache.kafka.common.errors.SslAuthenticationException: failed"
    assert waiting.said == ["ERROR h:1: has expired (TLS)"]
