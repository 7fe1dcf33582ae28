"""What a Java properties file says to the tools' own connections: names and defaults of Kafka 2.6.2's AdminClient."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SECURITY_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")


class SettingsError(Exception):
    """A property with a value that Kafka's clients refuse; the text is theirs."""


class ClientSettings:
    """The properties that the connections read.

    request_timeout_ms: for one answer. api_timeout_ms: for a whole call with its retries.
    Raises SettingsError.
    """

    __slots__ = (
        "api_timeout_ms",
        "client_id",
        "properties",
        "request_timeout_ms",
        "retry_backoff_ms",
        "security_protocol",
    )

    def __init__(self, properties: Mapping[str, str] | None = None) -> None:
        self.properties = dict(properties or {})
        self.client_id = self.properties.get("client.id", "adminclient-1")
        self.request_timeout_ms = self._integer("request.timeout.ms", 30000)
        self.api_timeout_ms = self._integer("default.api.timeout.ms", 60000)
        self.retry_backoff_ms = self._integer("retry.backoff.ms", 100)
        self.security_protocol = self.properties.get("security.protocol", "PLAINTEXT")
        if self.security_protocol not in SECURITY_PROTOCOLS:
            raise SettingsError(
                f"Invalid value {self.security_protocol} for configuration security.protocol: "
                f"String must be one of: {', '.join(SECURITY_PROTOCOLS)}"
            )
        if self.api_timeout_ms < self.request_timeout_ms:
            if "default.api.timeout.ms" in self.properties:
                raise SettingsError(
                    "The specified value of default.api.timeout.ms must be no smaller than the value of request.timeout.ms."
                )
            self.api_timeout_ms = self.request_timeout_ms

    def _integer(self, name: str, default: int) -> int:
        text = self.properties.get(name)
        if text is None:
            return default
        try:
            number = int(text.strip())
        except ValueError:
            raise SettingsError(f"Invalid value {text} for configuration {name}: Not a number of type INT") from None
        if number < 0:
            raise SettingsError(f"Invalid value {number} for configuration {name}: Value must be at least 0")
        return number
