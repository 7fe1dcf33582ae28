"""Why no broker lets a client in: asked with a connection of our own, which can tell more than librdkafka does."""

from __future__ import annotations

import time

from kafkacli.client.cluster import parse_bootstrap
from kafkacli.client.connection import ConnectFailed, Connection
from kafkacli.client.security import PROPERTIES
from kafkacli.client.settings import ClientSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_PATIENCE_S = 2.0


def why_not(properties: Mapping[str, str]) -> ConnectFailed | None:
    """Return what a connection to the brokers of a client's properties meets, to the first one; None when it works."""
    security = {name: properties[name] for name in PROPERTIES if name in properties}
    if "security.protocol" in security:
        security["security.protocol"] = security["security.protocol"].strip().upper()
    settings = ClientSettings(security)
    first: ConnectFailed | None = None
    for host, port in parse_bootstrap(properties["bootstrap.servers"]):
        try:
            Connection(host, port, settings, time.monotonic() + _PATIENCE_S).close()
        except ConnectFailed as failure:
            first = first or failure
        else:
            return None
    return first
