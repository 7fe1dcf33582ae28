"""The shell itself: connects, runs one command after the other, remembers them, and has an exit status.

What a command prints and the status it leaves are zkCli's. Source: ZooKeeperMain.java (ZooKeeper 3.5.9) and
ZooKeeperMainWithTlsSupportForKafka.scala (Kafka 2.6.2), which differ in the first line of help.
"""

from __future__ import annotations

import re
from functools import partial

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.zkshell.commands import BRIEF, MODULES, OWN_MODULES, load
from kafkacli.zkshell.errors import CommandError, OperationError, java_integer
from kafkacli.zkshell.parse import DRY_RUN, split_line
from kafkacli.zkshell.paths import why_invalid
from kafkacli.zkshell.printing import print_event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.zookeeper_security import ZooKeeperLogin
    from kafkacli.zkshell.brief_session import BriefSession
    from kafkacli.zkshell.session import Session

# The verbs that the shell answers by itself, with their usage.
OWN_VERBS = {"connect": "host:port", "history": "", "printwatches": "on|off", "quit": "", "redo": "cmdno"}
ORIGINAL_VERBS = sorted([*OWN_VERBS, *MODULES])
VERBS = sorted([*ORIGINAL_VERBS, *OWN_MODULES])
_OWN_HELP = "kafkacli"
_HISTORY_SHOWN = 10
_DECIMAL = re.compile(r"[-+]?\d+")


class Quit(Exception):
    """The shell is to end."""


class Shell:
    """A session, a history, an exit status.

    usage: what the first line of help says. timeout_ms, read_only, login: of this session and those that `connect` makes.
    """

    def __init__(self, usage: str, *, timeout_ms: int, read_only: bool, login: ZooKeeperLogin) -> None:
        self.status: int = Exit.OK
        self.count = 0
        self._usage = usage
        self._timeout_ms = timeout_ms
        self._read_only = read_only
        self._login = login
        self._history: dict[int, str] = {}
        self._words: list[str] = []
        self._prints_watches = True
        self._connect_string = ""
        self._warned = False
        self.session: Session | BriefSession | None = None

    # --- the session

    def connect(self, connect_string: str, verb: str = "") -> None:
        """End the session there is, and begin one in the background; for one command `verb`, when it is asked.

        Raises ValueError for a bad connect string.
        """
        if self.session is not None and self.session.is_alive:
            self.session.close()
        servers, chroot = parse_connect_string(connect_string)
        self._connect_string = connect_string
        self._warned = False
        if verb in BRIEF and not self._read_only:
            from kafkacli.zkshell.brief_session import BriefSession

            make: Callable[..., Session | BriefSession] = BriefSession
        else:
            from kafkacli.zkshell.session import Session

            make = partial(Session, read_only=self._read_only)
        self.session = make(
            servers, chroot, timeout_ms=self._timeout_ms, tell=self._tell, warn=self._warn, login=self._login
        )

    def close(self) -> None:
        """Leave: the session ends, unless it made ephemeral znodes: they live on for its timeout, as the original's do."""
        self.mute()
        if self.session is not None and self.session.is_alive:
            if self.session.made_ephemerals:
                self.session.leave()
            else:
                self.session.close()

    @property
    def prompt(self) -> str:
        """What stands before the next command."""
        state = self.session.state if self.session else "NOT_CONNECTED"
        return f"[zk: {self._connect_string}({state}) {self.count}] "

    def _tell(self, state: str, event_type: str, path: str | None) -> None:
        if self._prints_watches:
            print_event(state, event_type, path)

    def _warn(self, text: str) -> None:
        if not self._warned:
            self._warned = True
            console.log("WARN", text, "org.apache.zookeeper.ClientCnxn")

    def mute(self) -> None:
        """Tell of no events any more."""
        self._prints_watches = False

    # --- commands

    def execute_line(self, line: str) -> None:
        """Run a line and remember it. Raises Quit, and ValueError for what ends the original with an exception."""
        if not line:
            return
        self._words = split_line(line) or self._words
        self._history[self.count] = line
        self.execute(self._words)
        self.count += 1

    def execute(self, words: list[str]) -> None:
        """Run a command; its status becomes the shell's. Raises as `execute_line`."""
        try:
            self._run(words)
            self.status = Exit.OK
        except OperationError as error:
            self._fail(error.shell_text, Exit.FAILURE)
        except CommandError as error:
            self._fail(str(error), error.status)

    def _fail(self, text: str, status: int) -> None:
        self.status = status
        if text:
            console.err(text)

    def _run(self, words: list[str]) -> None:
        verb = words[0] if words else "null"
        if verb == "help" and len(words) > 1:
            _print_own_usage(words[1])
            return
        if verb not in VERBS:
            self._print_usage()
            if verb == "help" and console.is_terminal():  # elsewhere it is the original's alone
                _print_own_usage(_OWN_HELP)
            raise CommandError(f"Command not found: Command not found {verb}", Exit.COMMAND_NOT_FOUND)
        if verb in OWN_VERBS:
            self._run_own(verb, words[1:])
        if self.session is None or not self.session.is_alive:
            console.out("Not connected")
        elif verb not in OWN_VERBS:
            from kafkacli.zkshell.znodes import Znodes

            load(verb).execute(Znodes(self.session), list(words))

    def _run_own(self, verb: str, arguments: list[str]) -> None:
        if verb == "quit":
            if self.session is not None and self.session.is_alive:
                self.session.close()
            raise Quit
        if verb == "connect":
            self.connect(arguments[0] if arguments else self._connect_string)
        elif verb == "history":
            for index in range(max(0, self.count - _HISTORY_SHOWN), self.count + 1):
                console.out(f"{index} - {self._history.get(index, 'null')}")
        elif verb == "printwatches":
            if arguments:
                self._prints_watches = arguments[0] == "on"
            else:
                console.out(f"printwatches is {'on' if self._prints_watches else 'off'}")
        elif arguments:
            self._redo(_decode_integer(arguments[0]))

    def _redo(self, index: int) -> None:
        if not 0 <= index < self.count:
            raise CommandError("Command index out of range")
        line = self._history[index]
        self._words = split_line(line) or self._words
        if self._words[0] == "redo":
            raise CommandError("No redoing redos")
        self._history[self.count] = line
        self.execute(self._words)

    def _print_usage(self) -> None:
        lines = [f"ZooKeeper -server host:port {self._usage}cmd args"]
        lines += [f"\t{verb} {OWN_VERBS[verb] if verb in OWN_VERBS else load(verb).usage}" for verb in ORIGINAL_VERBS]
        console.err("\n".join(lines))


