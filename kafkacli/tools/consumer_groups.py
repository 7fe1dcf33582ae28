"""kafka-consumer-groups.sh: list, describe and delete consumer groups, reset and delete their offsets.

Source: Apache `ConsumerGroupCommand.scala` of 2.6.2 for the order of checks and every text. Most errors end with status 0,
as they do there.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import OptionError, Parsed, UsageError, answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.cluster import Cluster

_SCENARIOS = (
    "to-offset",
    "shift-by",
    "to-datetime",
    "by-duration",
    "to-earliest",
    "to-latest",
    "to-current",
    "from-file",
)
_ACTIONS = ("list", "describe", "delete", "reset-offsets", "delete-offsets")

OPTIONS = OptionTable(
    "kafka-consumer-groups.sh",
    "List, describe and delete consumer groups; reset and delete their offsets.",
    (
        Option("all-groups", help="Every consumer group, in place of --group."),
        Option("all-topics", help="With --reset-offsets: every topic for which the group has offsets."),
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. Always needed."),
        Option(
            "by-duration",
            argument="duration",
            help="Reset to the first record of the last PnDTnHnMnS, such as PT1H30M.",
        ),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="A properties file for the connection to the brokers: security, timeouts.",
        ),
        Option("delete", help="Delete groups, with all their offsets. --group may be repeated."),
        Option("delete-offsets", help="Delete the offsets that a group has for topics."),
        Option("describe", help="Show the offsets and lag of groups, or their members or state."),
        Option(
            "dry-run",
            help="With --reset-offsets: show the new offsets, change nothing. What happens by default."
            " With --delete and --delete-offsets: say what would be done, change nothing.",
        ),
        Option("execute", help="With --reset-offsets: commit the new offsets."),
        Option("export", help="With --reset-offsets: print the new offsets as CSV, as --from-file reads them."),
        Option(
            "from-file",
            argument="file",
            completes="file",
            help="Reset to the offsets of a CSV file: topic,partition,offset with one --group,"
            " or group,topic,partition,offset.",
        ),
        Option("group", argument="group", completes="group", help="A consumer group; may be repeated."),
        HELP,
        Option("list", help="List the names of consumer groups."),
        Option("members", available_if=("describe",), help="With --describe: show the members of groups."),
        Option(
            "offsets",
            available_if=("describe",),
            help="With --describe: show offsets and lag. What happens by default.",
        ),
        OUTPUT,
        Option(
            "reset-offsets",
            help="Change the offsets of groups without members: says how (--to-..., --shift-by, --by-duration,"
            " --from-file), for which topics (--topic or --all-topics), and --execute.",
        ),
        Option(
            "shift-by",
            argument="number",
            kind="long",
            help="Reset to the current offset plus this number, which may be negative.",
        ),
        Option(
            "state",
            argument="states",
            optional=True,
            available_if=("describe", "list"),
            help="With --describe: show the state of groups. With --list: show it too, or only groups in these"
            " comma-separated states: PreparingRebalance, CompletingRebalance, Stable, Dead, Empty.",
        ),
        Option(
            "timeout", argument="ms", kind="long", default="5000", help="Milliseconds that a request may take in all."
        ),
        Option("to-current", help="Reset to the current offset."),
        Option(
            "to-datetime",
            argument="datetime",
            help="Reset to the first record from YYYY-MM-DDTHH:mm:SS.sss on (UTC unless a zone like +02:00 follows).",
        ),
        Option("to-earliest", help="Reset to the first offset."),
        Option("to-latest", help="Reset to the end."),
        Option("to-offset", argument="offset", kind="long", help="Reset to this offset, or the nearest there is."),
        Option(
            "topic",
            argument="topic[:partition,...]",
            completes="topic",
            help="A topic to reset or delete offsets of, or some of its partitions; may be repeated.",
        ),
        Option("verbose", available_if=("describe",), help="With --members: show the partitions of each member."),
        VERSION,
    ),
    replaced={
        "zookeeper": "groups are the brokers' now, use --bootstrap-server",
        "new-consumer": "there is no other consumer any more, leave it out",
        "by-period": "use --by-duration",
    },
    synopsis="--bootstrap-server HOST:PORT (--list | --describe | --delete | --reset-offsets | --delete-offsets)"
    " [OPTION]...",
    examples=(
        ("kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group billing", "how far it is"),
        (
            "kafka-consumer-groups.sh --bootstrap-server localhost:9092 --reset-offsets --group billing --topic orders --to-earliest --execute",
            "read everything again",
        ),
    ),
)


def main(arguments: list[str]) -> int:
    """Run kafka-consumer-groups.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    try:
        if not options.has("help"):
            check_arguments(options)
        if (status := answer_help(options, "")) is not None:
            return status
        if sum(options.has(action) for action in _ACTIONS) != 1:
            raise options.fail(
                "Command must include exactly one action: --list, --describe, --delete, --reset-offsets,"
                " --delete-offsets"
            )
        cluster = _cluster(options)
    except OptionError as error:
        raise options.fail(str(error)) from error
    with cluster:
        return _run(options, cluster)


