"""TLS from the Java property names, against a server with a certificate made for the test."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.client.stores import StoreError
from kafkacli.client.tls import TlsError, cipher_list, client_context, explained, openssl_cipher, wrap
from tests.support.certificates import KEY_PASSWORD, PASSWORD, Authority


@pytest.fixture
def trusted(authority: Authority) -> dict[str, str]:
    """Properties that trust the server."""
    return {"ssl.truststore.location": str(authority.certificate)}


@pytest.fixture
def connected(authority: Authority) -> Iterator[socket.socket]:
    """A connection to a server that starts TLS, sends the name on the client's certificate and ends."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.certificate))
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_cert_chain(authority.folder / "broker.pem")

    def serve(listener: socket.socket) -> None:
        accepted, _ = listener.accept()
        with accepted:
            try:
                with context.wrap_socket(accepted, server_side=True) as secured:
                    shown = secured.getpeercert()
                    secured.sendall(str(shown["subject"][0][0][1]).encode() if shown else b"nobody")
            except OSError:
                return  # the client didn't like the certificate

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        with socket.create_connection(listener.getsockname()) as client:
            yield client
        thread.join(10)


def greeting(connected: socket.socket, host: str, properties: dict[str, str]) -> bytes:
    with wrap(connected, host, client_context(properties)) as secured:
        return secured.recv(100)


def test_an_authority_is_trusted(connected: socket.socket, trusted: dict[str, str]) -> None:
    assert greeting(connected, "localhost", trusted) == b"nobody"


def test_a_certificate_by_itself_is_trusted(connected: socket.socket, authority: Authority) -> None:
    assert greeting(connected, "localhost", {"ssl.truststore.location": str(authority.folder / "broker.crt")})


def test_an_address_may_be_on_the_certificate(connected: socket.socket, trusted: dict[str, str]) -> None:
    assert greeting(connected, "127.0.0.1", trusted) == b"nobody"


def test_an_unknown_authority_is_refused(connected: socket.socket) -> None:
    with pytest.raises(TlsError, match=r"unknown authority; ssl\.truststore\.location") as caught:
        greeting(connected, "localhost", {})
    assert caught.value.refused


def test_another_host_is_refused(connected: socket.socket, trusted: dict[str, str]) -> None:
    with pytest.raises(TlsError, match=r"not for example\.org"):
        greeting(connected, "example.org", trusted)


def test_without_identification_another_host_will_do(connected: socket.socket, trusted: dict[str, str]) -> None:
    properties = trusted | {"ssl.endpoint.identification.algorithm": ""}
    assert greeting(connected, "example.org", properties) == b"nobody"


@pytest.mark.parametrize(
    "keys",
    [
        {"ssl.keystore.location": "client.jks", "ssl.key.password": KEY_PASSWORD},
        {"ssl.keystore.location": "client-legacy.p12"},
        {"ssl.keystore.location": "client.pem"},
    ],
    ids=["jks", "pkcs12", "pem"],
)
def test_a_client_certificate_is_shown_with_its_chain(
    connected: socket.socket, authority: Authority, trusted: dict[str, str], keys: dict[str, str]
) -> None:
    location = str(authority.folder / keys["ssl.keystore.location"])
    properties = trusted | keys | {"ssl.keystore.location": location, "ssl.keystore.password": PASSWORD}
    assert greeting(connected, "localhost", properties) == b"client"


def encrypted(folder: Path, password: str | None) -> dict[str, str]:
    found = {
        "ssl.keystore.key": (folder / "client.p8").read_text(),
        "ssl.keystore.certificate.chain": (folder / "client.pem").read_text(),
    }
    return found if password is None else found | {"ssl.key.password": password}


def test_an_encrypted_key(connected: socket.socket, authority: Authority, trusted: dict[str, str]) -> None:
    assert greeting(connected, "localhost", trusted | encrypted(authority.folder, KEY_PASSWORD)) == b"client"


