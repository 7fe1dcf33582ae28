"""kazoo's connections under TLS of ours."""

import socket
import threading
from contextlib import closing

import pytest

from kafkacli.client.tls import TlsError, client_context
from kafkacli.client.zookeeper_handler import SecureHandler


def connect(handler: SecureHandler, port: int) -> socket.socket:
    made = handler.create_connection(address=("127.0.0.1", port), hostname="localhost", timeout=5.0)
    assert isinstance(made, socket.socket)
    return made


def test_a_connection_in_the_clear() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, closing(connect(SecureHandler(None), listener.getsockname()[1])) as made:
        assert made.getpeername() == listener.getsockname()


def test_trouble_with_tls_is_kept() -> None:
    handler = SecureHandler(client_context({}))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: listener.accept()[0].close())
        thread.start()
        with pytest.raises(TlsError) as caught:
            connect(handler, listener.getsockname()[1])
        thread.join(10)
    assert handler.trouble is caught.value