def check_arguments(options: Parsed) -> None:
    """Refuse command lines that make no sense, in the original's order. Raises UsageError and OptionError."""
    options.require("bootstrap-server")
    if options.has("describe"):
        _need_groups(options, "describe")
        if sum(options.has(name) for name in ("members", "offsets", "state")) > 1:
            raise options.fail("Option [describe] takes at most one of these options: [members], [offsets], [state]")
        if options.has("state") and options.value("state") is not None:
            raise options.fail("Option [describe] does not take a value for [state]")
    if options.has("delete"):
        _need_groups(options, "delete")
        if options.has("topic"):
            raise options.fail("The consumer does not support topic-specific offset deletion from a consumer group.")
    if options.has("delete-offsets") and not (options.has("group") and options.has("topic")):
        raise options.fail("Option [delete-offsets] takes the following options: [group], [topic]")
    if options.has("reset-offsets"):
        _check_reset(options)
    options.exclude("group", "all-groups")
    options.exclude("group", "list")
    options.exclude("topic", "list", "describe")


def _need_groups(options: Parsed, action: str) -> None:
    if not options.has("group") and not options.has("all-groups"):
        raise options.fail(f"Option [{action}] takes one of these options: [group], [all-groups]")


def _check_reset(options: Parsed) -> None:
    if options.has("dry-run") and options.has("execute"):
        raise options.fail("Option [reset-offsets] only accepts one of [execute] and [dry-run]")
    if not options.has("dry-run") and not options.has("execute"):
        console.err(
            "WARN: No action will be performed as the --execute option is missing."
            "In a future major release, the default behavior of this command will be to prompt the user before "
            "executing the reset rather than doing a dry run. You should add the --dry-run option explicitly "
            "if you are scripting this command and want to keep the current default behavior without prompting."
        )
    _need_groups(options, "reset-offsets")
    for scenario in _SCENARIOS:
        options.exclude(scenario, *(other for other in _SCENARIOS if other != scenario))


def _cluster(options: Parsed) -> Cluster:
    from kafkacli.client.connect import connect

    timeout_ms = options.integer("timeout") or 0
    return connect(options.value("bootstrap-server"), options.value("command-config"), timeout_ms=timeout_ms)


def _run(options: Parsed, cluster: Cluster) -> int:
    try:
        if options.has("list") or options.has("describe"):
            from kafkacli.tools.consumer_groups_describe import describe, list_all

            (list_all if options.has("list") else describe)(options, cluster)
        else:
            from kafkacli.tools.consumer_groups_change import delete, delete_offsets, reset_offsets

            if options.has("reset-offsets"):
                reset_offsets(options, cluster)
            elif (delete if options.has("delete") else delete_offsets)(options, cluster):
                return Exit.OK
            elif options.has("dry-run"):
                return Exit.FAILURE
    except UsageError:
        raise
    except ValueError as error:
        raise options.fail(str(error)) from error
    except Exception as error:
        from kafkacli.client.java_errors import cause_text

        console.error_out(f"\nError: Executing consumer group command failed due to {cause_text(error)}")
        if console.traceback_wanted():
            raise
    return Exit.OK
