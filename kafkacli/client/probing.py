"""What listens on a port where no Kafka answered as it was asked to: found out with a few short questions."""

from __future__ import annotations

import socket
import time

from kafkacli.client.connection import ConnectFailed, Connection
from kafkacli.client.settings import ClientSettings
from kafkacli.wire.header import encode_request
from kafkacli.wire.messages.metadata import MetadataRequest

KAFKA, OLD_KAFKA, TLS, ZOOKEEPER, HTTP, UNKNOWN = "Kafka", "old Kafka", "TLS", "ZooKeeper", "HTTP", ""
_ASKED = {
    ZOOKEEPER: (b"srvr", (b"Zookeeper version", b"srvr is not executed")),
    HTTP: (b"HEAD / HTTP/1.0\r\n\r\n", (b"HTTP/",)),
}
_CORRELATION_ID = 4711


def what_listens(host: str, port: int, patience_s: float) -> str:
    """Return KAFKA (without TLS), OLD_KAFKA (before 0.10), TLS, ZOOKEEPER, HTTP or UNKNOWN.

    patience_s: for each of the questions.
    """
    try:
        Connection(host, port, ClientSettings(), time.monotonic() + patience_s).close()
    except ConnectFailed as failure:
        if failure.stage == "TLS" or _speaks_tls(host, port, patience_s):
            return TLS
    else:
        return KAFKA
    for what, (question, beginnings) in _ASKED.items():
        if _answer(host, port, question, patience_s).startswith(beginnings):
            return what
    answer = _answer(host, port, encode_request(MetadataRequest(topics=[]), 0, _CORRELATION_ID, "probe"), patience_s)
    return OLD_KAFKA if answer[4:8] == _CORRELATION_ID.to_bytes(4, "big") else UNKNOWN


def _speaks_tls(host: str, port: int, patience_s: float) -> bool:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), patience_s) as plain, context.wrap_socket(plain):
            return True
    except ssl.SSLError as error:
        return "ALERT" in (error.reason or "")
    except OSError:
        return False


def _answer(host: str, port: int, question: bytes, patience_s: float) -> bytes:
    """Return the first bytes of an answer, none when there is none."""
    try:
        with socket.create_connection((host, port), patience_s) as connected:
            connected.sendall(question)
            return connected.recv(64)
    except OSError:
        return b""
