"""What servers say while they run, on stdout, in the layout of Apache's log4j.properties: `[%d] %p %m (%c)`."""

from __future__ import annotations

import logging
import sys


def log_to_stdout() -> None:
    """Let every logger write its lines from INFO up to stdout."""
    logging.addLevelName(logging.WARNING, "WARN")
    logging.addLevelName(logging.CRITICAL, "FATAL")
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("[%(asctime)s] %(levelname)s %(message)s (%(name)s)"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
