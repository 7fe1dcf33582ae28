"""Servers in the background: a process of its own that outlives the terminal, started until it is really ready."""

from __future__ import annotations

import os
import sys

from kafkacli import console
from kafkacli.exits import Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_REASON_BYTES = 4096


def script_directory() -> str:
    """Return the folder of the script that runs, as `$(dirname $0)` gives it."""
    return os.path.dirname(os.path.abspath(sys.argv[0]))


def base_directory(marker: str) -> str:
    """Return the folder that bin/ and `marker` (config, conf) stand in; the current one when there is none such."""
    above = os.path.join(script_directory(), os.pardir)
    return os.path.normpath(above) if os.path.isdir(os.path.join(above, marker)) else os.getcwd()


def daemon_output(name: str) -> str:
    """Return where `-daemon` lets a server write: $LOG_DIR, by default logs/ beside config/. Makes that folder."""
    directory = os.environ.get("LOG_DIR") or os.path.join(base_directory("config"), "logs")
    os.makedirs(directory, exist_ok=True)
    return os.path.join(directory, f"{name}.out")


def start(output: str, serve: Callable[[Callable[[], None]], int]) -> tuple[int, str]:
    """Run `serve` in a new process and wait until it calls what it is given: it is ready.

    output: the file that takes its stdout and stderr, overwritten.
    Returns the process's number and "", or its exit status and the last line it wrote when it ended before that.
    Raises OSError when the file can't be written.
    """
    os.close(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666))
    with open(output, "ab") as log:  # appending: a server before, whose output it still is, leaves no hole in it
        console.flush()
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read_end)
            _serve(log.fileno(), write_end, serve)
    os.close(write_end)
    try:
        if os.read(read_end, 1):
            return pid, ""
    finally:
        os.close(read_end)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), _last_line(output)


def _serve(log: int, ready: int, serve: Callable[[Callable[[], None]], int]) -> None:
    """Become a daemon and serve; never returns."""
    import signal

    status: int = Exit.FAILURE
    try:
        os.setsid()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, target in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(descriptor, target)
        console.prepare()

        def tell() -> None:
            os.write(ready, b"+")
            os.close(ready)

        status = serve(tell)
    except BaseException as error:  # the last place where it can still be told
        console.err(f"{os.path.basename(sys.argv[0])}: {console.reason(error)}")
    finally:
        console.flush()
        os._exit(status)


def _last_line(output: str) -> str:
    with open(output, "rb") as file:
        file.seek(max(os.path.getsize(output) - _REASON_BYTES, 0))
        lines = file.read().decode("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it ended without a word")
