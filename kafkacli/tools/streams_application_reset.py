"""kafka-streams-application-reset.sh: lets a Kafka Streams application read its input again.

The offsets of its input topics are reset, its intermediate topics are skipped to their end, and the topics that Kafka Streams
made for it are deleted. Source: Apache `StreamsResetter.java` of 2.6.2.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError, load_java_properties
from kafkacli.options.jopt import OptionError, Parsed, UsageError, answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.cluster import Cluster
    from kafkacli.client.groups import Group
    from kafkacli.output.changes import Changes

OPTIONS = OptionTable(
    "kafka-streams-application-reset.sh",
    "Let a Kafka Streams application, which must not be running, read its input again: reset its offsets and delete the"
    " topics that Kafka Streams made for it. Its local state has to be removed besides.",
    (
        Option("application-id", argument="id", required=True, help="The application.id."),
        Option(
            "bootstrap-servers", argument="host:port,...", default="localhost:9092", help="The brokers to ask first."
        ),
        Option("by-duration", argument="duration", help="Reset to the time so long ago: PnDTnHnMnS."),
        Option("config-file", argument="file", completes="file", help="A properties file for the connection."),
        Option("dry-run", help="Only show what would be done."),
        Option("execute", help="Do it, as is done without --dry-run too."),
        Option("force", help="Remove members that the group still has."),
        Option(
            "from-file",
            argument="file",
            completes="file",
            help="Reset to the offsets of a file: topic,partition,offset.",
        ),
        HELP,
        OUTPUT,
        Option(
            "input-topics",
            argument="topic,...",
            separator=",",
            completes="topic",
            help="The topics whose offsets are reset, to their beginning unless another option says where.",
        ),
        Option(
            "intermediate-topics",
            argument="topic,...",
            separator=",",
            completes="topic",
            help="Topics that the application writes and reads itself; they are skipped to their end.",
        ),
        Option("shift-by", argument="number", kind="long", help="Reset to so many records after the present offset."),
        Option("to-datetime", argument="time", help="Reset to a time: YYYY-MM-DDTHH:mm:SS.sss, UTC without a zone."),
        Option("to-earliest", help="Reset to the beginning."),
        Option("to-latest", help="Reset to the end."),
        Option("to-offset", argument="offset", kind="long", help="Reset to this offset."),
        VERSION,
        Option("zookeeper", help="Kept for old scripts, without effect."),
        Option("bootstrap-server", argument="host:port,...", since="3.4", help="Later name of --bootstrap-servers."),
        Option(
            "internal-topics",
            argument="topic,...",
            separator=",",
            since="3.1",
            help="The topics to delete, in place of all that look like the application's own.",
        ),
    ),
    synopsis="--application-id <id> [--input-topics <topic,...>] [OPTION]...",
    examples=(
        (
            "kafka-streams-application-reset.sh --application-id bills --input-topics orders --dry-run",
            "what would be done so that `bills` reads `orders` again",
        ),
    ),
)
_SCENARIOS = ("to-offset", "to-datetime", "by-duration", "to-earliest", "to-latest", "from-file", "shift-by")
_ENDINGS = (
    "-changelog",
    "-repartition",
    "-subscription-registration-topic",
    "-subscription-response-topic",
)
_JOIN_TOPIC = r".+-KTABLE-FK-JOIN-SUBSCRIPTION-(REGISTRATION|RESPONSE)-\d+-topic"


def main(arguments: list[str]) -> int:
    """Run kafka-streams-application-reset.sh. Returns its exit status."""
    try:
        options = parse(OPTIONS, arguments)
    except OptionError as error:
        raise UsageError(f"{error}\n{error.hint}".rstrip(), OPTIONS) from None
    if (status := answer_help(options, OPTIONS.summary)) is not None:
        return status
    if options.has("execute") and options.has("dry-run"):
        raise options.fail("Only one of --dry-run and --execute can be specified")
    for name in _SCENARIOS:
        options.exclude(name, *(other for other in _SCENARIOS if other != name))
    from kafkacli.client.cluster import CallTimedOut, ClientFailure
    from kafkacli.client.java_errors import cause_text
    from kafkacli.client.settings import SettingsError
    from kafkacli.errors import ApiError
    from kafkacli.wire.primitives import WireError

    try:
        return _run(options)
    except (ApiError, CallTimedOut, ClientFailure, WireError) as error:
        console.err(f"ERROR: java.util.concurrent.ExecutionException: {cause_text(error)}")
    except SettingsError as error:
        console.err(f"ERROR: org.apache.kafka.common.config.ConfigException: {error}")
    except (JavaError, OptionError) as error:
        console.err(f"ERROR: {error}")
    return Exit.FAILURE


def _run(options: Parsed) -> int:
    from kafkacli.client.connect import connect
    from kafkacli.client.groups import describe_groups
    from kafkacli.client.topics import list_topics
    from kafkacli.output.changes import Changes

    group_id = options.value("application-id") or ""
    path = options.value("config-file")
    properties = {} if path is None else load_java_properties(path)
    servers = options.value("bootstrap-server") or options.value("bootstrap-servers") or ""
    with connect(servers, fixed=properties) as cluster:
        changes = Changes(dry_run=options.has("dry-run"), tells=False)
        (group,) = describe_groups(cluster, [group_id])
        _empty(options, cluster, group, changes)
        topics = sorted(name for name, is_internal in list_topics(cluster) if not is_internal)
        if options.has("dry-run"):
            console.out("----Dry run displays the actions which will be performed when running Streams Reset Tool----")
        status = _reset(options, cluster, group_id, set(topics), changes)
        _delete(options, cluster, group_id, topics, changes)
        changes.show()
        return status


def _empty(options: Parsed, cluster: Cluster, group: Group, changes: Changes) -> None:
    """See to it that the group has no members. Raises JavaError when it has some and they may not be removed."""
    if not group.members:
        return
    if options.has("force"):
        from kafkacli.client.groups import remove_members

        console.out(f"Force deleting all active members in the group: {group.group_id}")
        for member in group.members:
            changes.add("remove", "group-member", member.member_id, group=group.group_id)
        if not changes.dry_run:
            remove_members(cluster, group.group_id, group.members)
        return
    members = ", ".join(
        f"(memberId={one.member_id}, groupInstanceId={one.instance_id or 'null'}, clientId={one.client_id}, host={one.host}, "
        f"assignment=(topicPartitions={','.join(f'{topic}-{number}' for topic, number in one.partitions)}))"
        for one in group.members
    )
    raise JavaError(
        "java.lang.IllegalStateException",
        f"Consumer group '{group.group_id}' is still active and has following members: [{members}]. Make sure to stop all "
        "running application instances before running the reset tool. You can use option '--force' to remove active "
        "members from the group.",
    )


def _reset(options: Parsed, cluster: Cluster, group_id: str, there: set[str], changes: Changes) -> int:
    """Reset the offsets of input topics, skip intermediate ones. Returns the exit status: whether all were there."""
    from kafkacli.client.groups import commit_offsets
    from kafkacli.client.offsets import LATEST, list_offsets
    from kafkacli.client.topics import describe_topics
    from kafkacli.steps import Steps
    from kafkacli.tools.streams_offsets import new_offsets

    inputs, intermediates = options.values("input-topics"), options.values("intermediate-topics")
    if not inputs and not intermediates:
        console.out("No input or intermediate topics specified. Skipping seek.")
        return Exit.OK
    if inputs:
        console.out(f"Reset-offsets for input topics [{', '.join(inputs)}]")
    if intermediates:
        console.out(f"Seek-to-end for intermediate topics [{', '.join(intermediates)}]")
    status = Exit.OK
    for kind, names, label in (("input", inputs, "Topic: "), ("intermediate", intermediates, "Topic:")):
        if missing := [name for name in names if name not in there]:
            console.out(f"Following {kind} topics are not found, skipping them")
            for name in missing:
                console.out(f"{label}{name}")
            status = Exit.FAILURE
    wanted = [name for name in dict.fromkeys(inputs + intermediates) if name in there]
    if not wanted:
        return status
    partitions = sorted(
        (topic.name, row.index) for topic in describe_topics(cluster, wanted) for row in topic.partitions
    )
    to_reset = [partition for partition in partitions if partition[0] in inputs]
    to_skip = [partition for partition in partitions if partition[0] not in inputs]
    offsets: dict[tuple[str, int], int] = {}
    if to_reset:
        console.out(f"Following input topics offsets will be reset to (for consumer group {group_id})")
        offsets = new_offsets(options, cluster, group_id, to_reset)
        for topic, number in to_reset:
            console.out(f"Topic: {topic} Partition: {number} Offset: {offsets[topic, number]}")
    if to_skip:
        console.out(f"Following intermediate topics offsets will be reset to end (for consumer group {group_id})")
        for topic, _ in to_skip:
            console.out(f"Topic: {topic}")
        offsets |= list_offsets(cluster, to_skip, LATEST)
    for (topic, number), offset in offsets.items():
        changes.add("reset", "group-offset", f"{topic}-{number}", group=group_id, offset=offset)
    if not changes.dry_run:
        with Steps("offsets", "reset", offsets) as steps:
            steps.begin(*offsets)
            commit_offsets(cluster, group_id, offsets)
    console.out("Done.")
    return status


def _delete(options: Parsed, cluster: Cluster, group_id: str, topics: list[str], changes: Changes) -> None:
    """Delete the topics that Kafka Streams made for the application. Raises JavaError when one can't be."""
    import re

    from kafkacli.client.topics import delete_topics
    from kafkacli.errors import ApiError
    from kafkacli.steps import Steps

    console.out(f"Deleting all internal/auto-created topics for application {group_id}")
    given = {*options.values("input-topics"), *options.values("intermediate-topics")}
    chosen = options.values("internal-topics")
    unwanted = [
        topic
        for topic in topics
        if topic.startswith(f"{group_id}-")
        and (topic.endswith(_ENDINGS) or re.fullmatch(_JOIN_TOPIC, topic))
        and topic not in given
        and (not chosen or topic in chosen)
    ]
    with Steps("topics", "deleted", unwanted) as steps:
        for topic in unwanted:
            if changes.dry_run:
                console.out(f"Topic: {topic}")
                changes.add("delete", "topic", topic)
                continue
            try:
                delete_topics(cluster, [topic], steps)
            except ApiError as error:
                steps.fail(topic)
                console.err(f"ERROR: deleting topic {topic}\n{error}")
                changes.fail("delete", "topic", topic, str(error))
            else:
                changes.add("delete", "topic", topic)
    if changes.has_failed:
        changes.show()
        raise JavaError("java.lang.RuntimeException", "Encountered an error deleting one or more topics")
    console.out("Done.")
