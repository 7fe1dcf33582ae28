"""TLS from the Java property names, against a server with a certificate made for the test."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.client.tls import wrap


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost with its key, in one PEM file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return both


@pytest.fixture
def connected(certificate: Path) -> Iterator[socket.socket]:
    """A connection to a server that starts TLS, sends three bytes and ends."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def serve(listener: socket.socket) -> None:
        accepted, _ = listener.accept()
        with accepted:
            try:
                with context.wrap_socket(accepted, server_side=True) as secured:
                    secured.sendall(b"yes")
            except OSError:
                return  # the client didn't like the certificate

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        with socket.create_connection(listener.getsockname()) as client:
            yield client
        thread.join(10)


def test_a_truststore_in_pem_is_trusted(connected: socket.socket, certificate: Path) -> None:
    with wrap(connected, "localhost", {"ssl.truststore.location": str(certificate)}) as secured:
        assert secured.recv(3) == b"yes"


def test_an_unknown_certificate_is_refused(connected: socket.socket) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        wrap(connected, "localhost", {})


def test_another_host_is_refused(connected: socket.socket, certificate: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        wrap(connected, "example.org", {"ssl.truststore.location": str(certificate)})


def test_without_identification_another_host_will_do(connected: socket.socket, certificate: Path) -> None:
    properties = {"ssl.truststore.location": str(certificate), "ssl.endpoint.identification.algorithm": ""}
    with wrap(connected, "example.org", properties) as secured:
        assert secured.recv(3) == b"yes"


def test_a_client_certificate_is_read(connected: socket.socket, certificate: Path) -> None:
    properties = {"ssl.truststore.location": str(certificate), "ssl.keystore.location": str(certificate)}
    with wrap(connected, "localhost", properties) as secured:
        assert secured.recv(3) == b"yes"


def test_a_store_of_another_kind_is_named(tmp_path: Path) -> None:
    store = tmp_path / "trust.jks"
    store.write_bytes(b"\xfe\xed\xfe\xed")
    with socket.socket() as unused, pytest.raises(ValueError, match=r"ssl\.truststore\.location=.*is no PEM file"):
        wrap(unused, "localhost", {"ssl.truststore.location": str(store)})
