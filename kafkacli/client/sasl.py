"""SASL on our connections: the handshake names the mechanism, then its messages go back and forth (KIP-43, KIP-152)."""

from __future__ import annotations

from kafkacli.client.connection import AuthenticationFailed, Connection
from kafkacli.errors import ErrorCode, error_info
from kafkacli.wire.messages.sasl_authenticate import SaslAuthenticateRequest, SaslAuthenticateResponse
from kafkacli.wire.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.security import Security


def authenticate(connection: Connection, security: Security, host: str, deadline: float) -> int:
    """Log in; return after how many ms the broker wants the next login on this connection (KIP-368), 0 for never.

    Raises AuthenticationFailed when the broker refuses, ConnectFailed when the connection is lost.
    """
    request = SaslHandshakeRequest(mechanism=security.mechanism)
    shake = connection.send(request, SaslHandshakeResponse, deadline)
    if shake.error_code != ErrorCode.NONE:
        enabled = f"enabled mechanisms are [{', '.join(shake.mechanisms)}]"
        if shake.error_code == ErrorCode.UNSUPPORTED_SASL_MECHANISM:
            raise _refused(
                connection,
                f"Client SASL mechanism '{security.mechanism}' not enabled in the server, {enabled}",
                "UnsupportedSaslMechanismException",
            )
        raise _refused(
            connection,
            f"Unexpected handshake request with client mechanism {security.mechanism}, {enabled}",
            "IllegalSaslStateException",
        )
    messages = security.exchange(host)
    lifetime_ms = 0
    try:
        message = next(messages)
        while True:
            answer = _answer(connection, message, deadline)
            lifetime_ms = answer.session_lifetime_ms
            message = messages.send(bytes(answer.auth_bytes))
    except StopIteration:
        return lifetime_ms
    except ValueError as error:
        raise _refused(connection, str(error)) from error


def _answer(connection: Connection, message: bytes, deadline: float) -> SaslAuthenticateResponse:
    answer = connection.send(SaslAuthenticateRequest(auth_bytes=message), SaslAuthenticateResponse, deadline)
    if answer.error_code != ErrorCode.NONE:
        raise _refused(connection, answer.error_message or error_info(answer.error_code).message)
    return answer


def _refused(connection: Connection, text: str, exception: str = "SaslAuthenticationException") -> AuthenticationFailed:
    return AuthenticationFailed("SASL", connection.address, text, exception, text)
