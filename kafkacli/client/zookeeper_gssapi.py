"""Logins to ZooKeeper by Kerberos, as pure-sasl wants a mechanism: its own needs another library than our logins to brokers.

Source: `ZooKeeperSaslClient.java` and `SaslServerPrincipal.java` of ZooKeeper 3.5.9.
"""

from __future__ import annotations

from typing import Any

from puresasl.mechanisms import Mechanism, mechanisms

from kafkacli.client.jaas import Login
from kafkacli.client.sasl_gssapi import check_present, gssapi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Mapping


class Gssapi(Mechanism):  # type: ignore[misc]
    """GSSAPI of `client/sasl_gssapi`. login: as JAAS has it. server: the principal of the servers, None for service/host."""

    name = "GSSAPI"

    def __init__(self, sasl: Any, *, login: Login, server: str | None = None, **_properties: Any) -> None:
        super().__init__(sasl)
        service, _, host = (server or "").partition("@")[0].partition("/")
        self._messages: Generator[bytes, bytes, None] = gssapi(login, host or sasl.host, service or sasl.service)
        self._has_begun = False

    def process(self, challenge: bytes | None = None) -> bytes | None:
        """Return the answer to a challenge, None when all is said. Raises GssapiError."""
        if not self._has_begun:
            self._has_begun = True
            return next(self._messages)
        try:
            return self._messages.send(challenge or b"")
        except StopIteration:
            self.complete = True
            return None

    def dispose(self) -> None:
        """Give up what the exchange holds."""
        self._messages.close()


def login_options(login: Login, system: Mapping[str, str]) -> dict[str, Any]:
    """Return what the login needs. system: Java's properties, which may name the servers' principal.

    Raises GssapiError where Kerberos isn't to be had.
    """
    check_present("a Kerberos login to ZooKeeper")
    mechanisms[Gssapi.name] = Gssapi  # kazoo and our sessions know a mechanism by this name only
    service = system.get("zookeeper.sasl.client.username", "zookeeper")
    found: dict[str, Any] = {"mechanism": Gssapi.name, "service": service, "login": login}
    if (principal := system.get("zookeeper.server.principal")) is not None:
        found["server"] = principal
    return found
