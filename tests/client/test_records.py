"""What librdkafka's clients have in common: errors in Java's words, and what is said of connections."""

import pytest
from confluent_kafka import KafkaError

from kafkacli.client import records
from kafkacli.client.connection import AuthenticationFailed, ConnectFailed
from kafkacli.client.librdkafka_properties import Side
from kafkacli.client.librdkafka_settings import ClientConfig
from kafkacli.client.records import (
    Connecting,
    NotConnected,
    RecordError,
    check_bootstrap,
    exception_text,
    new_consumer,
    new_producer,
    topic_exception,
)
from kafkacli.config_types import ConfigError
from kafkacli.errors import ErrorCode

REFUSED = KafkaError(KafkaError._TRANSPORT, "h:1: Connect failed: Connection refused")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            KafkaError(KafkaError._MSG_TIMED_OUT, "too late"),
            "org.apache.kafka.common.errors.TimeoutException: too late",
        ),
        (
            REFUSED,
            "org.apache.kafka.common.errors.NetworkException: The server disconnected before a response was received.",
        ),
        (
            KafkaError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
            "org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition.",
        ),
        (KafkaError(KafkaError._FATAL, "broken"), "org.apache.kafka.common.KafkaException: broken"),
    ],
    ids=["time", "network", "broker", "other"],
)
def test_errors_in_javas_words(error: KafkaError, text: str) -> None:
    assert exception_text(error) == text


def test_errors_of_topics() -> None:
    errors = "org.apache.kafka.common.errors."
    assert (
        topic_exception("t", ErrorCode.INVALID_TOPIC_EXCEPTION) == f"{errors}InvalidTopicException: Invalid topics: [t]"
    )
    assert topic_exception("t", ErrorCode.TOPIC_AUTHORIZATION_FAILED) == (
        f"{errors}TopicAuthorizationException: Not authorized to access topics: [t]"
    )
    assert topic_exception("t", ErrorCode.LEADER_NOT_AVAILABLE) == ""


class Clock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


class Heard:
    """A connection's state under a clock of its own, and what it said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, limit_ms: int | None = None) -> None:
        self.clock = Clock()
        monkeypatch.setattr(records, "time", self.clock)
        self.said: list[str] = []
        self.failure: ConnectFailed | None = None
        self.connecting = Connecting(
            lambda: self.failure, lambda level, text: self.said.append(f"{level} {text}"), limit_ms
        )

    def look_at(self, seconds: float, answers: bool = False) -> list[str]:
        self.clock.now = 100.0 + seconds
        self.connecting.look(lambda: answers)
        return self.said


def test_a_stage_is_named_once_after_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(monkeypatch)
    heard.connecting.heard(REFUSED)
    assert heard.look_at(4.9) == []
    assert heard.look_at(5) == ["WARN No broker answers. h:1: Connect failed: Connection refused"]
    assert len(heard.look_at(50)) == 1


def test_nothing_is_said_once_a_broker_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(monkeypatch)
    heard.connecting.heard(REFUSED)
    assert heard.look_at(6, answers=True) == []
    assert heard.look_at(20) == []
    heard.connecting.say()
    assert heard.said == []


def test_what_our_own_connection_meets_is_said_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(monkeypatch)
    heard.connecting.heard(REFUSED)
    heard.failure = ConnectFailed("TCP", "h:1", "nobody listens")
    assert heard.look_at(5) == ["WARN No broker answers. h:1: nobody listens (TCP)"]


@pytest.mark.parametrize("code", [KafkaError._SSL, KafkaError._AUTHENTICATION])
def test_a_refusal_ends_it_at_once(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    heard = Heard(monkeypatch)
    heard.connecting.heard(KafkaError(code, "failed"))
    heard.failure = AuthenticationFailed("TLS", "h:1", "has expired", "SslAuthenticationException", "failed")
    with pytest.raises(RecordError, match=r"^org\.apache\.kafka\.common\.errors\.SslAuthenticationException: failed$"):
        heard.look_at(0)
    assert heard.said == ["ERROR h:1: has expired (TLS)"]


def test_doubts_pass_when_our_own_connection_works(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(monkeypatch)
    heard.connecting.heard(KafkaError(KafkaError._SSL, "failed"))
    assert heard.look_at(0) == []


def test_errors_that_have_nothing_to_do_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(monkeypatch)
    heard.connecting.heard(KafkaError(KafkaError._UNKNOWN_PARTITION, "t [7]"))
    heard.connecting.heard(KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down"))
    assert heard.look_at(10) == []


def test_a_limit_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(monkeypatch, limit_ms=8000)
    heard.connecting.heard(REFUSED)
    assert len(heard.look_at(7)) == 1
    with pytest.raises(NotConnected, match="No broker answered within 8000 ms: h:1: Connect failed"):
        heard.look_at(8)


def test_refused_credentials_end_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(monkeypatch)
    heard.connecting.heard(KafkaError(KafkaError._AUTHENTICATION, "wrong password"))
    with pytest.raises(RecordError, match=r"errors\.SaslAuthenticationException: wrong password"):
        heard.look_at(0)


def config(servers: str, **properties: str) -> ClientConfig:
    return ClientConfig(Side.PRODUCER, {"bootstrap.servers": servers, **properties})


@pytest.mark.parametrize(
    ("servers", "message"),
    [
        ("", "No resolvable bootstrap urls given in bootstrap.servers"),
        ("no.such.host.invalid:1", "No resolvable bootstrap urls given in bootstrap.servers"),
        ("localhost", "Invalid url in bootstrap.servers: localhost"),
        ("localhost:x", "Invalid url in bootstrap.servers: localhost:x"),
    ],
)
def test_servers_that_cannot_be(servers: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_bootstrap(config(servers))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "servers", ["localhost:1", "127.0.0.1:1", "[::1]:1", "PLAINTEXT://localhost:1", "no.such.invalid:1,localhost:1"]
)
def test_servers_that_can(servers: str) -> None:
    check_bootstrap(config(servers))


def test_what_librdkafka_refuses_is_a_config_error() -> None:
    with pytest.raises(ConfigError):
        new_producer(config("localhost:1", **{"security.protocol": "CARRIER_PIGEON"}), lambda _: None, lambda *_: None)
    with pytest.raises(ConfigError):
        new_consumer(ClientConfig(Side.CONSUMER, {}), lambda _: None)
