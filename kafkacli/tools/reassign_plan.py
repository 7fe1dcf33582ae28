"""What kafka-reassign-partitions.sh reckons with: its JSON files, moves, throttles, and the states of reassignments.

    {"version":1,"partitions":[{"topic":T,"partition":0,"replicas":[1,2],"log_dirs":["any","/d"]}]}
    {"version":1,"topics":[{"topic":T}]}

Source: Apache `ReassignPartitionsCommand.scala` of 2.6.2. No IO.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.java_errors import ADMIN_COMMAND_FAILED, ADMIN_OPERATION, Thrown
from kafkacli.tools import json_file
from kafkacli.tools.broker_list import broker_ids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kafkacli.client.log_dirs import Replica
    from kafkacli.client.reassignments import Reassignment
    from kafkacli.client.topics import TopicPartition
    from kafkacli.output.changes import Changes
    from kafkacli.registry.assignment import LiveBroker

    Assignment = Mapping[TopicPartition, Sequence[int]]
    """The replicas of partitions."""

LEADER_RATE = "leader.replication.throttled.rate"
FOLLOWER_RATE = "follower.replication.throttled.rate"
LOG_DIRS_RATE = "replica.alter.log.dirs.io.max.bytes.per.second"
BROKER_THROTTLES = (LEADER_RATE, FOLLOWER_RATE, LOG_DIRS_RATE)
LEADER_REPLICAS = "leader.replication.throttled.replicas"
FOLLOWER_REPLICAS = "follower.replication.throttled.replicas"
TOPIC_THROTTLES = (LEADER_REPLICAS, FOLLOWER_REPLICAS)
ALREADY_MOVING = (
    "Cannot execute because there is an existing partition assignment.  Use --additional to override this and "
    "create a new partition assignment in addition to the existing one."
)
VERIFY_LATER = (
    "Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is removed."
)
BROKER_NEEDED = "bootstrap-server needs to be provided when replica reassignments are present."
_ANY = "any"


class Terse(Exception):
    """A failure of which only the message is shown."""


class Plan:
    """What a reassignment file says. partitions: as they come, doubles too; directories: of replicas that shall have one."""

    __slots__ = ("directories", "partitions")

    def __init__(self, partitions: list[tuple[TopicPartition, list[int]]], directories: dict[Replica, str]) -> None:
        self.partitions = partitions
        self.directories = directories


# --- files


def read_plan(text: str) -> Plan:
    """Read a reassignment file. Raises Thrown."""
    listed = _versioned(text, "partitions")
    partitions: list[tuple[TopicPartition, list[int]]] = []
    directories: dict[Replica, str] = {}
    for row in listed:
        topic, partition = row.field("topic").text(), row.field("partition").integer()
        replicas = [item.integer() for item in row.field("replicas").items()]
        given = row.get("log_dirs")
        paths = [_ANY] * len(replicas) if given is None else [item.text() for item in given.items()]
        if len(paths) != len(replicas):
            raise _failed(
                f"Size of replicas list {_vector(replicas)} is different from size of log dirs list "
                f"{_vector(paths)} for partition {topic}-{partition}"
            )
        partitions.append(((topic, partition), replicas))
        directories |= {
            (topic, partition, replica): path for replica, path in zip(replicas, paths, strict=True) if path != _ANY
        }
    return Plan(partitions, directories)


def read_execution(text: str) -> tuple[dict[TopicPartition, list[int]], dict[Replica, str]]:
    """Read a reassignment file that shall be carried out; returns replicas and directories. Raises Thrown."""
    plan = read_plan(text)
    if not plan.partitions:
        raise _failed("Partition reassignment list cannot be empty")
    if not all(replicas for _, replicas in plan.partitions):
        raise _failed("Partition replica list cannot be empty")
    if doubles := json_file.duplicates(name for name, _ in plan.partitions):
        raise _failed(f"Partition reassignment contains duplicate topic partitions: {names(doubles)}")
    repeated = [
        f"{topic}-{partition} contains multiple entries for {','.join(map(str, json_file.duplicates(replicas)))}"
        for (topic, partition), replicas in plan.partitions
        if json_file.duplicates(replicas)
    ]
    if repeated:
        raise _failed(f"Partition replica lists may not contain duplicate entries: {'. '.join(repeated)}")
    return dict(plan.partitions), plan.directories


def read_generation(text: str, broker_list: str) -> tuple[list[int], list[str]]:
    """Read --broker-list and the file with topics to move. Raises Thrown."""
    brokers = broker_ids(broker_list.rstrip(",").split(","))
    if doubles := json_file.duplicates(brokers):
        raise _failed(f"Broker list contains duplicate entries: {','.join(map(str, doubles))}")
    topics = [row.field("topic").text() for row in _versioned(text, "topics")]
    if twice := json_file.duplicates(topics):
        raise _failed(f"List of topics to reassign contains duplicate entries: {','.join(twice)}")
    return brokers, topics


def assignment_json(assignment: Assignment) -> str:
    """Return an assignment as a reassignment file, sorted."""
    rows = [
        {"topic": topic, "partition": partition, "replicas": list(replicas), "log_dirs": [_ANY] * len(replicas)}
        for (topic, partition), replicas in sorted(assignment.items())
    ]
    return json_file.encode({"version": 1, "partitions": rows})


# --- texts


def names(partitions: Iterable[TopicPartition]) -> str:
    """Return the names of partitions, joined by commas."""
    return ",".join(f"{topic}-{partition}" for topic, partition in partitions)


def replica_names(replicas: Iterable[Replica]) -> str:
    """Return the names of replicas, in the order of their brokers, joined by commas."""
    ordered = sorted(replicas, key=lambda replica: (replica[2], *replica[:2]))
    return ",".join("-".join(map(str, replica)) for replica in ordered)


def current_text(assignment: Assignment) -> str:
    """Return what --execute says before it does anything."""
    return (
        f"Current partition replica assignment\n\n{assignment_json(assignment)}\n\n"
        "Save this to use as the --reassignment-json-file option during rollback"
    )


def show_generated(current: Assignment, proposed: Assignment) -> None:
    """Show what --generate finds, in the form that is wanted."""
    if console.is_plain():
        console.out(generated_text(current, proposed))
        return
    from kafkacli.output.show import show

    show(
        "reassignment-plan",
        (
            {
                "topic": name[0],
                "partition": name[1],
                "current_replicas": list(current[name]),
                "proposed_replicas": list(proposed[name]),
            }
            for name in sorted(proposed)
        ),
    )


def show_states(states: Mapping[TopicPartition, tuple[Sequence[int], Sequence[int], bool]]) -> None:
    """Show what --verify finds of partitions, in the form that is wanted."""
    if console.is_plain():
        console.out(states_text(states))
        return
    from kafkacli.output.show import show

    show(
        "reassignment-states",
        (
            {
                "topic": topic,
                "partition": partition,
                "state": "moving" if not done else "complete" if list(current) == list(wanted) else "other replicas",
                "replicas": list(current),
                "wanted_replicas": list(wanted),
            }
            for (topic, partition), (current, wanted, done) in sorted(states.items(), key=lambda item: item[0])
        ),
    )


def changes_of(
    proposed: Assignment,
    directories: Mapping[Replica, str],
    topic_configs: Mapping[str, Mapping[str, str]],
    broker_configs: Mapping[int, Mapping[str, str]],
    *,
    dry_run: bool,
) -> Changes:
    """Return what --execute does, or would. The configs are those of the throttles."""
    from kafkacli.output.changes import Changes

    changes = Changes(dry_run=dry_run)
    for topic, configs in topic_configs.items():
        changes.add("alter", "topic-config", topic, **configs)
    for broker, configs in broker_configs.items():
        changes.add("alter", "broker-config", str(broker), **configs)
    for (topic, partition), replicas in sorted(proposed.items()):
        changes.add("move", "partition", f"{topic}-{partition}", replicas=",".join(map(str, replicas)))
    for (topic, partition, broker), directory in sorted(directories.items()):
        changes.add("move", "replica", f"{topic}-{partition}-{broker}", log_dir=directory)
    return changes


def add_cleared(changes: Changes, brokers: Iterable[int], topics: Iterable[str]) -> None:
    """Note that the throttles of brokers and topics are lifted."""
    for broker in brokers:
        changes.add("alter", "broker-config", str(broker), **dict.fromkeys(BROKER_THROTTLES))
    for topic in topics:
        changes.add("alter", "topic-config", topic, **dict.fromkeys(TOPIC_THROTTLES))


def generated_text(current: Assignment, proposed: Assignment) -> str:
    """Return what --generate says."""
    return (
        f"Current partition replica assignment\n{assignment_json(current)}\n\n"
        f"Proposed partition reassignment configuration\n{assignment_json(proposed)}"
    )


def started_text(partitions: Iterable[TopicPartition]) -> str:
    """Return what --execute says when the moves have begun."""
    ordered = sorted(partitions)
    return f"Successfully started partition reassignment{_plural(ordered)} for {names(ordered)}"


def states_text(states: Mapping[TopicPartition, tuple[Sequence[int], Sequence[int], bool]]) -> str:
    """Return what --verify says of partitions: (current replicas, wanted replicas, whether nothing moves) of each."""
    lines = ["Status of partition reassignment:"]
    for (topic, partition), (current, wanted, done) in sorted(states.items(), key=lambda item: item[0]):
        name = f"{topic}-{partition}"
        if not done:
            lines.append(f"Reassignment of partition {name} is still in progress.")
        elif list(current) == list(wanted):
            lines.append(f"Reassignment of partition {name} is complete.")
        else:
            lines.append(
                f"There is no active reassignment of partition {name}, but replica set is "
                f"{','.join(map(str, current))} rather than {','.join(map(str, wanted))}."
            )
    return "\n".join(lines)


def clearing_texts(brokers: Iterable[int], topics: Iterable[str]) -> tuple[str, str]:
    """Return what is said before throttles of brokers, and of topics, are cleared."""
    ids, found = list(map(str, brokers)), list(topics)
    return (
        f"Clearing broker-level throttles on broker{_plural(ids)} {','.join(ids)}",
        f"Clearing topic-level throttles on topic{_plural(found)} {','.join(found)}",
    )


# --- reckoning


def propose(current: Assignment, brokers: Sequence[LiveBroker]) -> dict[TopicPartition, tuple[int, ...]]:
    """Return a new assignment of topics to these brokers, with as many replicas as now. Raises Thrown."""
    from random import Random

    from kafkacli.errors import ApiError
    from kafkacli.registry.assignment import assign_replicas

    by_topic: dict[str, list[Sequence[int]]] = {}
    for (topic, _), replicas in sorted(current.items()):
        by_topic.setdefault(topic, []).append(replicas)
    proposed: dict[TopicPartition, tuple[int, ...]] = {}
    for topic, rows in by_topic.items():
        try:
            planned = assign_replicas(brokers, len(rows), len(rows[0]), Random())
        except ApiError as error:
            raise Thrown(f"org.apache.kafka.common.errors.{error.info.exception}", str(error)) from error
        proposed |= {(topic, number): replicas for number, replicas in planned.items()}
    return proposed


class Move:
    """Where a partition's replicas come from and go to."""

    __slots__ = ("destinations", "sources")

    def __init__(self, sources: set[int], destinations: set[int]) -> None:
        self.sources = sources
        self.destinations = destinations


