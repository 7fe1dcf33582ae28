"""What servers say while they run, on stdout, in the layout of Apache's log4j.properties: `[%d] %p %m (%c)`."""

from __future__ import annotations

import logging

from kafkacli import console


def log_to_stdout() -> None:
    """Let every logger write its lines from INFO up to stdout."""
    logging.addLevelName(logging.WARNING, "WARN")
    logging.addLevelName(logging.CRITICAL, "FATAL")
    handler = _ToConsole()
    handler.setFormatter(logging.Formatter("[%(asctime)s] %(levelname)s %(message)s (%(name)s)"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("asyncio").setLevel(logging.WARNING)


class _ToConsole(logging.Handler):
    """Lines that nobody can take, because the reader is gone or the disk is full, are lost; the server goes on."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            console.out(self.format(record))
            console.flush()
        except OSError:
            pass
