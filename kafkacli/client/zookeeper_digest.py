"""kazoo's login to ZooKeeper by username and password (DIGEST-MD5), ended where the server has no logins.

A server without a login section answers a login with a token of null. pure-sasl then begins anew, and kazoo with it: thousands of
times a second until the connection times out. Java's client takes that answer for a refusal.
Source: `ZooKeeperSaslClient.java` (createSaslToken) of ZooKeeper 3.5.9.
"""

from __future__ import annotations

from typing import Any

from puresasl import SASLProtocolException
from puresasl.mechanisms import DigestMD5Mechanism, mechanisms


class Digest(DigestMD5Mechanism):  # type: ignore[misc]
    """DIGEST-MD5 that begins once."""

    def __init__(self, *arguments: Any, **properties: Any) -> None:
        super().__init__(*arguments, **properties)
        self._begun = False

    def process(self, challenge: bytes | None = None) -> bytes | None:
        """Return the answer to a challenge; None begins. Raises SASLProtocolException for a server without logins."""
        if challenge is None:
            if self._begun:
                raise SASLProtocolException("the server has no logins")
            self._begun = True
        answer: bytes | None = super().process(challenge)
        return answer


def login_options(username: str, password: str) -> dict[str, str]:
    """Return what kazoo needs to log in."""
    mechanisms[Digest.name] = Digest  # kazoo knows a mechanism by this name only
    return {"mechanism": Digest.name, "username": username, "password": password, "service": "zookeeper"}
