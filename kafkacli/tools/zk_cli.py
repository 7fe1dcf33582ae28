"""zkCli.sh: look at and change znodes; the server is an option.

Options first, the first other word is the command; unknown options are passed over. Two dashes will do for one.
Source: ZooKeeperMain.parseOptions (ZooKeeper 3.5.9).
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.context import zookeeper_server
from kafkacli.options.table import HELP, Option, OptionTable

DEFAULT_SERVER = "localhost:2181"
DEFAULT_TIMEOUT_MS = "30000"
TLS_OPTIONS = ("-zk-tls-config-file", "--zk-tls-config-file")
COMMANDS_TEXT = (
    "Without a command, commands are read from stdin. `help` shows them all with their arguments. `help kafkacli` shows those"
    " that the original doesn't have: cp, du, dump, export, find, grep, import and tree. With --output json, yaml or"
    " table, commands that print data write one document and nothing else to stdout; docs/schemas has the schemas."
)
SHELL_OPTIONS = (
    Option("r", help="Be content with a server that can only be read from."),
    Option(
        "timeout",
        argument="milliseconds",
        help="How long the session lives without a sign of life; a try to connect takes no longer.",
    ),
)
OPTIONS = OptionTable(
    "zkCli.sh",
    "Look at and change what ZooKeeper holds.",
    (
        *SHELL_OPTIONS,
        Option(
            "server",
            argument="host:port,.../path",
            help=f"The servers, and the path that stands before every path. By default {DEFAULT_SERVER}.",
        ),
        HELP,
    ),
    synopsis="[OPTION]... [COMMAND [ARGUMENT]...]",
    arguments=COMMANDS_TEXT,
    examples=(
        ("zkCli.sh -server localhost:2181", "a prompt"),
        ("zkCli.sh ls /brokers/ids", "the brokers that are up"),
        ("zkCli.sh dump kafka", "all that a Kafka cluster has registered"),
    ),
)


def main(arguments: list[str]) -> int:
    """Run zkCli.sh. Returns its exit status."""
    return Exit.OK if wants_help(OPTIONS, arguments) else run_shell(arguments, usage="", echoes=True)


def wants_help(table: OptionTable, arguments: list[str]) -> bool:
    """Answer --help as the first argument."""
    if arguments[:1] != ["--help"]:
        return False
    from kafkacli.options.help import render_help

    console.write(render_help(table, console.width()))
    return True


def run_shell(arguments: list[str], *, usage: str, echoes: bool) -> int:
    """Read the options and run the shell. Returns the exit status; raises ValueError for values that can't be.

    usage: what the first line of the shell's help says after the server. echoes: as loop.run has it.
    """
    from kafkacli.client.zookeeper_security import zookeeper_login
    from kafkacli.zkshell.errors import java_integer
    from kafkacli.zkshell.loop import run
    from kafkacli.zkshell.shell import Shell

    path: str | None = None
    index = next((index for index, word in enumerate(arguments) if word in TLS_OPTIONS), None)
    if index is not None:
        if index + 1 == len(arguments):
            raise ValueError(f"Error: no filename provided with option {arguments[index]}")
        path = arguments[index + 1]
        arguments = arguments[:index] + arguments[index + 2 :]
    options, command = parse_options(arguments)
    login = zookeeper_login(path)
    server = options.get("server") or zookeeper_server() or DEFAULT_SERVER
    shell = Shell(usage, timeout_ms=java_integer(options["timeout"]), read_only="readonly" in options, login=login)
    return run(shell, server, command, echoes=echoes)


def parse_options(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the options (server, timeout, readonly; server only if given) and the words of the command."""
    options = {"timeout": DEFAULT_TIMEOUT_MS}
    words = iter(arguments)
    for word in words:
        if not word.startswith("-"):
            return options, [word, *words]
        name = word[2:] if word.startswith("--") else word[1:]
        if name in ("server", "timeout"):
            value = next(words, None)
            if value is None:
                console.err(f"Error: no argument found for option {word}")
                break
            options[name] = value
        elif name == "r":
            options["readonly"] = "true"
    return options, []
