"""What reading and writing records have in common: how it ends, and what is told of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.client_config import ClientConfig

    Notice = Callable[[str, str], None]
    """Told what Java logs: level and text."""

ERRORS = "org.apache.kafka.common.errors."
TIMEOUT = ERRORS + "TimeoutException"
SLICE = 0.1  # seconds after which a signal is noticed


class RecordError(Exception):
    """An error that ends a client; str() is the exception as Java prints it."""


class NotConnected(Exception):
    """No broker answered within the time that the user set; str() says at which stage it was."""


def warn_of_unknown(config: ClientConfig, notice: Notice) -> None:
    """Tell of properties that no Java client knows."""
    for name in config.unknown:
        notice("WARN", f"The configuration '{name}' was supplied but isn't a known config.")