def moves(
    under_way: Mapping[TopicPartition, Reassignment], proposed: Assignment, current: Assignment
) -> dict[TopicPartition, Move]:
    """Return every move there will be, those under way with those proposed.

    current: the replicas, now, of the partitions proposed. What has the data already is no destination.
    """
    found = {
        name: Move(set(row.replicas), {*row.replicas, *row.adding} - set(row.removing))
        for name, row in under_way.items()
    }
    found |= {name: Move(set(), set(replicas)) for name, replicas in proposed.items()}
    for name, move in found.items():
        move.sources |= set(current.get(name, ()))
        move.destinations -= move.sources
    return found


def topic_throttles(found: Mapping[TopicPartition, Move]) -> dict[str, dict[str, str]]:
    """Return the topics' configs that say which replicas are throttled while they send, and while they fetch."""
    parts: dict[str, tuple[set[str], set[str]]] = {}
    for (topic, partition), move in found.items():
        leaders, followers = parts.setdefault(topic, (set(), set()))
        leaders |= {f"{partition}:{broker}" for broker in move.sources}
        followers |= {f"{partition}:{broker}" for broker in move.destinations}
    return {
        topic: {LEADER_REPLICAS: ",".join(sorted(leaders)), FOLLOWER_REPLICAS: ",".join(sorted(followers))}
        for topic, (leaders, followers) in parts.items()
    }


