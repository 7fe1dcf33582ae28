"""kafka-reassign-partitions.sh --bootstrap-server: the actions, asked of the brokers."""

from __future__ import annotations

import time

from kafkacli import console
from kafkacli.client.cluster import Cluster
from kafkacli.client.configs import BROKER, TOPIC, change_many
from kafkacli.client.java_errors import ADMIN_COMMAND_FAILED, Thrown
from kafkacli.client.log_dirs import alter_replica_log_dirs, describe_log_dirs
from kafkacli.client.reassignments import alter_reassignments, list_reassignments
from kafkacli.client.topics import describe_each, describe_topics, live_brokers
from kafkacli.errors import ApiError, ErrorCode, error_info
from kafkacli.output.changes import Changes
from kafkacli.steps import Steps
from kafkacli.tools import reassign_plan as plans
from kafkacli.tools.json_file import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from kafkacli.client.log_dirs import Replica
    from kafkacli.client.topics import Topic, TopicPartition
    from kafkacli.options.jopt import Parsed
    from kafkacli.registry.assignment import LiveBroker

    Directories = tuple[str | None, str | None]
    """Where a replica is, and where it is moving to."""

_RETRY_S = 0.1
_AT_ONCE = 1000  # partitions of a request


def run(action: str, options: Parsed, cluster: Cluster) -> None:
    """Do what one of the options generate, execute, verify, cancel, list asks for. Raises Terse, Thrown, ApiError."""
    actions = {"generate": _generate, "execute": _execute, "verify": _verify, "cancel": _cancel, "list": _list}
    actions[action](options, cluster)


def _generate(options: Parsed, cluster: Cluster) -> None:
    text = read_text(options.value("topics-to-move-json-file") or "")
    brokers, topics = plans.read_generation(text, options.value("broker-list") or "")
    current = _assignment(describe_topics(cluster, topics) if topics else [])
    live = _brokers(cluster, brokers, rack_aware=not options.has("disable-rack-aware"))
    plans.show_generated(current, plans.propose(current, live))


def _execute(options: Parsed, cluster: Cluster) -> None:
    proposed, directories = plans.read_execution(read_text(options.value("reassignment-json-file") or ""))
    rate, directory_rate = options.integer("throttle") or 0, options.integer("replica-alter-log-dirs-throttle") or 0
    timeout_ms = options.integer("timeout") or 0
    under_way = list_reassignments(cluster)
    if under_way and not options.has("additional"):
        raise plans.Terse(plans.ALREADY_MOVING)
    unknown = sorted({broker for replicas in proposed.values() for broker in replicas} - live_brokers(cluster))
    if unknown:
        raise Thrown(ADMIN_COMMAND_FAILED, f"Unknown broker id {unknown[0]}")
    described = _assignment(describe_topics(cluster, dict.fromkeys(topic for topic, _ in proposed)))
    current = {name: replicas for name, replicas in described.items() if name in proposed}
    slows = rate >= 0 or directory_rate >= 0
    moves = plans.moves(under_way, proposed, current) if slows else {}
    throttled = plans.topic_throttles(moves)
    throttles = plans.broker_throttles(moves, rate, directories, directory_rate)
    changes = plans.changes_of(proposed, directories, throttled, throttles, dry_run=options.has("dry-run"))
    if changes.dry_run:
        changes.show()
        return
    console.out(plans.current_text(current))
    if slows:
        console.out(plans.VERIFY_LATER)
        _throttle(cluster, TOPIC, "throttled", {topic: list(configs.items()) for topic, configs in throttled.items()})
        _throttle(
            cluster, BROKER, "throttled", {str(broker): list(configs.items()) for broker, configs in throttles.items()}
        )
        if rate >= 0:
            console.out(f"The inter-broker throttle limit was set to {rate} B/s")
        if directory_rate >= 0:
            console.out(f"The replica-alter-dir throttle limit was set to {directory_rate} B/s")
    if errors := _reassign(cluster, "started", proposed):
        raise plans.Terse(f"Error reassigning partition(s):\n{_error_lines(errors)}")
    console.out(plans.started_text(proposed))
    _move_directories(cluster, directories, timeout_ms)
    changes.show()


def _verify(options: Parsed, cluster: Cluster) -> None:
    plan = plans.read_plan(read_text(options.value("reassignment-json-file") or ""))
    wanted = dict(plan.partitions)
    under_way = list_reassignments(cluster)
    topics = describe_each(cluster, (name[0] for name in wanted if name not in under_way))
    states: dict[TopicPartition, tuple[Sequence[int], Sequence[int], bool]] = {}
    for (topic, partition), replicas in wanted.items():
        if (reassignment := under_way.get((topic, partition))) is not None:
            states[topic, partition] = reassignment.replicas, replicas, False
        else:
            states[topic, partition] = _replicas(topics[topic], partition), replicas, True
    plans.show_states(states)
    found = _directories(cluster, plan.directories)
    lines = [
        _directory_text(replica, found[replica], plan.directories[replica])
        for replica in sorted(plan.directories, key=lambda replica: (replica[2], *replica[:2]))
    ]
    console.out("\n".join(lines))
    moving = under_way or any(current is not None and future is not None for current, future in found.values())
    lost = any(current is None for current, _ in found.values())
    if not moving and not lost and not options.has("preserve-throttles"):
        _clear_throttles(cluster, plan, Changes(dry_run=options.has("dry-run"), tells=console.is_plain()))


