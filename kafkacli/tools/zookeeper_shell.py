"""zookeeper-shell.sh: look at and change znodes, with the first argument as the server."""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.context import zookeeper_server
from kafkacli.options.table import HELP, Option, OptionTable
from kafkacli.tools.zk_cli import COMMANDS_TEXT, SHELL_OPTIONS, wants_help

OPTIONS = OptionTable(
    "zookeeper-shell.sh",
    "Look at and change what ZooKeeper holds.",
    (
        *SHELL_OPTIONS,
        Option(
            "zk-tls-config-file",
            argument="file",
            completes="file",
            help="A properties file for TLS: zookeeper.ssl.truststore.location and so on.",
        ),
        HELP,
    ),
    synopsis="host:port[,host:port...][/path] [OPTION]... [COMMAND [ARGUMENT]...]",
    arguments=COMMANDS_TEXT,
    examples=(
        ("zookeeper-shell.sh localhost:2181", "a prompt"),
        ("zookeeper-shell.sh localhost:2181 get /brokers/ids/1", "what broker 1 registered"),
    ),
)


def main(arguments: list[str]) -> int:
    """Run zookeeper-shell.sh. Returns its exit status."""
    if wants_help(OPTIONS, arguments):
        return Exit.OK
    if (server := zookeeper_server()) is not None and _names_no_server(arguments):
        arguments = [server, *arguments]
    if not arguments:
        console.out("USAGE: zookeeper-shell.sh zookeeper_host:port[/path] [-zk-tls-config-file file] [args...]")
        return Exit.FAILURE
    from kafkacli.tools.zk_cli import run_shell

    return run_shell(["-server", *arguments], usage="[-zk-tls-config-file <file>] ", echoes=False)


def _names_no_server(arguments: list[str]) -> bool:
    """Whether a command line begins with the shell's command at once, as it may where a context names the server."""
    from kafkacli.zkshell.commands import MODULES, OWN_MODULES

    return not arguments or arguments[0] in MODULES or arguments[0] in OWN_MODULES