def broker_throttles(
    found: Mapping[TopicPartition, Move], rate: int, replicas: Iterable[Replica] = (), directory_rate: int = -1
) -> dict[int, dict[str, str]]:
    """Return the brokers' configs that say how fast replicas move: between brokers, and between directories.

    rate, directory_rate: bytes per second, negative to leave it. replicas: those that move between directories.
    """
    throttles: dict[int, dict[str, str]] = {}
    if rate >= 0:
        for move in found.values():
            for broker in move.sources | move.destinations:
                throttles[broker] = {LEADER_RATE: str(rate), FOLLOWER_RATE: str(rate)}
    if directory_rate >= 0:
        for _, _, broker in replicas:
            throttles.setdefault(broker, {})[LOG_DIRS_RATE] = str(directory_rate)
    return dict(sorted(throttles.items()))


def racks_are_complete(brokers: Sequence[LiveBroker]) -> None:
    """Raise Thrown when only some of the brokers have a rack."""
    without = sum(broker.rack is None for broker in brokers)
    if without not in (0, len(brokers)):
        raise Thrown(
            ADMIN_OPERATION,
            "Not all brokers have rack information. Add --disable-rack-aware in command line"
            " to make replica assignment without rack information.",
        )


def _versioned(text: str, field: str) -> Iterable[json_file.JsonValue]:
    document = json_file.parse(text)
    if document is None:
        raise Thrown(ADMIN_OPERATION, "The input string is not a valid JSON")
    version = document.get("version")
    number = 1 if version is None else version.integer()
    if number != 1:
        raise Thrown(ADMIN_OPERATION, f"Not supported version field value {number}")
    listed = document.get(field)
    return () if listed is None else listed.items()


def _plural(things: Sequence[object]) -> str:
    return "" if len(things) == 1 else "s"


def _failed(message: str) -> Thrown:
    return Thrown(ADMIN_COMMAND_FAILED, message)


def _vector(items: Iterable[object]) -> str:
    return f"Vector({', '.join(map(str, items))})"
