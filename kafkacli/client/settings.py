"""What a Java properties file says to the tools' own connections: names and defaults of Kafka 2.6.2's AdminClient."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.client.security import Security


class SettingsError(Exception):
    """A property with a value that Kafka's clients refuse; the text is theirs."""


class ClientSettings:
    """The properties that the connections read.

    request_timeout_ms: for one answer. api_timeout_ms: for a whole call with its retries. security: None for PLAINTEXT.
    Raises SettingsError, for stores and logins too.
    """

    __slots__ = (
        "api_timeout_ms",
        "client_id",
        "properties",
        "request_timeout_ms",
        "retry_backoff_ms",
        "security",
    )

    def __init__(self, properties: Mapping[str, str] | None = None) -> None:
        self.properties = dict(properties or {})
        self.client_id = self.properties.get("client.id", "adminclient-1")
        self.request_timeout_ms = self._integer("request.timeout.ms", 30000)
        self.api_timeout_ms = self._integer("default.api.timeout.ms", 60000)
        self.retry_backoff_ms = self._integer("retry.backoff.ms", 100)
        if self.api_timeout_ms < self.request_timeout_ms:
            if "default.api.timeout.ms" in self.properties:
                raise SettingsError(
                    "The specified value of default.api.timeout.ms must be no smaller than the value of request.timeout.ms."
                )
            self.api_timeout_ms = self.request_timeout_ms
        self.security = self._security()

    def _security(self) -> Security | None:
        if self.properties.get("security.protocol", "PLAINTEXT") == "PLAINTEXT":
            return None  # saves the imports
        from kafkacli.client.security import Security
        from kafkacli.config_types import ConfigError
        from kafkacli.console import reason

        try:
            return Security(self.properties)
        except (ConfigError, ValueError, OSError) as error:
            raise SettingsError(reason(error)) from error

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
