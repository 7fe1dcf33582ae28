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

    Notice = Callable[[str, str], None]
    """Told what Java logs: level and text."""

ERRORS = "org.apache.kafka.common.errors."
TIMEOUT = ERRORS + "TimeoutException"
SLICE = 0.1  # seconds after which a signal is noticed
_PATIENCE = 5.0  # seconds without a connection before it is said why


class RecordError(Exception):
    """An error that ends a client; str() is the exception as Java prints it. authentication: credentials were refused."""

    def __init__(self, text: str, authentication: bool = False) -> None:
        super().__init__(text)
        self.authentication = authentication


class Connecting:
    """Hears of librdkafka's errors; after five seconds without a broker says, once, at which stage it is."""

    def __init__(self, notice: Notice) -> None:
        self._notice = notice
        self._since: float | None = None
        self._said = False
        self._last = ""
        self.refused = ""

    def heard(self, error: KafkaError) -> None:
        from confluent_kafka import KafkaError

        if error.code() in (KafkaError._AUTHENTICATION, ErrorCode.SASL_AUTHENTICATION_FAILED):
            self.refused = f"{ERRORS}SaslAuthenticationException: {error.str()}"
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self._last = error.str()
        if self._since is None:
            self._since = time.monotonic()

    def connected(self) -> None:
        self._since = None

    def look(self) -> None:
        """Say what is wrong when it is time. Raises RecordError when credentials were refused."""
        if self.refused:
            raise RecordError(self.refused, authentication=True)
        if self._said or self._since is None or time.monotonic() - self._since < _PATIENCE:
            return
        self._said = True
        self._notice("WARN", f"No broker answers; still trying. {self._last}")


class _Silence:
    """Takes librdkafka's log lines, which it would print itself; what matters of them comes as errors too."""

    def log(self, *_: object) -> None:
        pass


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


def new_producer(config: ClientConfig, on_error: Callable[[KafkaError], None], on_delivery: Any) -> Producer:
    from confluent_kafka import KafkaException, Producer

    try:
        return Producer({**config.settings(), "error_cb": on_error, "on_delivery": on_delivery}, logger=_Silence())
    except KafkaException as error:
        raise ConfigError(error.args[0].str()) from None


def new_consumer(config: ClientConfig, on_error: Callable[[KafkaError], None]) -> Consumer:
    from confluent_kafka import Consumer, KafkaException

    try:
        return Consumer({**config.settings(), "error_cb": on_error}, logger=_Silence())
    except KafkaException as error:
        raise ConfigError(error.args[0].str()) from None


def warn_of_unknown(config: ClientConfig, notice: Notice) -> None:
    for name in config.unknown:
        notice("WARN", f"The configuration '{name}' was supplied but isn't a known config.")


def check_bootstrap(config: ClientConfig) -> None:
    """Raise ConfigError when no name in bootstrap.servers resolves: Java ends there, librdkafka would go on trying."""
    from socket import gaierror, getaddrinfo

    for address in config.values["bootstrap.servers"]:
        host, _, port = address.rpartition(":")
        try:
            getaddrinfo(host.rpartition("://")[2].strip("[]"), port)
            return
        except (gaierror, UnicodeError):
            pass
    raise ConfigError("No resolvable bootstrap urls given in bootstrap.servers")
