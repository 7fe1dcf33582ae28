"""Names from the cluster for the Tab key: `kafkacli __complete KIND CURRENT WORD...`, which the completions run.

CURRENT is what was typed of the word, the WORDs are the command line up to it. Each fitting name goes to stdout, on a line.
Whatever happens, nothing else is written, the status is 0, and it ends within KAFKACLI_COMPLETION_MS (300) milliseconds:
a child process asks the cluster and keeps the answer in a file for the next Tab, also when that is too late for this one.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.names import Asked

FRESH_SECONDS = 10
_CHILD_SECONDS = 6
_DEADLINE_MS = 300
_LISTS = ("broker", "entity", "config", "partition")  # may be several, with commas between


def main(arguments: list[str]) -> int:
    """Print the names that fit. Returns 0."""
    try:
        kind, current, *words = arguments
        names = _names(kind, current, words)
    except Exception:  # a prompt is no place for errors
        return 0
    before, comma, part = current.rpartition(",") if kind in _LISTS else ("", "", current)
    taken = before.split(",")
    fitting = [before + comma + name for name in names if name.startswith(part) and name not in taken]
    sys.stdout.write("".join(f"{name}\n" for name in fitting))
    return 0


def _names(kind: str, current: str, words: list[str]) -> list[str]:
    from kafkacli.client import contexts

    if kind in ("context", "servers", "zookeeper"):
        known = contexts.load().by_name
        if kind == "context":
            return list(known)
        return [address for each in known.values() if (address := getattr(each, kind)) is not None]
    asked = question(kind, current, words)
    if asked is None:
        return []
    path = _cache_path(asked)
    found = _cached(path)
    if found is None and _ask(asked, path):
        found = _cached(path)
    return found or []


def question(kind: str, current: str, words: list[str]) -> Asked | None:
    """Return what to ask of the cluster that a command line means; None when it names none. Raises ContextError."""
    from kafkacli.client.names import Asked
    from kafkacli.options.context import PROPERTIES, SERVERS, ZOOKEEPER

    flags, operands = read_line(words)
    servers = _first(flags, SERVERS)
    zookeeper = _first(flags, (*ZOOKEEPER, "server"))
    file = _first(flags, PROPERTIES) or None
    if kind == "znode" and not zookeeper:
        zookeeper = operands[1] if len(operands) > 1 and "zk-cli" not in operands[0] else ""
    if not servers and not zookeeper:
        servers, zookeeper, file = _of_context(flags.get("context", ""), file)
    if not servers and not zookeeper and kind == "znode":
        zookeeper = "localhost:2181"
    if not servers and not zookeeper:
        return None
    entity_type = _first(flags, ("entity-type",))
    entity_name = _first(flags, ("entity-name",))
    topic = _first(flags, ("topic", "topics"))
    for kind_of_entity in ("topic", "broker", "client", "user"):  # later tools' way to name one
        if kind == "config" and not entity_type and kind_of_entity in flags:
            entity_type, entity_name = f"{kind_of_entity}s", flags[kind_of_entity]
    return Asked(
        kind,
        servers=servers,
        zookeeper=zookeeper,
        properties_file=file,
        topic=topic,
        entity=(entity_type, entity_name),
        parent=current.rpartition("/")[0] or "/",
    )


def read_line(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the options of a command line, by name, and its other words; a word behind an option counts as its value."""
    flags: dict[str, str] = {}
    operands: list[str] = []
    flag = ""
    for word in words:
        if word.startswith("-") and len(word) > 1:
            flag, equals, value = word.lstrip("-").partition("=")
            flags[flag] = value
            flag = "" if equals else flag
        elif flag:
            flags[flag] = word
            flag = ""
        else:
            operands.append(word)
    if operands and os.path.basename(operands[0]) == "kafkacli":
        del operands[0]
    return flags, operands


def _first(flags: dict[str, str], names: tuple[str, ...]) -> str:
    return next((flags[name] for name in names if flags.get(name)), "")


def _of_context(typed: str, file: str | None) -> tuple[str, str, str | None]:
    from kafkacli.client import contexts

    name = typed or (contexts.active_name() if contexts.may_be_active() else None)
    if name is None:
        return "", "", file
    context = contexts.load().get(name)
    if "prompt" in context.secrets.values():
        return "", context.zookeeper or "", file  # nobody can be asked now
    own = contexts.PREFIX + name if context.has_properties else None
    return context.servers or "", context.zookeeper or "", file or own


def _cache_path(asked: Asked) -> str:
    from hashlib import sha256

    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "kafkacli", "names", sha256(asked.key().encode()).hexdigest()[:32])


def _cached(path: str) -> list[str] | None:
    """Return the names in a file that is still fresh."""
    try:
        if time.time() - os.stat(path).st_mtime > FRESH_SECONDS:
            return None
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()
    except OSError:
        return None


def _ask(asked: Asked, path: str) -> bool:
    """Let a child ask the cluster and write the file; tell whether it was done in time."""
    from select import select

    wait_ms = int(os.environ.get("KAFKACLI_COMPLETION_MS") or _DEADLINE_MS)
    left = wait_ms / 1000 - _running_seconds()
    if left <= 0:
        return False
    done, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(done)
        _answer(asked, path, tell)
    os.close(tell)
    in_time = bool(select([done], [], [], left)[0]) and os.read(done, 1) == b"."
    os.close(done)
    return in_time


def _running_seconds() -> float:
    """Return how long ago this process was started, what its start has cost included."""
    try:
        with open("/proc/self/stat", encoding="utf-8") as file:
            started = int(file.read().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, AttributeError):  # another system than Linux
        return time.process_time()


def _answer(asked: Asked, path: str, tell: int) -> None:
    """Be the child: out of the shell's way and for some seconds at most, ask, write, and end."""
    import signal

    from kafkacli.client.names import find

    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nowhere, number)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_CHILD_SECONDS)
        names = find(asked)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        _forget_old(os.path.dirname(path))
        beside = f"{path}.{os.getpid()}"
        with open(beside, "w", encoding="utf-8") as file:
            file.write("".join(f"{name}\n" for name in names))
        os.replace(beside, path)
        os.write(tell, b".")
    finally:
        os._exit(0)


def _forget_old(directory: str) -> None:
    """Remove answers of other questions that no Tab will see again."""
    for entry in os.scandir(directory):
        if time.time() - entry.stat().st_mtime > 60 * FRESH_SECONDS:
            os.unlink(entry.path)
