"""Pid files that can't lie: whoever runs holds a lock on its file, so that a number left behind by a crash is known as such.

Servers also note themselves in a folder of the user's, one file each, where the stop scripts find them.
"""

from __future__ import annotations

import os
from contextlib import suppress

from kafkacli.exits import Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from signal import Signals

_LOOK_SECONDS = 0.5  # others lock a file for the moment in which they look at it


class PidFile:
    """The file of this process; removed and unlocked by `close`, unlocked by any end."""

    def __init__(self, path: str) -> None:
        """Write the number of this process to `path`.

        Raises FileExistsError when the process that the file names still runs, OSError.
        """
        self.path = path
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        self._file = _open_locked(path)
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())

    def close(self) -> None:
        """Remove the file; a second time changes nothing."""
        if self._file >= 0:
            with suppress(FileNotFoundError):  # a stop script may have been quicker
                os.unlink(self.path)
            os.close(self._file)
            self._file = -1


def running_pid(path: str) -> int | None:
    """Return the process that holds a pid file, None when the file isn't there or nobody holds it."""
    import fcntl

    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        text = os.read(file, 32)
        return int(text) if text.isdigit() else None
    finally:
        os.close(file)
    return None


def _open_locked(path: str) -> int:
    """Return a descriptor that holds a pid file's lock; raise FileExistsError when another process keeps it."""
    import fcntl
    import time

    deadline = time.monotonic() + _LOOK_SECONDS
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.exists(path) and os.path.samestat(os.stat(path), os.fstat(file)):
                return file  # and not one that was removed as stale in between
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(file)
                raise FileExistsError(f"{path}: the process that it names still runs") from None
        os.close(file)
        time.sleep(0.01)


def _remove_stale(path: str) -> None:
    import fcntl

    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return
    with suppress(OSError):  # somebody took it over
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
    os.close(file)


def announce(role: str) -> PidFile:
    """Note this process as a running server of a role (`kafka`, `zookeeper`). Raises OSError."""
    return PidFile(os.path.join(_directory(), f"{role}-{os.getpid()}.pid"))


def running(role: str) -> list[int]:
    """Return the running servers of a role that this user started; files of dead ones are removed."""
    directory, pids = _directory(), []
    try:
        names = sorted(os.listdir(directory))
    except FileNotFoundError:
        return []
    for name in names:
        if name.startswith(f"{role}-") and name.endswith(".pid"):
            path = os.path.join(directory, name)
            pid = running_pid(path)
            if pid is not None:
                pids.append(pid)
            else:
                _remove_stale(path)
    return pids


def stop_all(role: str, nothing: str) -> int:
    """Send every running server of a role the signal that $SIGNAL names, TERM by default. Returns the exit status.

    nothing: what to say on stdout when there is none.
    """
    from kafkacli import console

    pids = running(role)
    if not pids:
        console.out(nothing)
        return Exit.FAILURE
    sent = signal_named(os.environ.get("SIGNAL") or "TERM")
    for pid in pids:
        with suppress(ProcessLookupError):  # it may have ended by itself meanwhile
            os.kill(pid, sent)
    return Exit.OK


def signal_named(name: str) -> Signals:
    """Return the signal of a name or number as `kill -s` takes them. Raises ValueError."""
    from signal import Signals

    if name.isdigit():
        return Signals(int(name))
    try:
        return Signals["SIG" + name.upper().removeprefix("SIG")]
    except KeyError:
        raise ValueError(f"{name}: no such signal") from None


def _directory() -> str:
    """Return the user's folder for what runs now."""
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        return os.path.join(runtime, "kafkacli")
    if state := os.environ.get("XDG_STATE_HOME"):
        return os.path.join(state, "kafkacli", "run")
    return os.path.join(os.environ.get("TMPDIR") or "/tmp", f"kafkacli-{os.getuid()}")