def _cancel(options: Parsed, cluster: Cluster) -> None:
    plan = plans.read_plan(read_text(options.value("reassignment-json-file") or ""))
    timeout_ms = options.integer("timeout") or 0
    under_way = list_reassignments(cluster, dict(plan.partitions))
    active = sorted(name for name, row in under_way.items() if row.adding or row.removing)
    changes = Changes(dry_run=options.has("dry-run"))
    for topic, partition in active:
        changes.add("cancel", "reassignment", f"{topic}-{partition}")
    if active and not changes.dry_run:
        if errors := _reassign(cluster, "cancelled", dict.fromkeys(active)):
            plural = "" if len(errors) == 1 else "s"
            raise plans.Terse(f"Error cancelling partition reassignment{plural} for:\n{_error_lines(errors)}")
        plural = "" if len(active) == 1 else "s"
        console.out(f"Successfully cancelled partition reassignment{plural} for: {plans.names(active)}")
    elif not active:
        console.out("None of the specified partition reassignments are active.")
    moving = {
        replica: current
        for replica, (current, future) in _directories(cluster, plan.directories).items()
        if current is not None and future is not None
    }
    for (topic, partition, broker), directory in sorted(moving.items()):
        changes.add("cancel", "move", f"{topic}-{partition}-{broker}", log_dir=directory)
    if moving and not changes.dry_run:
        _move_directories(cluster, moving, timeout_ms)
    elif not moving:
        console.out("None of the specified partition moves are active.")
    if not options.has("preserve-throttles"):
        _clear_throttles(cluster, plan, changes)
    changes.show()


def _list(_options: Parsed, cluster: Cluster) -> None:
    if not console.is_plain():
        from kafkacli.output.show import show

        show(
            "reassignments",
            (
                {
                    "topic": topic,
                    "partition": partition,
                    "replicas": list(row.replicas),
                    "adding_replicas": list(row.adding),
                    "removing_replicas": list(row.removing),
                }
                for (topic, partition), row in sorted(list_reassignments(cluster).items(), key=lambda item: item[0])
            ),
        )
        return
    lines = []
    for (topic, partition), row in sorted(list_reassignments(cluster).items(), key=lambda item: item[0]):
        adding = f" adding: {','.join(map(str, row.adding))}." if row.adding else ""
        removing = f" removing: {','.join(map(str, row.removing))}." if row.removing else ""
        lines.append(f"{topic}-{partition}: replicas: {','.join(map(str, row.replicas))}.{adding}{removing}")
    console.out(
        "\n".join(["Current partition reassignments:", *lines] if lines else ["No partition reassignments found."])
    )


def _assignment(topics: Iterable[Topic]) -> dict[TopicPartition, list[int]]:
    return {(topic.name, row.index): row.replicas for topic in topics for row in topic.partitions}


def _brokers(cluster: Cluster, wanted: Collection[int], *, rack_aware: bool) -> list[LiveBroker]:
    from kafkacli.registry.assignment import LiveBroker

    rows = cluster.call("listNodes", cluster.metadata).brokers
    found = sorted(LiveBroker(row.node_id, row.rack if rack_aware else None) for row in rows if row.node_id in wanted)
    plans.racks_are_complete(found)
    return found


def _replicas(topic: Topic | ApiError, partition: int) -> list[int]:
    """Return the replicas of a partition that doesn't move, none when it isn't there; odd ends are the original's."""
    if isinstance(topic, ApiError):
        if topic.code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
            return []
        name = f"org.apache.kafka.common.errors.{error_info(topic.code).exception}"
        raise Thrown("scala.MatchError", f"{name}: {topic} (of class {name})")
    count = len(topic.partitions)
    if count < partition:
        return []
    if not 0 <= partition < count:
        raise Thrown("java.lang.IndexOutOfBoundsException", f"Index {partition} out of bounds for length {count}")
    return topic.partitions[partition].replicas


# --- log directories


