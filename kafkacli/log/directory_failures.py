"""What a disk's errors mean for a log directory: for want of room an append fails, anything else ends the directory.

In Kafka 2.6.2 every error does (LogDirFailureChannel.scala), and a broker that has no other directory stops. A disk without
room is not broken: what is on it can be read, and it will take records again; so only what was asked for fails here.
"""

import errno
import logging
from collections.abc import Callable
from threading import Lock

_LOGGER = logging.getLogger("kafka.server.LogDirFailureChannel")

SHORTAGES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM})


def explain(error: OSError) -> str:
    """Return the error's text, with what to do about it where that isn't plain."""
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return (
            f"{error.strerror}: the server needs a few open files for each segment; raise the limit (ulimit -n) and "
            "start it again"
        )
    return str(error)


class DirectoryFailures:
    """Hears of a disk's errors, in any thread. `failed`: called once, in that thread, for each directory that has failed."""

    __slots__ = ("_known", "_lock", "failed")

    def __init__(self) -> None:
        self.failed: Callable[[str], None] = lambda directory: None
        self._known: set[str] = set()
        self._lock = Lock()

    def note(self, directory: str, message: str, error: OSError) -> None:
        """Take note that the disk refused something. message: what, as Kafka's log says it."""
        _LOGGER.error("%s: %s", message, explain(error))
        if error.errno in SHORTAGES:
            return
        with self._lock:
            if directory in self._known:
                return
            self._known.add(directory)
        self.failed(directory)
