"""kafka-topics.sh: create, list, describe, alter and delete topics, through a broker or through ZooKeeper.

Source: Apache `TopicCommand.scala` of 2.6.2 for the order of checks and every text.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import DRY_RUN, HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafkacli.tools.topics_broker import BrokerTopics
    from kafkacli.tools.topics_zookeeper import ZooKeeperTopics

OPTIONS = OptionTable(
    "kafka-topics.sh",
    "Create, list, describe, alter and delete topics.",
    (
        Option("alter", help="Give a topic more partitions; with --zookeeper also change its configuration."),
        Option(
            "at-min-isr-partitions",
            help="With --describe: only partitions with just min.insync.replicas in-sync replicas. Needs a broker.",
        ),
        Option(
            "bootstrap-server",
            argument="host:port,...",
            help="The brokers to ask first. This or --zookeeper is needed.",
        ),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="A properties file for the connection to the brokers: security, timeouts.",
        ),
        Option(
            "config",
            argument="name=value",
            help="A configuration of the topic to create; may be repeated. With --alter only through --zookeeper.",
        ),
        Option("create", help="Create a topic."),
        Option("delete", help="Delete topics."),
        Option(
            "delete-config",
            argument="name",
            help="A configuration to give up with --alter; may be repeated. Only through --zookeeper.",
        ),
        Option("describe", help="Show partitions, leaders, replicas and configuration of topics."),
        Option("disable-rack-aware", help="Place replicas without a look at the brokers' racks. Needs --zookeeper."),
        DRY_RUN,
        Option("exclude-internal", help="With --list and --describe: leave out Kafka's own topics."),
        Option("force", help="Ask nothing. Kept for old scripts: nothing is asked anyway."),
        HELP,
        Option("if-exists", help="With --alter, --delete and --describe: a topic that isn't there is no error."),
        Option("if-not-exists", help="With --create: a topic that is there already is no error."),
        Option("list", help="List the names of topics."),
        OUTPUT,
        Option(
            "partitions",
            argument="number",
            kind="integer",
            help="How many partitions the topic shall have. Growing it moves keys to other partitions."
            " With --create the broker's default when absent.",
        ),
        Option(
            "replica-assignment",
            argument="id:id,id:id,...",
            help="The broker ids of every partition's replicas, the preferred leader first;"
            " in place of --partitions and --replication-factor.",
        ),
        Option(
            "replication-factor",
            argument="number",
            kind="integer",
            help="How many replicas each partition shall have. With --create the broker's default when absent.",
        ),
        Option(
            "topic",
            argument="topic",
            completes="topic",
            help="The topic; except with --create a regular expression that must match the whole name.",
        ),
        Option("topics-with-overrides", help="With --describe: only topics with a configuration of their own."),
        Option("unavailable-partitions", help="With --describe: only partitions without a living leader."),
        Option(
            "under-min-isr-partitions",
            help="With --describe: only partitions with fewer in-sync replicas than min.insync.replicas. Needs a broker.",
        ),
        Option("under-replicated-partitions", help="With --describe: only partitions with replicas out of sync."),
        VERSION,
        Option(
            "zookeeper",
            argument="host:port,.../path",
            help="The ZooKeeper servers of the cluster, in place of a broker.",
        ),
    ),
    synopsis="(--create | --list | --describe | --alter | --delete) (--bootstrap-server | --zookeeper) [OPTION]...",
    examples=(
        (
            "kafka-topics.sh --create --bootstrap-server localhost:9092 --topic orders --partitions 3",
            "a topic of three partitions",
        ),
        ("kafka-topics.sh --describe --bootstrap-server localhost:9092 --topic 'ord.*'", "where its replicas are"),
    ),
)

_ACTIONS = ("alter", "create", "describe", "list", "delete")
_REPORTS = (
    "under-replicated-partitions",
    "under-min-isr-partitions",
    "at-min-isr-partitions",
    "unavailable-partitions",
)
# option, the actions it goes with (it excludes the others), what more it excludes
_EXCLUDES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("config", ("alter", "create"), ()),
    ("delete-config", ("alter",), ("bootstrap-server",)),
    ("partitions", ("alter", "create"), ()),
    ("replication-factor", ("create",), ()),
    ("replica-assignment", ("create", "alter"), ()),
)
_REPORT_EXCLUDES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("under-replicated-partitions", (*_REPORTS, "topics-with-overrides")),
    ("under-min-isr-partitions", (*_REPORTS, "topics-with-overrides", "zookeeper")),
    ("at-min-isr-partitions", (*_REPORTS, "topics-with-overrides", "zookeeper")),
    ("unavailable-partitions", (*_REPORTS, "topics-with-overrides")),
    ("topics-with-overrides", _REPORTS),
)
_CONDITION_EXCLUDES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("if-exists", ("alter", "delete", "describe")),
    ("if-not-exists", ("create",)),
    ("exclude-internal", ("list", "describe")),
    ("dry-run", ("create", "alter", "delete")),
)


def main(arguments: list[str]) -> int:
    """Run kafka-topics.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if (status := answer_help(options, "Create, delete, describe, or change a topic.")) is not None:
        return status
    check_arguments(options)
    from kafkacli.client.java_errors import thrown_text

    service = _service(options)
    try:
        action = next(action for action in ("create", "alter", "list", "describe", "delete") if options.has(action))
        service.run(action, options)
        if action not in ("list", "describe"):
            service.changes.show()
    except Exception as error:
        console.error_out(f"Error while executing topic command : {service.explain(error)}")
        if console.traceback_wanted():
            raise
        console.log("ERROR", f"{thrown_text(error)}\n", "kafka.admin.TopicCommand$")
        return Exit.FAILURE
    finally:
        service.close()
    return Exit.OK


def check_arguments(options: Parsed) -> None:
    """Refuse command lines that make no sense, in the original's order. Raises UsageError and ValueError."""
    if sum(options.has(action) for action in _ACTIONS) != 1:
        raise options.fail("Command must include exactly one action: --list, --describe, --create, --alter or --delete")
    if options.has("bootstrap-server") == options.has("zookeeper"):
        raise ValueError("Only one of --bootstrap-server or --zookeeper must be specified")
    if options.has("describe") and options.has("if-exists"):
        options.require("topic")
    if not options.has("list") and not options.has("describe"):
        options.require("topic")
    if options.has("create") and options.has("zookeeper") and not options.has("replica-assignment"):
        options.require("partitions", "replication-factor")
    if options.has("bootstrap-server") and options.has("alter"):
        options.exclude_together(("bootstrap-server", "config"), "alter")
        options.require("partitions")
    for name, actions, more in _EXCLUDES:
        options.exclude(name, *_other_actions(actions), *more)
    if options.has("create"):
        options.exclude("replica-assignment", "partitions", "replication-factor")
    for name, others in _REPORT_EXCLUDES:
        options.exclude(name, *_other_actions(("describe",)), *(other for other in others if other != name))
    for name, actions in _CONDITION_EXCLUDES:
        options.exclude(name, *_other_actions(actions))


def _other_actions(actions: Sequence[str]) -> list[str]:
    return [action for action in _ACTIONS if action not in actions]


def _service(options: Parsed) -> BrokerTopics | ZooKeeperTopics:
    if (connect := options.value("zookeeper")) is not None:
        from kafkacli.tools.topics_zookeeper import ZooKeeperTopics

        return ZooKeeperTopics(connect, dry_run=options.has("dry-run"))
    from kafkacli.tools.topics_broker import BrokerTopics

    return BrokerTopics(
        options.value("bootstrap-server") or "", options.value("command-config"), dry_run=options.has("dry-run")
    )
