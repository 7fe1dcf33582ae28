"""kafka-reassign-partitions.sh: move partitions between brokers and log directories; plan, start, watch and cancel moves.

Source: Apache `ReassignPartitionsCommand.scala` of 2.6.2 for the order of checks and every text.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import Parsed, UsageError, answer_help, parse
from kafkacli.options.table import DRY_RUN, HELP, OUTPUT, VERSION, Option, OptionTable

OPTIONS = OptionTable(
    "kafka-reassign-partitions.sh",
    "Move partitions between brokers and log directories.",
    (
        Option("additional", help="With --execute: start these moves beside others that are under way."),
        Option(
            "bootstrap-server",
            argument="host:port,...",
            help="The brokers to ask first. This or --zookeeper; needed for log directories.",
        ),
        Option(
            "broker-list",
            argument="id,...",
            help="With --generate: the brokers that the partitions shall be on.",
        ),
        Option("cancel", help="Cancel the moves of --reassignment-json-file that are under way."),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="A properties file for the connection to the brokers: security, timeouts.",
        ),
        Option("disable-rack-aware", help="With --generate: place replicas without a look at the brokers' racks."),
        Option("execute", help="Start the moves of --reassignment-json-file."),
        Option("generate", help="Print how topics might be spread over brokers. Nothing is moved."),
        DRY_RUN,
        HELP,
        OUTPUT,
        Option("list", help="List the moves that are under way."),
        Option("preserve-throttles", help="With --verify and --cancel: leave the throttles as they are."),
        Option(
            "reassignment-json-file",
            argument="file",
            completes="file",
            help='The replicas that partitions shall have: {"version": 1, "partitions": [{"topic": "orders",'
            ' "partition": 0, "replicas": [1, 2], "log_dirs": ["any", "/data"]}]}; log_dirs may be left out.',
        ),
        Option(
            "replica-alter-log-dirs-throttle",
            argument="bytes",
            kind="long",
            default="-1",
            help="With --execute: bytes per second that move between the log directories of a broker.",
        ),
        Option(
            "throttle",
            argument="bytes",
            kind="long",
            default="-1",
            help="With --execute: bytes per second that move between brokers. --verify lifts it at the end.",
        ),
        Option(
            "timeout",
            argument="ms",
            kind="long",
            default="10000",
            help="Milliseconds until moves between log directories must have started.",
        ),
        Option(
            "topics-to-move-json-file",
            argument="file",
            completes="file",
            help='With --generate: the topics: {"version": 1, "topics": [{"topic": "orders"}]}.',
        ),
        Option(
            "verify",
            help="Show how far the moves of --reassignment-json-file are; lift the throttles when nothing moves.",
        ),
        VERSION,
        Option("zookeeper", argument="host:port,.../path", help="The ZooKeeper servers of the cluster; deprecated."),
    ),
    synopsis="(--generate | --execute | --verify | --cancel | --list) (--bootstrap-server | --zookeeper) [OPTION]...",
    examples=(
        (
            "kafka-reassign-partitions.sh --bootstrap-server localhost:9092 --generate --topics-to-move-json-file topics.json --broker-list 1,2",
            "print a plan for two brokers",
        ),
        (
            "kafka-reassign-partitions.sh --bootstrap-server localhost:9092 --execute --reassignment-json-file plan.json",
            "carry it out",
        ),
    ),
)

_ACTIONS = ("generate", "execute", "verify", "cancel", "list")
_REQUIRED: dict[str, tuple[str, ...]] = {
    "verify": ("reassignment-json-file",),
    "generate": ("topics-to-move-json-file", "broker-list"),
    "execute": ("reassignment-json-file",),
    "cancel": ("reassignment-json-file",),
    "list": (),
}
_PERMITTED: dict[str, tuple[str, ...]] = {
    "verify": ("dry-run", "output", "bootstrap-server", "command-config", "preserve-throttles", "zookeeper"),
    "generate": ("output", "bootstrap-server", "command-config", "disable-rack-aware", "zookeeper"),
    "execute": (
        "additional",
        "dry-run",
        "output",
        "bootstrap-server",
        "command-config",
        "throttle",
        "replica-alter-log-dirs-throttle",
        "timeout",
        "zookeeper",
    ),
    "cancel": ("dry-run", "output", "bootstrap-server", "command-config", "preserve-throttles", "timeout"),
    "list": ("output", "bootstrap-server", "command-config"),
}
_BROKER_ONLY = ("additional", "cancel", "command-config", "replica-alter-log-dirs-throttle", "list", "timeout")


def main(arguments: list[str]) -> int:
    """Run kafka-reassign-partitions.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if (status := answer_help(options, "This tool helps to move topic partitions between replicas.")) is not None:
        return status
    action = check_arguments(options)
    from kafkacli.tools.reassign_plan import Terse

    try:
        _run(action, options)
    except UsageError:
        raise
    except Terse as failure:
        console.out(str(failure))
    except Exception as error:
        from kafkacli.client.java_errors import message_text, trace_text

        console.out(f"Error: {message_text(error)}\n{trace_text(error)}\n")
        if console.traceback_wanted():
            raise
    else:
        return Exit.OK
    return Exit.FAILURE


def check_arguments(options: Parsed) -> str:
    """Return the action; refuse what makes no sense, in the original's order. Raises UsageError and Thrown."""
    actions = [action for action in _ACTIONS if options.has(action)]
    if len(actions) != 1:
        shown = ", ".join(f"--{action}" for action in _ACTIONS)
        raise options.fail(f"Command must include exactly one action: {shown}")
    (action,) = actions
    if not options.has("zookeeper") and not options.has("bootstrap-server"):
        raise options.fail("Please specify --bootstrap-server")
    options.require(*_REQUIRED[action])
    for name in options.order:
        if name not in (action, *_REQUIRED[action], *_PERMITTED[action]):
            raise options.fail(f'Option "[{name}]" can\'t be used with action "[{action}]"')
    if not options.has("bootstrap-server"):
        for name in _BROKER_ONLY:
            if options.has(name):
                from kafkacli.client.java_errors import Thrown

                message = f'You must specify --bootstrap-server when using "[{name}]"'
                raise Thrown("java.lang.RuntimeException", message)
    return action


def _run(action: str, options: Parsed) -> None:
    if options.has("bootstrap-server"):
        if options.has("zookeeper"):
            console.out(
                "Warning: ignoring deprecated --zookeeper option because --bootstrap-server was specified.  "
                "The --zookeeper option will be removed in a future version of Kafka."
            )
        from kafkacli.client.connect import connect
        from kafkacli.tools import reassign_broker

        defaults = {"client.id": "reassign-partitions-tool"}
        with connect(options.value("bootstrap-server"), options.value("command-config"), defaults=defaults) as cluster:
            reassign_broker.run(action, options, cluster)
        return
    console.out("Warning: --zookeeper is deprecated, and will be removed in a future version of Kafka.")
    from kafkacli.client.registry import Registry
    from kafkacli.tools import reassign_zookeeper

    with Registry(options.value("zookeeper") or "", report=console.err) as registry:
        reassign_zookeeper.run(action, options, registry)
