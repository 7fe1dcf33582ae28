"""The connections of a producer or a consumer, as its properties want them."""

from __future__ import annotations

from kafkacli.client.cluster import parse_bootstrap
from kafkacli.client.connection import resolve
from kafkacli.client.links import CONNECT_S, Links
from kafkacli.client.settings import ClientSettings, SettingsError
from kafkacli.config_types import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.client_config import ClientConfig
    from kafkacli.client.patience import Patience
    from kafkacli.client.traffic import Traffic

_KAFKA_EXCEPTION = "org.apache.kafka.common.KafkaException"


def client_links(config: ClientConfig, patience: Patience, traffic: Traffic) -> Links:
    """Return the connections of a client. Raises ConfigError."""
    values = config.values
    settings = client_settings(config)
    settings.request_timeout_ms = max(settings.request_timeout_ms, int(CONNECT_S * 1000))  # on the way to a connection
    return Links(
        client_servers(config),
        settings,
        patience,
        traffic,
        client_buffers(config),
        backoff_s=values["reconnect.backoff.ms"] / 1000,
        most_backoff_s=values["reconnect.backoff.max.ms"] / 1000,
        idle_s=values["connections.max.idle.ms"] / 1000,
    )


def client_settings(config: ClientConfig) -> ClientSettings:
    """Return the settings of a client's connections. Raises ConfigError."""
    values = config.values
    wanted = {
        **config.properties,
        "client.id": values["client.id"],
        "security.protocol": values["security.protocol"].strip().upper(),  # as these Java clients read it
    }
    wanted.pop("default.api.timeout.ms", None)  # which has no lower bound here
    try:
        return ClientSettings(wanted)
    except SettingsError as error:
        raise ConfigError(str(error), getattr(error.__cause__, "exception", _KAFKA_EXCEPTION)) from None


def client_servers(config: ClientConfig) -> list[tuple[str, int]]:
    """Return the addresses of bootstrap.servers whose names resolve. Raises ConfigError when there are none."""
    try:
        servers = parse_bootstrap(",".join(config.values["bootstrap.servers"]))
    except SettingsError as error:
        raise ConfigError(str(error)) from None
    found = [server for server in servers if _is_resolvable(*server)]
    if not found:
        raise ConfigError("No resolvable bootstrap urls given in bootstrap.servers")
    return found


def client_buffers(config: ClientConfig) -> tuple[int, int]:
    """Return the sizes of a socket's buffers to send and to receive with that were asked for; -1: the system's choice."""
    names = ("send.buffer.bytes", "receive.buffer.bytes")
    send, receive = (config.values[name] if name in config.properties else -1 for name in names)
    return send, receive


def _is_resolvable(host: str, port: int) -> bool:
    try:
        resolve(host, port)
    except (OSError, UnicodeError):
        return False
    return True
