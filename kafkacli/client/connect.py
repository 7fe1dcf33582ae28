"""The one place where a tool's options become a connection to a cluster."""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.cluster import Cluster
from kafkacli.client.settings import ClientSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ADMIN_PROPERTIES = (
    *("bootstrap.servers", "client.dns.lookup", "client.id", "connections.max.idle.ms", "default.api.timeout.ms"),
    *("metadata.max.age.ms", "receive.buffer.bytes", "send.buffer.bytes", "request.timeout.ms", "retries"),
    *("reconnect.backoff.ms", "reconnect.backoff.max.ms", "retry.backoff.ms"),
    *("metric.reporters", "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms"),
)
"""What AdminClientConfig of 2.6.2 has besides security; those that mean nothing here are accepted."""


def connect(
    bootstrap: str | None,
    config_path: str | None = None,
    *,
    defaults: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    timeout_ms: int | None = None,
) -> Cluster:
    """Return the cluster behind a bootstrap list; what it waits for is said on stderr.

    config_path: a properties file. defaults: properties where the file has none; fixed: properties whatever it has.
    timeout_ms: for a whole call with its retries, whatever the properties say.
    Raises OSError and ValueError for the file, SettingsError for properties and lists that can't be.
    """
    properties: dict[str, str] = {}
    if config_path is not None:
        from kafkacli.client.properties import load_properties

        properties = load_properties(config_path)
        _warn_of_unknown(properties)
    merged = {**(defaults or {}), **properties, **(fixed or {})}
    settings = ClientSettings(merged)
    if timeout_ms is not None:
        settings.api_timeout_ms = timeout_ms
    return Cluster(bootstrap or "", settings, report=console.err)


def _warn_of_unknown(properties: Mapping[str, str]) -> None:
    from kafkacli.client.security import PROPERTIES

    for name in sorted(properties.keys() - {*ADMIN_PROPERTIES, *PROPERTIES}):
        console.log(
            "WARN",
            f"The configuration '{name}' was supplied but isn't a known config.",
            "org.apache.kafka.clients.admin.AdminClientConfig",
        )
