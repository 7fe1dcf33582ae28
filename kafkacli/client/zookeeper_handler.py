"""kazoo's threads with TLS of ours: its own reads keys from PEM files only."""

from __future__ import annotations

import socket
from typing import Any

from kazoo.handlers.threading import SequentialThreadingHandler

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl

    from kafkacli.client.tls import TlsError


class SecureHandler(SequentialThreadingHandler):  # type: ignore[misc]
    """Connects under TLS. context: None for kazoo's own connections, in the clear. trouble: why the last try failed."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        super().__init__()
        self._context = context
        self.trouble: TlsError | None = None

    def create_connection(self, *args: Any, **kwargs: Any) -> Any:
        """Return a connected socket. Raises OSError."""
        if self._context is None:
            return super().create_connection(*args, **kwargs)
        from kafkacli.client.tls import TlsError, wrap

        self.trouble = None
        connected = socket.create_connection(kwargs["address"], kwargs["timeout"])
        try:
            return wrap(connected, kwargs["hostname"], self._context)
        except TlsError as error:
            self.trouble = error
            raise
        finally:
            connected.close()  # what TLS needs of it, it has taken over