def _directories(cluster: Cluster, replicas: Iterable[Replica]) -> dict[Replica, Directories]:
    """Return where these replicas are. Raises Thrown for a directory with an error that there shouldn't be."""
    found: dict[Replica, Directories] = dict.fromkeys(replicas, (None, None))
    for broker in dict.fromkeys(broker for _, _, broker in found):
        partitions = [(topic, partition) for topic, partition, owner in found if owner == broker]
        for directory in describe_log_dirs(cluster, broker, partitions):
            if directory.error == ErrorCode.KAFKA_STORAGE_ERROR:
                continue
            if directory.error:
                raise Thrown(
                    "java.lang.IllegalStateException",
                    f"The error {error_info(directory.error).name} for log directory {directory.path} in the response"
                    f" from broker {broker} is illegal",
                )
            for (topic, partition), info in directory.replicas():
                current, future = found[topic, partition, broker]
                if info.future:
                    future = directory.path
                else:
                    current = directory.path
                found[topic, partition, broker] = current, future
    return found


def _directory_text(replica: Replica, where: Directories, target: str) -> str:
    topic, partition, broker = replica
    current, future = where
    if current is None:
        return (
            f"Partition {topic}-{partition} is not found in any live log dir on broker {broker}. "
            "There is likely an offline log directory on the broker."
        )
    if future is None:
        if current == target:
            return f"Reassignment of replica {topic}-{partition}-{broker} completed successfully."
        return (
            f"Partition {topic}-{partition} on broker {broker} is not being moved from log dir {current} to {target}."
        )
    if future == target:
        return f"Reassignment of replica {topic}-{partition}-{broker} is still in progress."
    return f"Partition {topic}-{partition} on broker {broker} is being moved to log dir {future} instead of {target}."


def _reassign(
    cluster: Cluster, did: str, wanted: Mapping[TopicPartition, Sequence[int] | None]
) -> dict[TopicPartition, ApiError]:
    """Start reassignments or cancel them, some at a time; return the errors of partitions that have one."""
    errors: dict[TopicPartition, ApiError] = {}
    partitions = sorted(wanted)
    with Steps("reassignments", did, partitions) as steps:
        for start in range(0, len(partitions), _AT_ONCE):
            some = partitions[start : start + _AT_ONCE]
            steps.begin(*some)
            refused = alter_reassignments(cluster, {partition: wanted[partition] for partition in some})
            steps.end(*(partition for partition in some if partition not in refused))
            errors |= refused
    return errors


def _move_directories(cluster: Cluster, wanted: Mapping[Replica, str], timeout_ms: int) -> None:
    """Start moves between directories, again and again until each replica is where its broker can move it."""
    deadline = time.monotonic() + timeout_ms / 1000
    pending = dict(wanted)
    names = {replica: plans.replica_names([replica]) for replica in wanted}
    with Steps("log directory moves", "started", names.values(), lines=True) as steps:
        while pending:
            steps.begin(*(names[replica] for replica in pending))
            answers = alter_replica_log_dirs(cluster, pending)
            started = [replica for replica, error in answers.items() if error is None]
            steps.end(*(names[replica] for replica in started))
            steps.fail(*(names[replica] for replica in answers))
            for replica, error in answers.items():
                if error is not None and error.code != ErrorCode.REPLICA_NOT_AVAILABLE:
                    raise Thrown(ADMIN_COMMAND_FAILED, f"Failed to alter dir for {names[replica]}") from error
            if started:
                plural = "" if len(started) == 1 else "s"
                console.out(f"Successfully started log directory move{plural} for: {plans.replica_names(started)}")
            for replica in started:
                del pending[replica]
            if not pending:
                return
            if time.monotonic() >= deadline:
                plural = "" if len(pending) == 1 else "s"
                raise plans.Terse(
                    f"Timed out before log directory move{plural} could be started for: {plans.replica_names(pending)}"
                )
            time.sleep(_RETRY_S)


# --- throttles


def _clear_throttles(cluster: Cluster, plan: plans.Plan, changes: Changes) -> None:
    named = {broker for _, replicas in plan.partitions for broker in replicas}
    brokers = sorted(live_brokers(cluster) | named)
    topics = sorted({topic for (topic, _), _ in plan.partitions})
    plans.add_cleared(changes, brokers, topics)
    if changes.dry_run:
        return
    for_brokers, for_topics = plans.clearing_texts(brokers, topics)
    console.out(for_brokers)
    unset: list[tuple[str, str | None]] = [(key, None) for key in plans.BROKER_THROTTLES]
    _throttle(cluster, BROKER, "cleared of throttles", {str(broker): unset for broker in brokers})
    console.out(for_topics)
    unset = [(key, None) for key in plans.TOPIC_THROTTLES]
    _throttle(cluster, TOPIC, "cleared of throttles", dict.fromkeys(topics, unset))


def _throttle(cluster: Cluster, kind: int, did: str, changes: Mapping[str, Sequence[tuple[str, str | None]]]) -> None:
    """Change the throttles of topics or brokers. did: what for."""
    with Steps("topics" if kind == TOPIC else "brokers", did, changes) as steps:
        change_many(cluster, kind, changes, steps=steps)


def _error_lines(errors: Mapping[TopicPartition, ApiError]) -> str:
    return "\n".join(
        f"{topic}-{partition}: {error}" for (topic, partition), error in sorted(errors.items(), key=lambda row: row[0])
    )
