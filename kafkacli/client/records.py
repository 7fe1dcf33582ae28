"""librdkafka's clients, built in this one place to behave as the Java clients of 2.6.2; their errors, as Java names them.

Nothing is printed: what Java would log goes to a `Notice`. Used by `producing.py` and `consuming.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kafkacli.client.librdkafka_settings import ClientConfig
from kafkacli.config_types import ConfigError
from kafkacli.errors import ErrorCode, error_info

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from confluent_kafka import Consumer, KafkaError, Producer

    from kafkacli.client.connection import ConnectFailed

    Notice = Callable[[str, str], None]
    """Told what Java logs: level and text."""

ERRORS = "org.apache.kafka.common.errors."
TIMEOUT = ERRORS + "TimeoutException"
SLICE = 0.1  # seconds after which a signal is noticed
_PATIENCE = 5.0  # seconds without a connection before it is said why


class RecordError(Exception):
    """An error that ends a client; str() is the exception as Java prints it."""


class NotConnected(Exception):
    """No broker answered within the time that the user set; str() says at which stage it was."""


class Connecting:
    """Hears of librdkafka's errors; after five seconds without a broker says, once, at which stage it is.

    why: finds out, with a connection of our own, why no broker lets us in. limit_ms: give up after so long, None: never.
    """

    def __init__(self, why: Callable[[], ConnectFailed | None], notice: Notice, limit_ms: int | None = None) -> None:
        self._why = why
        self._notice = notice
        self._limit_ms = limit_ms
        self._since: float | None = time.monotonic()
        self._said = False
        self._stage = ""
        self._refused = ""
        self._is_doubtful = False  # TLS failed; it may be for good

    def heard(self, error: KafkaError) -> None:
        """Take an error from librdkafka, such as `HOST:PORT: Connect to … failed: Connection refused (… in state CONNECT)`."""
        code = error.code()
        if code in (error._AUTHENTICATION, ErrorCode.SASL_AUTHENTICATION_FAILED):
            self._refused = f"{ERRORS}SaslAuthenticationException: {error.str()}"
        if code == error._SSL:
            self._is_doubtful = True
        if code in (error._TRANSPORT, error._RESOLVE, error._SSL, error._TIMED_OUT):
            self._stage = error.str()
            if self._since is None:
                self._since = time.monotonic()

    def connected(self) -> None:
        """Take note that a broker answered."""
        self._since = None
        self._stage = ""

    def look(self, answers: Callable[[], bool]) -> None:
        """Say what is wrong when it is time, unless `answers`, which asks a broker, says that all is well again.

        librdkafka says nothing when it reconnects. Raises RecordError when credentials were refused, NotConnected at the limit.
        """
        if self._refused or self._is_doubtful:
            self._is_doubtful = False
            self._look_closely()
            if self._refused:
                raise RecordError(self._refused)
        if self._since is None or not self._stage:
            return
        waited = time.monotonic() - self._since
        patience = _PATIENCE if self._limit_ms is None else min(self._limit_ms / 1000, _PATIENCE)
        if waited < patience or (self._said and self._limit_ms is None):
            return
        if answers():
            self.connected()
            return
        self._look_closely()
        if self._limit_ms is not None and waited * 1000 >= self._limit_ms:
            raise NotConnected(f"{TIMEOUT}: No broker answered within {self._limit_ms} ms: {self._stage}")
        self.say()

    def say(self) -> None:
        """Say what is wrong, if something is and it wasn't said yet."""
        if self._stage and not self._said:
            self._said = True
            self._notice("WARN", f"No broker answers. {self._stage}")

    def _look_closely(self) -> None:
        """Find out more. Raises RecordError when one side refuses the other."""
        from kafkacli.client.connection import AuthenticationFailed
        from kafkacli.client.java_errors import cause_text

        failure = self._why()
        if isinstance(failure, AuthenticationFailed):
            text = cause_text(failure)
            failure.tell(lambda reason: self._notice("ERROR", reason))
            raise RecordError(text)
        if failure is not None:
            self._stage = str(failure)


