"""SASL for the tools' connections: PLAIN, whose exchange is one message (KIP-43, KIP-152)."""

from __future__ import annotations

import re

from kafkacli.client.connection import ConnectFailed, Connection
from kafkacli.errors import ErrorCode, error_info
from kafkacli.wire.messages.sasl_authenticate import SaslAuthenticateRequest, SaslAuthenticateResponse
from kafkacli.wire.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse

_JAAS_OPTION = re.compile(r"""(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))""")


def authenticate(connection: Connection, deadline: float) -> None:
    """Log in as sasl.mechanism and sasl.jaas.config say. Raises ConnectFailed, stage SASL."""
    properties = connection.settings.properties
    mechanism = properties.get("sasl.mechanism", "GSSAPI")
    if mechanism != "PLAIN":
        raise ConnectFailed("SASL", connection.address, f"mechanism {mechanism} is not in this version; PLAIN is")
    options = jaas_options(properties.get("sasl.jaas.config", ""))
    if "username" not in options or "password" not in options:
        raise ConnectFailed("SASL", connection.address, "sasl.jaas.config names no username and password")
    shake = connection.send(SaslHandshakeRequest(mechanism=mechanism), SaslHandshakeResponse, deadline)
    if shake.error_code != ErrorCode.NONE:
        raise ConnectFailed("SASL", connection.address, error_info(shake.error_code).message)
    token = f"\0{options['username']}\0{options['password']}".encode()
    answer = connection.send(SaslAuthenticateRequest(auth_bytes=token), SaslAuthenticateResponse, deadline)
    if answer.error_code != ErrorCode.NONE:
        raise ConnectFailed("SASL", connection.address, answer.error_message or error_info(answer.error_code).message)


def jaas_options(text: str) -> dict[str, str]:
    """Return the options of a JAAS line such as `...PlainLoginModule required username="u" password="p";`."""
    return {
        name: re.sub(r"\\(.)", r"\1", quoted) if quoted or not plain else plain
        for name, quoted, plain in _JAAS_OPTION.findall(text)
    }
