"""The broken set-ups that test_checkup.py can't make of scripted brokers alone: TCP that hangs, TLS, logins."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from kafkacli.client.checkup import Checkup
from kafkacli.client.diagnosis import Finding
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.metadata import MetadataRequest
from kafkacli.wire.messages.sasl_authenticate import SaslAuthenticateRequest, SaslAuthenticateResponse
from kafkacli.wire.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from tests.support.broker import RunningBroker
from tests.support.certificates import Authority
from tests.support.scripted_broker import framed, scripted_broker, versions_answer

LOGIN = {
    "security.protocol": "SASL_PLAINTEXT",
    "sasl.mechanism": "PLAIN",
    "sasl.jaas.config": (
        'org.apache.kafka.common.security.plain.PlainLoginModule required username="ann" password="not-this";'
    ),
}


def failure(port: int, properties: dict[str, str], patience_s: float = 0.5) -> Finding:
    (found,) = [
        each for each in Checkup(f"127.0.0.1:{port}", properties, patience_s=patience_s).run() if not each.is_ok
    ]
    return found


@contextmanager
def tls_listener(authority: Authority, name: str) -> Iterator[int]:
    """A port that speaks TLS with the certificate of this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.folder / f"{name}.pem")

    def serve() -> None:
        while True:
            try:
                accepted, _ = listener.accept()
            except OSError:
                return  # the test is over
            with accepted:
                try:
                    accepted.settimeout(5)
                    context.wrap_socket(accepted, server_side=True).close()
                except OSError:
                    continue  # the client didn't like it, or spoke no TLS

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)


@pytest.fixture(scope="module")
def certificates(authority: Authority) -> Authority:
    authority.issue("lapsed", "IP:127.0.0.1", expired=True)
    authority.issue("elsewhere", "DNS:elsewhere.example")
    return authority


def test_tcp_that_hangs() -> None:
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(200):  # until its queue is full: nobody accepts
            client = stack.enter_context(socket.socket())
            client.settimeout(0.1)
            try:
                client.connect(listener.getsockname())
            except TimeoutError:
                break
        else:
            raise AssertionError("the queue never filled")
        found = failure(listener.getsockname()[1], {}, 0.2)
    assert (found.stage, found.text) == ("TCP", "timed out")
    assert "firewall" in found.remedy


def test_tls_to_a_port_without(broker: RunningBroker) -> None:
    found = failure(int(broker.bootstrap.rpartition(":")[2]), {"security.protocol": "SSL"}, 5)
    assert found.stage == "TLS"
    assert found.remedy.startswith("The listener has no TLS: set security.protocol=PLAINTEXT")


def test_plaintext_to_a_port_with_tls(certificates: Authority) -> None:
    with tls_listener(certificates, "broker") as port:
        found = failure(port, {})
    assert found.stage == "protocol version"
    assert "set security.protocol=SSL and" in found.remedy


@pytest.mark.parametrize(
    ("name", "is_trusted", "text", "remedy"),
    [
        ("broker", False, "the certificate comes from an unknown authority", "ssl.truststore.location"),
        ("elsewhere", True, "the certificate is not for 127.0.0.1", "subjectAltName"),
        ("lapsed", True, "the certificate has expired", "Renew the certificate"),
    ],
)
def test_a_certificate_that_is_refused(
    certificates: Authority, name: str, is_trusted: bool, text: str, remedy: str
) -> None:
    trust = {"ssl.truststore.location": str(certificates.certificate)} if is_trusted else {}
    with tls_listener(certificates, name) as port:
        found = failure(port, {"security.protocol": "SSL"} | trust, 5)
    assert found.stage == "TLS"
    assert found.text.startswith(text)
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("mechanisms", "text", "remedy"),
    [
        (["SCRAM-SHA-256"], "enabled mechanisms are [SCRAM-SHA-256]", "SCRAM-SHA-256"),
        (["PLAIN"], "Invalid username or password", "Correct the user and the password"),
    ],
    ids=["mechanism", "password"],
)
def test_a_login_that_is_refused(mechanisms: list[str], text: str, remedy: str) -> None:
    def answer(key: int, version: int, request: bytes) -> bytes | None:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, MetadataRequest, SaslHandshakeRequest, SaslAuthenticateRequest)
        if key == ApiKey.SASL_HANDSHAKE:
            error = 0 if "PLAIN" in mechanisms else 33
            return framed(SaslHandshakeResponse(error_code=error, mechanisms=mechanisms), version, request)
        refused = SaslAuthenticateResponse(
            error_code=58, error_message="Authentication failed: Invalid username or password", auth_bytes=b""
        )
        return framed(refused, version, request)

    with scripted_broker(answer) as port:
        found = failure(port, LOGIN, 5)
    assert found.stage == "SASL"
    assert text in found.text
    assert remedy in found.remedy
    assert "not-this" not in found.text + found.remedy
