"""SASL on a connection: the handshake, refusals, and mechanisms of one and of more messages."""

import time
from contextlib import closing

import pytest

from kafkacli.client.connection import AuthenticationFailed, Connection
from kafkacli.client.settings import ClientSettings
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.sasl_authenticate import SaslAuthenticateRequest, SaslAuthenticateResponse
from kafkacli.wire.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from tests.support.scripted_broker import framed, read_request, scripted_broker, versions_answer

JAAS = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="s\\"e=c";'


def broker(key: int, version: int, request: bytes) -> bytes:
    """Lets in only who says PLAIN, "me" and the password; answers nonsense to SCRAM."""
    if key == ApiKey.API_VERSIONS:
        return versions_answer(request, version, SaslHandshakeRequest, SaslAuthenticateRequest)
    body = read_request(request, SaslHandshakeRequest if key == ApiKey.SASL_HANDSHAKE else SaslAuthenticateRequest)
    if isinstance(body, SaslHandshakeRequest):
        codes = {"OAUTHBEARER": ErrorCode.UNSUPPORTED_SASL_MECHANISM, "SCRAM-SHA-512": ErrorCode.ILLEGAL_SASL_STATE}
        code = codes.get(body.mechanism, ErrorCode.NONE)
        return framed(SaslHandshakeResponse(error_code=code, mechanisms=["PLAIN", "X"]), version, request)
    assert isinstance(body, SaslAuthenticateRequest)
    if body.auth_bytes == b'\0me\0s"e=c':
        return framed(SaslAuthenticateResponse(error_message=None), version, request)
    if body.auth_bytes.startswith(b"n,,n=me"):
        return framed(SaslAuthenticateResponse(error_message=None, auth_bytes=b"nonsense"), version, request)
    message = "Who are you?" if b"you" in body.auth_bytes else None
    refusal = SaslAuthenticateResponse(error_code=ErrorCode.SASL_AUTHENTICATION_FAILED, error_message=message)
    return framed(refusal, version, request)


def connect(port: int, jaas: str, mechanism: str = "PLAIN") -> Connection:
    properties = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism, "sasl.jaas.config": jaas}
    return Connection("127.0.0.1", port, ClientSettings(properties), time.monotonic() + 5)


def test_the_right_password_lets_in() -> None:
    with scripted_broker(broker) as port, closing(connect(port, JAAS)) as connection:
        assert connection.stage == "TCP"


@pytest.mark.parametrize(
    ("jaas", "mechanism", "exception", "reason"),
    [
        (JAAS.replace('"me"', '"you"'), "PLAIN", "SaslAuthenticationException", "Who are you?"),
        (JAAS.replace('"me"', '"us"'), "PLAIN", "SaslAuthenticationException", "SASL Authentication failed."),
        (
            "m required unsecuredLoginStringClaim_sub=me;",
            "OAUTHBEARER",
            "UnsupportedSaslMechanismException",
            "Client SASL mechanism 'OAUTHBEARER' not enabled in the server, enabled mechanisms are [PLAIN, X]",
        ),
        (
            JAAS,
            "SCRAM-SHA-512",
            "IllegalSaslStateException",
            "Unexpected handshake request with client mechanism SCRAM-SHA-512, enabled mechanisms are [PLAIN, X]",
        ),
        (JAAS, "SCRAM-SHA-256", "SaslAuthenticationException", "the broker's challenge makes no sense"),
    ],
    ids=["user", "silent", "mechanism", "state", "nonsense"],
)
def test_what_does_not_let_in_is_named(jaas: str, mechanism: str, exception: str, reason: str) -> None:
    with scripted_broker(broker) as port, pytest.raises(AuthenticationFailed) as caught:
        connect(port, jaas, mechanism)
    failure = caught.value
    assert (failure.stage, failure.exception_name, failure.reason) == ("SASL", exception, reason)
    assert failure.java_text == reason


def test_a_login_that_ends_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker gives each login a second (KIP-368), and wants no request after it but a login."""
    asked: list[int] = []

    def short_lived(key: int, version: int, request: bytes) -> bytes:
        asked.append(key)
        if key == ApiKey.SASL_AUTHENTICATE:
            return framed(SaslAuthenticateResponse(error_message=None, session_lifetime_ms=1000), version, request)
        return broker(key, version, request)

    now = time.monotonic()
    monkeypatch.setattr("kafkacli.client.connection.time.monotonic", lambda: now)
    login = [ApiKey.SASL_HANDSHAKE, ApiKey.SASL_AUTHENTICATE]
    request = SaslHandshakeRequest(mechanism="PLAIN")  # stands for any
    with scripted_broker(short_lived) as port, closing(connect(port, JAAS)) as connection:
        for passed, expected in ((0.8, []), (0.06, login), (0.8, []), (0.1, login)):
            now += passed
            asked.clear()
            connection.send(request, SaslHandshakeResponse, now + 5)
            assert asked == [*expected, ApiKey.SASL_HANDSHAKE]
        now += 0.9
        asked.clear()
        connection.send_each([request] * 3, SaslHandshakeResponse, now + 5)
        assert asked == [*login, *[ApiKey.SASL_HANDSHAKE] * 3]
        assert connection.stage == "TCP"
