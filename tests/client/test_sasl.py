"""SASL: the JAAS line, and PLAIN against a broker that listens."""

import time
from contextlib import closing

import pytest

from kafkacli.client.connection import ConnectFailed, Connection
from kafkacli.client.sasl import jaas_options
from kafkacli.client.settings import ClientSettings
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.sasl_authenticate import SaslAuthenticateRequest, SaslAuthenticateResponse
from kafkacli.wire.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from tests.support.scripted_broker import framed, read_request, scripted_broker, versions_answer

JAAS = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="s\\"e=c";'


def broker(key: int, version: int, request: bytes) -> bytes:
    """Lets in only who says PLAIN, "me" and the password."""
    if key == ApiKey.API_VERSIONS:
        return versions_answer(request, version, SaslHandshakeRequest, SaslAuthenticateRequest)
    if key == ApiKey.SASL_HANDSHAKE:
        return framed(SaslHandshakeResponse(mechanisms=["PLAIN"]), version, request)
    body = read_request(request, SaslAuthenticateRequest)
    assert isinstance(body, SaslAuthenticateRequest)
    if body.auth_bytes == b'\0me\0s"e=c':
        return framed(SaslAuthenticateResponse(error_message=None), version, request)
    refusal = SaslAuthenticateResponse(error_code=ErrorCode.SASL_AUTHENTICATION_FAILED, error_message="Who are you?")
    return framed(refusal, version, request)


def connect(port: int, jaas: str, mechanism: str = "PLAIN") -> Connection:
    properties = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism, "sasl.jaas.config": jaas}
    return Connection("127.0.0.1", port, ClientSettings(properties), time.monotonic() + 5)


def test_the_right_password_lets_in() -> None:
    with scripted_broker(broker) as port, closing(connect(port, JAAS)) as connection:
        assert connection.stage == "TCP"


@pytest.mark.parametrize(
    ("jaas", "mechanism", "reason"),
    [
        (JAAS.replace("username", "user"), "PLAIN", "sasl.jaas.config names no username and password"),
        (JAAS.replace('"me"', '"you"'), "PLAIN", "Who are you?"),
        (JAAS, "GSSAPI", "mechanism GSSAPI is not in this version; PLAIN is"),
        ("", "PLAIN", "sasl.jaas.config names no username and password"),
    ],
    ids=["option", "user", "mechanism", "nothing"],
)
def test_what_does_not_let_in_is_named(jaas: str, mechanism: str, reason: str) -> None:
    with scripted_broker(broker) as port, pytest.raises(ConnectFailed) as caught:
        connect(port, jaas, mechanism)
    assert caught.value.stage == "SASL"
    assert reason in caught.value.reason


def test_jaas_options_may_be_quoted_or_not() -> None:
    assert jaas_options('Module required a="1 2" b=3 c="x\\\\y";') == {"a": "1 2", "b": "3", "c": "x\\y"}
