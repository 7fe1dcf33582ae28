"""Every command: which names run which module of tools/, and how a run begins and ends.

Starting is product: a drop-in script (`kafka-topics.sh`) and `kafkacli SUBCOMMAND` go straight to their module. Typer, which
costs as much as several whole runs, is loaded only where it is shown: `kafkacli`, `kafkacli --help`, an unknown subcommand.
"""

from __future__ import annotations

import os
import sys

from kafkacli import console
from kafkacli.exits import Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class Tool:
    """One command: its subcommand name, Apache's script names without .sh, its module in tools/, one line about it."""

    __slots__ = ("module", "scripts", "subcommand", "summary")

    def __init__(self, subcommand: str, scripts: tuple[str, ...], summary: str, module: str = "") -> None:
        self.subcommand = subcommand
        self.scripts = scripts
        self.summary = summary
        self.module = module or subcommand.replace("-", "_")


TOOLS = (
    Tool("init", (), "Write a folder with the scripts and the configuration files to start from."),
    Tool("quickstart", (), "Walk through a Kafka tutorial by itself, on servers of its own."),
    Tool("context", (), "Keep clusters by name: servers, ZooKeeper, client properties."),
    Tool("wait", (), "Wait until brokers, topics, groups or znodes are as they have to be."),
    Tool("doctor", (), "Find out why a connection to a cluster fails, and what to change."),
    Tool("completion", (), "Print or install the completions for bash, zsh and fish."),
    Tool("topics", ("kafka-topics",), "Create, list, describe, alter and delete topics."),
    Tool("console-producer", ("kafka-console-producer",), "Send lines of stdin to a topic."),
    Tool("console-consumer", ("kafka-console-consumer",), "Print the records of topics."),
    Tool("copy", (), "Copy topics from one cluster to another."),
    Tool("export", (), "Write topics into a folder, without loss."),
    Tool("import", (), "Write the topics of an exported folder to a cluster.", "import_"),
    Tool("consumer-groups", ("kafka-consumer-groups",), "List and describe consumer groups, reset and delete offsets."),
    Tool("configs", ("kafka-configs",), "Show and change the configuration of topics, brokers, clients and users."),
    Tool("server-start", ("kafka-server-start",), "Run the broker, with ZooKeeper in the same process if needed."),
    Tool("server-stop", ("kafka-server-stop",), "Stop the brokers of this user on this machine."),
    Tool("zookeeper-server-start", ("zookeeper-server-start",), "Run the ZooKeeper server."),
    Tool(
        "zookeeper-server-stop", ("zookeeper-server-stop",), "Stop the ZooKeeper servers of this user on this machine."
    ),
    Tool("zk-shell", ("zookeeper-shell",), "Look at and change znodes; kafka's name for the shell.", "zookeeper_shell"),
    Tool("zk-cli", ("zkCli",), "Look at and change znodes; ZooKeeper's name for the shell."),
    Tool("zk-server", ("zkServer",), "Start, stop and ask a ZooKeeper server in the background."),
    Tool("run-class", ("kafka-run-class",), "Run the tool that a Java class name stands for."),
    Tool("acls", ("kafka-acls",), "Show and change access control lists."),
    Tool("broker-api-versions", ("kafka-broker-api-versions",), "Show the API versions that brokers speak."),
    Tool("consumer-perf-test", ("kafka-consumer-perf-test",), "Measure how fast records are read."),
    Tool("delegation-tokens", ("kafka-delegation-tokens",), "Create, renew, expire and describe delegation tokens."),
    Tool("delete-records", ("kafka-delete-records",), "Delete the records of partitions up to an offset."),
    Tool("dump-log", ("kafka-dump-log",), "Print the content of log segments and indexes."),
    Tool("get-offsets", ("kafka-get-offsets",), "Print the first, last or timed offsets of partitions."),
    Tool("leader-election", ("kafka-leader-election",), "Have leaders elected."),
    Tool("log-dirs", ("kafka-log-dirs",), "Show how the log directories of brokers are used."),
    Tool("e2e-latency", ("kafka-e2e-latency",), "Measure how long records take from a producer to a consumer."),
    Tool("mirror-maker", ("kafka-mirror-maker",), "Copy topics from one cluster to another."),
    Tool(
        "preferred-replica-election",
        ("kafka-preferred-replica-election",),
        "Give partitions back to their preferred leaders.",
    ),
    Tool("producer-perf-test", ("kafka-producer-perf-test",), "Measure how fast records are written."),
    Tool("reassign-partitions", ("kafka-reassign-partitions",), "Move partitions between brokers."),
    Tool("replica-verification", ("kafka-replica-verification",), "Compare the replicas of partitions."),
    Tool(
        "streams-application-reset",
        ("kafka-streams-application-reset",),
        "Reset the topics and offsets of a Kafka Streams application.",
    ),
    Tool("state-change-log-merger", (), "Merge the state change logs of several brokers by time."),
    Tool("verifiable-consumer", ("kafka-verifiable-consumer",), "Consume, and report what was read as JSON lines."),
    Tool("verifiable-producer", ("kafka-verifiable-producer",), "Produce, and report what was acknowledged as JSON."),
    Tool(
        "zookeeper-security-migration", ("zookeeper-security-migration",), "Secure the znodes of a cluster, or undo it."
    ),
    Tool(
        "elsewhere",
        (
            "connect-distributed",
            "connect-mirror-maker",
            "connect-plugin-path",
            "connect-standalone",
            "kafka-client-metrics",
            "kafka-cluster",
            "kafka-console-share-consumer",
            "kafka-features",
            "kafka-groups",
            "kafka-jmx",
            "kafka-metadata-quorum",
            "kafka-metadata-shell",
            "kafka-share-consumer-perf-test",
            "kafka-share-groups",
            "kafka-storage",
            "kafka-streams-groups",
            "kafka-transactions",
            "kafka-verifiable-share-consumer",
            "trogdor",
        ),
        "Say how to run with Apache Kafka what isn't here.",
    ),
)
ALIASES = {  # further subcommand names
    "consume": "console-consumer",
    "produce": "console-producer",
    "zookeeper-shell": "zk-shell",
}


