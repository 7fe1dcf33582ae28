"""What listens on a port."""

import socket
import ssl
import threading

import pytest

from kafkacli.client.probing import HTTP, KAFKA, OLD_KAFKA, TLS, UNKNOWN, ZOOKEEPER, what_listens
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse
from tests.support import strangers
from tests.support.certificates import Authority
from tests.support.scripted_broker import framed, scripted_broker, versions_answer


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (strangers.HTTP, HTTP),
        (b"Zookeeper version: 3.5.9\n", ZOOKEEPER),
        (b"srvr is not executed because it is not in the whitelist.\n", ZOOKEEPER),
        (b"220 mail ESMTP\r\n", UNKNOWN),
        (b"", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_other_servers(reply: bytes | None, expected: str) -> None:
    with strangers.stranger(reply) as port:
        assert what_listens("127.0.0.1", port, 0.05) == expected


def test_a_broker() -> None:
    with scripted_broker(lambda _, version, request: versions_answer(request, version, MetadataRequest)) as port:
        assert what_listens("127.0.0.1", port, 5) == KAFKA


def test_a_broker_without_api_versions() -> None:
    def answer(key: int, version: int, request: bytes) -> bytes | None:
        return framed(MetadataResponse(), 0, request) if (key, version) == (ApiKey.METADATA, 0) else None

    with scripted_broker(answer) as port:
        assert what_listens("127.0.0.1", port, 0.1) == OLD_KAFKA


def test_tls(authority: Authority) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.folder / "broker.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for _ in range(2):
                connection, _ = listener.accept()
                with connection:
                    try:
                        context.wrap_socket(connection, server_side=True).close()
                    except OSError:
                        continue  # it was asked without TLS

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert what_listens("127.0.0.1", listener.getsockname()[1], 5) == TLS
