"""kafka-leader-election.sh: have the controller elect leaders, the preferred ones or any living replica.

Source: Apache `LeaderElectionCommand.scala` of 2.6.2 for the order of checks and every text.
"""

from __future__ import annotations

from kafkacli.client.elections import ELECTION_TYPES
from kafkacli.client.java_errors import ADMIN_COMMAND_FAILED, Thrown
from kafkacli.exits import Exit
from kafkacli.options.jopt import Parsed, answer_help, conversion_error, parse
from kafkacli.options.table import DRY_RUN, HELP, OUTPUT, VERSION, Option, OptionTable
from kafkacli.tools.election import ElectionWords, elect, read_partitions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.topics import TopicPartition

_TIMEOUTS = {"default.api.timeout.ms": "30000", "request.timeout.ms": "15000"}
_SCOPES = ("topic", "all-topic-partitions", "path-to-json-file")

OPTIONS = OptionTable(
    "kafka-leader-election.sh",
    "Have new leaders elected for partitions.",
    (
        Option(
            "admin.config",
            argument="file",
            completes="file",
            help="A properties file for the connection to the brokers: security.",
        ),
        Option("all-topic-partitions", help="Elect leaders for every partition that needs it."),
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. Always needed."),
        Option(
            "election-type",
            argument="type",
            completes=("preferred", "unclean"),
            help="preferred: lead by the first replica where another one leads."
            " unclean: lead by any living replica where none leads; records may be lost. Always needed.",
        ),
        HELP,
        DRY_RUN,
        OUTPUT,
        Option(
            "partition",
            argument="number",
            kind="integer",
            help="The partition of --topic, and needed with it.",
        ),
        Option(
            "path-to-json-file",
            argument="file",
            completes="file",
            help='The partitions to elect leaders for: {"partitions": [{"topic": "orders", "partition": 0}]}.',
        ),
        Option(
            "topic", argument="topic", completes="topic", help="The topic of the one partition to elect a leader for."
        ),
        VERSION,
    ),
    synopsis="--bootstrap-server HOST:PORT --election-type TYPE"
    " (--all-topic-partitions | --topic TOPIC --partition NUMBER | --path-to-json-file FILE)",
    examples=(
        (
            "kafka-leader-election.sh --bootstrap-server localhost:9092 --election-type preferred --all-topic-partitions",
            "give leadership back to the preferred replicas",
        ),
    ),
)


def main(arguments: list[str]) -> int:
    """Run kafka-leader-election.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    usage = (
        "This tool attempts to elect a new leader for a set of topic partitions."
        " The type of elections supported are preferred replicas and unclean replicas."
    )
    if (status := answer_help(options, usage)) is not None:
        return status
    check_arguments(options)
    election_type = _election_type(options)
    partitions = _partitions(options)
    from kafkacli.client.connect import connect

    with connect(options.value("bootstrap-server"), options.value("admin.config"), fixed=_TIMEOUTS) as cluster:
        words = ElectionWords("leader", f" ({election_type})", "replica", "Valid replica")
        if options.has("dry-run"):
            from kafkacli.tools.election import dry_run

            return dry_run(cluster, election_type, partitions)
        elect(cluster, election_type, partitions, words)
    return Exit.OK


def check_arguments(options: Parsed) -> None:
    """Refuse command lines that make no sense, in the original's order. Raises Thrown."""
    missing = [name for name in ("election-type", "bootstrap-server") if not options.has(name)]
    if missing:
        raise _refused(f"Missing required option(s): {', '.join(missing)}")
    if sum(options.has(name) for name in _SCOPES) != 1:
        raise _refused(f"One and only one of the following options is required: {', '.join(_SCOPES)}")
    if options.has("topic") and not options.has("partition"):
        raise _refused("Missing required option(s): partition")
    if options.has("partition") and not options.has("topic"):
        raise _refused("Option partition is only allowed if topic is used")


def _refused(message: str) -> Thrown:
    return Thrown(ADMIN_COMMAND_FAILED, message)


def _election_type(options: Parsed) -> str:
    text = options.value("election-type") or ""
    if text.upper() not in ELECTION_TYPES:
        raise conversion_error(OPTIONS.by_name["election-type"], text)
    return text.upper()


def _partitions(options: Parsed) -> list[TopicPartition] | None:
    if (path := options.value("path-to-json-file")) is not None:
        from kafkacli.tools.json_file import read_text

        return read_partitions(read_text(path), "Replica election data", 'missing "partitions" field')
    topic, partition = options.value("topic"), options.integer("partition")
    return None if topic is None or partition is None else [(topic, partition)]
