"""The only writer to stdout and stderr.

Like Java's PrintStream, a stream whose reader is gone swallows what follows, so that a tool in a pipe ends with its own
exit status; `broken()` tells the tools that would otherwise write forever. Text goes out in the locale's encoding; in UTF-8,
bytes of arguments that are no text come out as they went in.

With --output json, yaml or table, stdout is for the document alone (`data`): whatever else a tool says goes to stderr. With
--quiet nothing goes to stdout, and errors that the originals print there go to stderr.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

PLAIN = "plain"
"""The form of Apache's own text."""
FORMS = (PLAIN, "json", "yaml", "table")
"""What --output may ask for."""
_STDOUT, _STDERR, _NOWHERE = range(3)

_broken = False
_explained: BaseException | None = None  # the error whose traceback was written last
_form = PLAIN
_quiet = False
_said = _STDOUT  # where text goes that is no document
_name = ""


def prepare(name: str = "") -> None:
    """Set the streams up, once, at the start of a program. name: what was typed to start it, as in "kafkacli topics"."""
    global _form, _name, _quiet, _said
    _form, _quiet, _said = PLAIN, False, _STDOUT
    _name = name
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us; its number must not become that of a file or socket of ours
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number and not _is_open(number):
                os.dup2(nowhere, number)
                os.close(nowhere)
                nowhere = number
            setattr(sys, name, open(nowhere, "w" if number else "r"))  # noqa: SIM115 - lives as long as the process
        elif number and hasattr(stream, "reconfigure"):  # a test's stream may be another class
            stream.reconfigure(errors="surrogateescape" if stream.encoding == "utf-8" else "replace", newline="\n")


def name() -> str:
    """Return what was typed to start the program."""
    return _name


def set_form(form: str) -> None:
    """Choose one of FORMS for what is found."""
    global _form, _said
    _form = form
    if form != PLAIN and not _quiet:
        _said = _STDERR


def be_quiet() -> None:
    """Write nothing but errors from here on."""
    global _quiet, _said
    _quiet, _said = True, _NOWHERE


def is_quiet() -> bool:
    """Whether nothing but errors is written."""
    return _quiet


def form() -> str:
    """Return the form in which tools show what they found, one of FORMS."""
    return _form


def is_plain() -> bool:
    """Whether that is Apache's own text."""
    return _form == PLAIN


def data(text: str, end: str = "\n") -> None:
    """Write lines of the document that --output asks for to stdout. end: what stands behind them."""
    if not _quiet:
        _write(text + end)


def out(text: str) -> None:
    """Write a line to stdout."""
    write(text + "\n")


def error_out(text: str) -> None:
    """Write a line that the originals have on stdout though it is an error."""
    if _said == _STDOUT:
        if (error := sys.exc_info()[1]) is not None and (shown := _traceback(error)):
            err(shown.rstrip("\n"))
        _write(text + "\n")
    else:
        err(text.lstrip("\n"))


def write(text: str) -> None:
    """Write text to stdout as it is."""
    if _said == _STDOUT:
        _write(text)
    elif _said == _STDERR:
        err(text.removesuffix("\n"))


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        _give_up(sys.stdout)


def write_bytes(data: bytes | bytearray | memoryview) -> None:
    """Write bytes to stdout, after the text before them."""
    if _quiet:
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    except BrokenPipeError:
        _give_up(sys.stdout)


def err(text: str) -> None:
    """Write a line to stderr, what was written to stdout first; with --debug, where the error comes from before it."""
    flush()
    if (error := sys.exc_info()[1]) is not None:
        text = _traceback(error) + text
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except BrokenPipeError:
        _give_up(sys.stderr)


def reason(error: BaseException) -> str:
    """Return what an error says, for one line: the system's without its number, after the file's name."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"
    return str(error) or type(error).__name__


def log(level: str, text: str, logger: str) -> None:
    """Write a line to stderr as log4j writes it for Apache's tools: time, level, text, and the class that says it."""
    from time import localtime, strftime, time

    now = time()
    milliseconds = int(now * 1000) % 1000
    err(f"[{strftime('%Y-%m-%d %H:%M:%S', localtime(now))},{milliseconds:03d}] {level} {text} ({logger})")


def flush() -> None:
    """Hand over what stdout still holds."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up(sys.stdout)


def broken() -> bool:
    """Whether the reader of stdout or stderr is gone."""
    return _broken


def is_utf8() -> bool:
    """Whether text on stdout is UTF-8, so that bytes of such text may go there as they are."""
    return sys.stdout.encoding.lower() == "utf-8"


def is_terminal() -> bool:
    """Whether a person sees stdout."""
    return sys.stdout.isatty()


def width() -> int:
    """Columns to fill: the terminal's, or 80."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def traceback_wanted() -> bool:
    """Whether errors show their traceback (KAFKACLI_DEBUG=1; --debug sets it)."""
    return os.environ.get("KAFKACLI_DEBUG", "") not in ("", "0")


def _traceback(error: BaseException) -> str:
    """Return the traceback of an error that is being handled where it is wanted, the first time."""
    global _explained
    if error is _explained or not isinstance(error, Exception) or not traceback_wanted():
        return ""
    _explained = error
    import traceback

    return "".join(traceback.format_exception(error))


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _give_up(stream: TextIO) -> None:
    """Let the rest of a stream go nowhere: its buffer is written at exit too, which must not fail again."""
    global _broken
    _broken = True
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    except (OSError, ValueError):
        pass  # no file below it
    finally:
        os.close(nowhere)
