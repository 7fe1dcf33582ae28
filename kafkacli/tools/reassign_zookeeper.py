"""kafka-reassign-partitions.sh --zookeeper: the actions, done in the znodes; no broker is asked."""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.java_errors import ADMIN_COMMAND_FAILED, Thrown
from kafkacli.client.registry import Registry
from kafkacli.registry.topic_configs import validate
from kafkacli.steps import Steps, asked
from kafkacli.tools import reassign_plan as plans
from kafkacli.tools.json_file import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kafkacli.client.topics import TopicPartition
    from kafkacli.options.jopt import Parsed


def run(action: str, options: Parsed, registry: Registry) -> None:
    """Do what one of the options generate, execute, verify asks for. Raises Terse, Thrown and the registry's errors."""
    actions = {"generate": _generate, "execute": _execute, "verify": _verify}
    actions[action](options, registry)


def _generate(options: Parsed, registry: Registry) -> None:
    from kafkacli.registry.assignment import LiveBroker

    text = read_text(options.value("topics-to-move-json-file") or "")
    brokers, topics = plans.read_generation(text, options.value("broker-list") or "")
    current = _assignment(registry, topics)
    live = [broker for broker in registry.brokers() if broker.broker_id in brokers]
    if options.has("disable-rack-aware"):
        live = [LiveBroker(broker.broker_id) for broker in live]
    plans.racks_are_complete(live)
    plans.show_generated(current, plans.propose(current, live))


def _execute(options: Parsed, registry: Registry) -> None:
    proposed, directories = plans.read_execution(read_text(options.value("reassignment-json-file") or ""))
    rate = options.integer("throttle") or 0
    if directories:
        raise Thrown(ADMIN_COMMAND_FAILED, plans.BROKER_NEEDED)
    existing = _assignment(registry, dict.fromkeys(topic for topic, _ in proposed))
    absent = [f"{topic}-{partition}" for topic, partition in proposed if (topic, partition) not in existing]
    if absent:
        message = f"The proposed assignment contains non-existent partitions: List({', '.join(absent)})"
        raise Thrown(ADMIN_COMMAND_FAILED, message)
    named = {broker for replicas in proposed.values() for broker in replicas}
    unknown = sorted(named - {broker.broker_id for broker in registry.brokers()})
    if unknown:
        message = f"The proposed assignment contains non-existent brokerIDs: {','.join(map(str, unknown))}"
        raise Thrown(ADMIN_COMMAND_FAILED, message)
    if registry.reassignment() is not None:
        raise plans.Terse(plans.ALREADY_MOVING)
    moves = plans.moves({}, proposed, existing) if rate >= 0 else {}
    throttled, rates = plans.topic_throttles(moves), plans.broker_throttles(moves, rate)
    changes = plans.changes_of(proposed, {}, throttled, rates, dry_run=options.has("dry-run"))
    if changes.dry_run:
        changes.show()
        return
    console.out(plans.current_text({name: replicas for name, replicas in existing.items() if name in proposed}))
    if rate >= 0:
        console.out(plans.VERIFY_LATER)
        more = {f"topics/{topic}": configs for topic, configs in throttled.items()}
        more |= {f"brokers/{broker}": configs for broker, configs in rates.items()}
        _change(registry, "set", {entity: registry.config(entity) | configs for entity, configs in more.items()})
        console.out(f"The inter-broker throttle limit was set to {rate} B/s")
    with asked("reassignments", "started", *proposed):
        registry.start_reassignment(proposed)
    console.out(plans.started_text(proposed))
    changes.show()


def _verify(options: Parsed, registry: Registry) -> None:
    plan = plans.read_plan(read_text(options.value("reassignment-json-file") or ""))
    if plan.directories:
        raise Thrown(ADMIN_COMMAND_FAILED, plans.BROKER_NEEDED)
    console.out(
        "Warning: because you are using the deprecated --zookeeper option, the results "
        "may be incomplete.  Use --bootstrap-server instead for more accurate results."
    )
    wanted = dict(plan.partitions)
    under_way = registry.reassignment() or {}
    moving: set[TopicPartition] = {(name.topic, name.partition) for name in under_way}
    current = _assignment(registry, dict.fromkeys(topic for topic, _ in wanted))
    plans.show_states(
        {name: (current.get(name, ()), replicas, name not in moving) for name, replicas in wanted.items()}
    )
    if not under_way and not options.has("preserve-throttles"):
        _clear_throttles(registry, plan, dry_run=options.has("dry-run"))


def _clear_throttles(registry: Registry, plan: plans.Plan, *, dry_run: bool) -> None:
    named = {broker for _, replicas in plan.partitions for broker in replicas}
    brokers = sorted(named | {broker.broker_id for broker in registry.brokers()})
    topics = sorted({topic for (topic, _), _ in plan.partitions})
    if dry_run:
        from kafkacli.output.changes import Changes

        plans.add_cleared(Changes(dry_run=True, tells=console.is_plain()), brokers, topics)
        return
    for_brokers, for_topics = plans.clearing_texts(brokers, topics)
    console.out(for_brokers)
    _change(registry, "cleared", _without(registry, [f"brokers/{id_}" for id_ in brokers], plans.BROKER_THROTTLES))
    console.out(for_topics)
    _change(registry, "cleared", _without(registry, [f"topics/{topic}" for topic in topics], plans.TOPIC_THROTTLES))


def _without(registry: Registry, entities: Iterable[str], keys: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the configs of those entities that have some of these keys, without them."""
    found = {entity: registry.config(entity) for entity in entities}
    return {
        entity: {key: value for key, value in old.items() if key not in keys}
        for entity, old in found.items()
        if any(key in old for key in keys)
    }


def _change(registry: Registry, did: str, changes: Mapping[str, dict[str, str]]) -> None:
    """Give topics and brokers configs with other throttles."""
    with Steps("throttles", did, changes) as steps:
        for entity, configs in changes.items():
            steps.begin(entity)
            if entity.startswith("topics/"):
                registry.change_topic_config(entity.removeprefix("topics/"), configs, validate)
            else:
                registry.change_config(entity, configs)
            steps.end(entity)


def _assignment(registry: Registry, topics: Iterable[str]) -> dict[TopicPartition, tuple[int, ...]]:
    return {(topic, number): row.replicas for topic in topics for number, row in registry.assignment(topic).items()}