def script() -> int:
    """The entry point of every drop-in script: argv[0] says which. Returns the exit status."""
    name = os.path.basename(sys.argv[0])
    tool = find_script(name)
    if tool is None:
        console.prepare()
        console.err(f"{name}: no script of Kafka's or ZooKeeper's has this name")
        return Exit.COMMAND_NOT_FOUND
    return run_tool(tool, name, sys.argv[1:])


def main() -> int:
    """The entry point of `kafkacli`. Returns the exit status."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["__complete"]:
        from kafkacli.complete import main as complete

        return complete(arguments[1:])
    tool = find_subcommand(arguments[0]) if arguments else None
    if tool is not None:
        return run_tool(tool, f"kafkacli {arguments[0]}", arguments[1:])
    from kafkacli.command_tree import show

    return guarded("kafkacli", lambda: show(arguments))


def find_script(name: str) -> Tool | None:
    """Return the tool of a script name, with or without .sh."""
    plain = name.removesuffix(".sh")
    return next((tool for tool in TOOLS if plain in tool.scripts), None)


def find_subcommand(name: str) -> Tool | None:
    """Return the tool of a subcommand; Apache's script names will do too."""
    name = ALIASES.get(name, name)
    return next((tool for tool in TOOLS if name == tool.subcommand), None) or find_script(name)


def run_tool(tool: Tool, name: str, arguments: list[str]) -> int:
    """Import a tool and run it as `name`. Returns the exit status.

    --debug, --quiet and --context NAME are taken by every tool and belong to none.
    """
    if "--debug" in arguments:
        arguments = [argument for argument in arguments if argument != "--debug"]
        os.environ["KAFKACLI_DEBUG"] = "1"
    is_quiet = "--quiet" in arguments
    if is_quiet:
        arguments = [argument for argument in arguments if argument != "--quiet"]
    if any(argument.startswith("--context") for argument in arguments):
        arguments = _without_context(arguments)

    def run() -> int:
        from importlib import import_module

        if is_quiet:
            console.be_quiet()
        tool_main: Callable[[list[str]], int] = import_module(f"kafkacli.tools.{tool.module}").main
        return tool_main(arguments)

    return guarded(name, run)


def _without_context(arguments: list[str]) -> list[str]:
    """Take `--context NAME` out of a command line; what comes behind `--` is left alone."""
    kept: list[str] = []
    words = arguments[::-1]  # the next one last
    while words:
        word = words.pop()
        if word == "--":
            return [*kept, word, *words[::-1]]
        if word == "--context" and words:
            os.environ["KAFKACLI_CONTEXT"] = words.pop()
        elif word.startswith("--context="):
            os.environ["KAFKACLI_CONTEXT"] = word.partition("=")[2]
        else:
            kept.append(word)
    return kept


def guarded(name: str, run: Callable[[], int]) -> int:
    """Run a tool; every way it can end becomes an exit status, every error one line on stderr."""
    import signal

    console.prepare(name)
    signal.signal(signal.SIGTERM, _terminate)
    try:
        status = run()
    except KeyboardInterrupt:
        status = Exit.INTERRUPTED
    except Exception as error:
        status = _report(name, error)
    console.flush()
    return status


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(Exit.TERMINATED)


def _report(name: str, error: Exception) -> int:
    from kafkacli.options.jopt import OptionError, UsageError

    if isinstance(error, UsageError):
        from kafkacli.options.help import render_help

        console.err(f"{error}\n{render_help(error.table, console.width())}".rstrip())
    elif isinstance(error, OptionError):
        console.err(f"{name}: {error}" + (f"\n{error.hint}" if error.hint else ""))
    else:
        console.err(f"{name}: {console.reason(error)}")
    return Exit.FAILURE