def answers_alone(words: list[str]) -> bool:
    """Whether stdout is to have a command's answer and nothing else: our own commands', and JSON."""
    verb = words[0] if words else ""
    if verb in OWN_MODULES or (verb == "help" and len(words) > 1):
        return True
    if verb not in MODULES or {"--output", "-output", "--dry-run", "-dry-run"}.isdisjoint(words):
        return False
    options = load(verb).options
    return "output" in options.valued or DRY_RUN in options.flags


def _print_own_usage(verb: str) -> None:
    """Write usage and meaning of one of our own commands, or of all. Raises CommandError for any other word."""
    if verb == _OWN_HELP:
        shown = ", ".join(verb for verb in MODULES if "output" in load(verb).options.valued)
        tried = ", ".join(verb for verb in MODULES if DRY_RUN in load(verb).options.flags)
        console.out(f"These take --output (json, yaml, table) too: {shown}.\nThese take --dry-run: {tried}.")
        console.out("Commands that the original doesn't have:")
    elif verb not in OWN_MODULES:
        raise CommandError(f"help {_OWN_HELP} shows the commands that the original doesn't have")
    for name in OWN_MODULES if verb == _OWN_HELP else (verb,):
        command = load(name)
        console.out(f"\t{name} {command.usage}\n\t\t{command.summary}")


def parse_connect_string(text: str) -> tuple[str, str]:
    """Return the servers and the chroot of host:port,host:port/path. Raises ValueError with the original's words."""
    servers, slash, rest = text.partition("/")
    chroot = slash + rest if rest else ""
    if chroot and (reason := why_invalid(chroot)):
        raise ValueError(reason)
    found = []
    for server in filter(None, (part.strip() for part in servers.split(","))):
        host, colon, port = server.rpartition(":")
        if colon and not host.count(":") and port:
            java_integer(port)
            if not 0 <= int(port) <= 65535:
                raise ValueError(f"port out of range:{port}")
        found.append(server)
    if not found:
        raise ValueError("A HostProvider may not be empty!")
    return ",".join(found), chroot


def _decode_integer(text: str) -> int:
    """Read a number as Java's Integer.decode: decimal, 0x… and #…, 0…. Raises ValueError."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    for prefix, base in (("0x", 16), ("0X", 16), ("#", 16), ("0", 8)):
        if digits.startswith(prefix) and len(digits) > len(prefix):
            try:
                return int(sign + digits.removeprefix(prefix), base)
            except ValueError:
                raise ValueError(f'For input string: "{text}"') from None
    return java_integer(sign + digits)