@pytest.mark.parametrize("password", ["s3cret", None])
def test_a_wrong_key_password(authority: Authority, password: str | None) -> None:
    with pytest.raises(StoreError, match=r"is ssl\.key\.password right") as caught:
        client_context(encrypted(authority.folder, password))
    assert "s3cret" not in str(caught.value)


def test_a_key_of_another_certificate(authority: Authority) -> None:
    properties = {
        "ssl.keystore.key": (authority.folder / "broker.key").read_text(),
        "ssl.keystore.certificate.chain": (authority.folder / "client.crt").read_text(),
    }
    with pytest.raises(StoreError, match="and the key the certificate's"):
        client_context(properties)


def test_certificates_that_are_none() -> None:
    text = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    with pytest.raises(StoreError, match="the certificates can't be read"):
        client_context({"ssl.truststore.certificates": text})


def test_versions_are_limited() -> None:
    context = client_context({"ssl.enabled.protocols": "TLSv1.2"})
    assert (context.minimum_version, context.maximum_version) == (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
    context = client_context({})
    assert (context.minimum_version, context.maximum_version) == (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    with pytest.raises(StoreError, match=r"Invalid value SSLv2 for configuration ssl\.enabled\.protocols"):
        client_context({"ssl.enabled.protocols": "SSLv2"})
    with pytest.raises(StoreError, match=r"Invalid value TLSv9 for configuration ssl\.protocol"):
        client_context({"ssl.protocol": "TLSv9"})


def test_cipher_suites_have_javas_names() -> None:
    assert openssl_cipher("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256") == "ECDHE-RSA-AES128-GCM-SHA256"
    assert openssl_cipher("TLS_RSA_WITH_AES_256_CBC_SHA") == "AES256-SHA"
    assert openssl_cipher("TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256") == "DHE-RSA-CHACHA20-POLY1305"
    assert cipher_list("TLS_AES_128_GCM_SHA256") == ""
    names = "TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    assert cipher_list(names) == "ECDHE-RSA-AES256-GCM-SHA384"
    assert client_context({"ssl.cipher.suites": names}).maximum_version == ssl.TLSVersion.TLSv1_3
    old = client_context({"ssl.cipher.suites": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"})
    assert old.maximum_version == ssl.TLSVersion.TLSv1_2
    new = client_context({"ssl.cipher.suites": "TLS_AES_128_GCM_SHA256"})
    assert new.minimum_version == ssl.TLSVersion.TLSv1_3
    with pytest.raises(StoreError, match="none of them is known here"):
        client_context({"ssl.cipher.suites": "TLS_NOT_WITH_ANYTHING"})


def test_a_server_without_tls() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"\0\0\0\1hello")
        with pytest.raises(TlsError, match="this port does not speak TLS"):
            wrap(ours, "localhost", client_context({}))


def test_a_server_that_closes() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        theirs.close()
        with pytest.raises(TlsError, match="this port may not speak TLS") as caught:
            wrap(ours, "localhost", client_context({}))
    assert not caught.value.refused


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "a client certificate is wanted"),
        ("SSLV3_ALERT_BAD_CERTIFICATE", "the client certificate is refused"),
        ("TLSV1_ALERT_UNKNOWN_CA", "the client certificate is refused"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "the handshake failed: sslv3 alert handshake failure"),
    ],
)
def test_alerts(reason: str, text: str) -> None:
    error = ssl.SSLError(1, "x")
    error.reason = reason
    found = explained(error, "localhost")
    assert str(found).startswith(text)
    assert found.refused


@pytest.mark.parametrize(("code", "text"), [(10, "has expired"), (9, "not valid yet"), (23, "is refused: revoked")])
def test_certificates_that_are_refused(code: int, text: str) -> None:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_code, error.verify_message = code, "revoked"
    assert text in str(explained(error, "localhost"))


def test_a_server_that_says_nothing() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.05)
        with pytest.raises(TlsError, match="no answer to the handshake in time"):
            wrap(ours, "localhost", client_context({}))