class _Silence:
    """Takes librdkafka's log lines, which it would print itself; what matters of them comes as errors too."""

    def log(self, *_: object) -> None:
        pass


def topic_exception(topic: str, code: int) -> str:
    """Return the exception that an error of a topic's metadata means to Java, "" for those after which it tries again."""
    if code == ErrorCode.INVALID_TOPIC_EXCEPTION:
        return f"{ERRORS}InvalidTopicException: Invalid topics: [{topic}]"
    if code == ErrorCode.TOPIC_AUTHORIZATION_FAILED:
        return f"{ERRORS}TopicAuthorizationException: Not authorized to access topics: [{topic}]"
    return ""


def exception_text(error: KafkaError) -> str:
    """Return an error of librdkafka or of a broker as Java prints the exception for it."""
    code = error.code()
    if code in (error._MSG_TIMED_OUT, error._TIMED_OUT):
        return f"{TIMEOUT}: {error.str()}"
    if code == error._TRANSPORT:
        return f"{ERRORS}NetworkException: The server disconnected before a response was received."
    if code > 0:
        info = error_info(code)
        return f"{ERRORS}{info.exception}: {info.message}"
    return f"org.apache.kafka.common.KafkaException: {error.str()}"


def new_producer(
    config: ClientConfig, on_error: Callable[[KafkaError], None], on_delivery: Any, **settings: Any
) -> Producer:
    """Return a producer; settings: further ones of librdkafka's, dots as underscores."""
    from confluent_kafka import KafkaException, Producer

    try:
        return Producer(
            {**config.settings(), **_named(settings), "error_cb": on_error, "on_delivery": on_delivery},
            logger=_Silence(),
        )
    except (KafkaException, ValueError) as error:
        raise ConfigError(_refusal(error)) from None


def _named(settings: dict[str, Any]) -> dict[str, Any]:
    return {name if name.endswith("_cb") else name.replace("_", "."): value for name, value in settings.items()}


def new_consumer(config: ClientConfig, on_error: Callable[[KafkaError], None], **settings: Any) -> Consumer:
    """Return a consumer; settings: as of `new_producer`."""
    from confluent_kafka import Consumer, KafkaException

    try:
        return Consumer({**config.settings(), **_named(settings), "error_cb": on_error}, logger=_Silence())
    except (KafkaException, ValueError) as error:
        raise ConfigError(_refusal(error)) from None


def _refusal(error: Exception) -> str:
    """Return librdkafka's words about a setting, without the number that comes with them."""
    from confluent_kafka import KafkaError

    what = error.args[0]
    return str(what.str() if isinstance(what, KafkaError) else what)


def broker_answers(client: Producer | Consumer) -> bool:
    """Whether a broker answers now, within half a second."""
    from confluent_kafka import KafkaException

    try:
        client.list_topics(timeout=0.5)
    except KafkaException:
        return False
    return True


def warn_of_unknown(config: ClientConfig, notice: Notice) -> None:
    for name in config.unknown:
        notice("WARN", f"The configuration '{name}' was supplied but isn't a known config.")


def why_no_broker(config: ClientConfig) -> ConnectFailed | None:
    """Return what a connection of our own meets, None when it works."""
    from kafkacli.client.diagnosis import why_not

    return why_not(config.properties)


def check_bootstrap(config: ClientConfig) -> None:
    """Raise ConfigError when no name in bootstrap.servers resolves: Java ends there, librdkafka would go on trying."""
    from socket import gaierror, getaddrinfo

    for address in config.values["bootstrap.servers"]:
        host, colon, port = address.rpartition(":")
        if not colon or not port.isdecimal():
            raise ConfigError(f"Invalid url in bootstrap.servers: {address}")
        try:
            getaddrinfo(host.rpartition("://")[2].strip("[]"), port)
            return
        except (gaierror, UnicodeError):
            pass
    raise ConfigError("No resolvable bootstrap urls given in bootstrap.servers")
