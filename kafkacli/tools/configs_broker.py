"""kafka-configs.sh --bootstrap-server: the actions, asked of the brokers."""

from __future__ import annotations

from functools import partial

from kafkacli import console
from kafkacli.client.configs import (
    BROKER,
    BROKER_LOGGER,
    TOPIC,
    ConfigEntry,
    change_configs,
    describe_configs,
    each_topic_configs,
    present,
    replace_configs,
)
from kafkacli.client.connect import connect
from kafkacli.steps import asked
from kafkacli.tools.configs import (
    BROKER_LOGGERS,
    BROKERS,
    TOPICS,
    USERS,
    Failed,
    entity_names,
    entity_types,
)
from kafkacli.tools.configs_changes import tell_change, unwanted_configs, wanted_configs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.quotas import Entity
    from kafkacli.options.jopt import Parsed

_KINDS = {TOPICS: TOPIC, BROKERS: BROKER, BROKER_LOGGERS: BROKER_LOGGER}
_QUOTAS = ("producer_byte_rate", "consumer_byte_rate", "request_percentage")
_ENTITY_WORDS = {"user": "user-principal", "client-id": "client-id"}


def run(options: Parsed) -> None:
    """Do what the options ask for. Raises Failed, ValueError, ApiError and others that the caller explains."""
    with connect(options.value("bootstrap-server"), options.value("command-config")) as cluster:
        types, names = entity_types(options), entity_names(options)
        if options.has("describe"):
            if types[0] in _KINDS:
                _describe(cluster, types[0], names[:1], every=options.has("all"))
            else:
                _describe_quotas(cluster, types, names)
            return
        if len(types) != len(names):
            raise ValueError("An entity name must be specified for every entity type")
        if types[0] in _KINDS:
            _alter(cluster, options, types[0], names[0])
        else:
            _alter_quotas(cluster, options, types, names)
        said = f"Completed updating default config for {types[0]} in the cluster."
        if names[0]:
            said = f"Completed updating config for {types[0][:-1]} {names[0]}."
        name = ",".join(one or "default" for one in names)
        tell_change(options, types[0][:-1], name, wanted_configs(options), unwanted_configs(options), said)


# --- topics, brokers, loggers


def _describe(cluster: Cluster, kind: str, names: Sequence[str], *, every: bool) -> None:
    if not console.is_plain():
        from kafkacli.output.show import show

        described = _described(cluster, kind, names, every=every)
        show("configs", (_record(kind, name, entry) for name, entries in described for entry in entries()))
        return
    for name, entries in _described(cluster, kind, names, every=every):
        if name:
            console.out(f"{'All' if every else 'Dynamic'} configs for {kind[:-1]} {name} are:")
        else:
            console.out(f"Default configs for {kind} in the cluster are:")
        for entry in entries():
            synonyms = ", ".join(f"{item.source}:{item.name}={_shown(item.value)}" for item in entry.synonyms)
            sensitive = "true" if entry.sensitive else "false"
            console.out(f"  {entry.name}={_shown(entry.value)} sensitive={sensitive} synonyms={{{synonyms}}}")


def _described(
    cluster: Cluster, kind: str, names: Sequence[str], *, every: bool
) -> Iterator[tuple[str, Callable[[], list[ConfigEntry]]]]:
    """Yield each resource's name and what gives its values. The values of topics are asked for some at a time."""
    if names or kind != TOPICS:
        for name in names or _all_brokers(cluster):
            yield name, partial(_entries, cluster, kind, name, synonyms=True, every=every)
        return
    from kafkacli.client.topics import AT_ONCE, list_topics
    from kafkacli.progress import Progress

    all_names = [name for name, _ in list_topics(cluster)]
    size = AT_ONCE // 10 if every else AT_ONCE  # all that is told of a topic is kept, or little of it
    done = 0
    with Progress("topics", len(all_names), lines=True) as progress:
        wanted = _wanted(kind, "topic", every=every)
        for some, found in each_topic_configs(cluster, all_names, size, synonyms=True, wanted=wanted):
            for name in some:
                yield name, partial(present, found[name])
            done += len(some)
            progress.tell(done)


def _record(kind: str, name: str, entry: ConfigEntry) -> dict[str, object]:
    return {
        "entity_type": kind,
        "entity_name": name or None,
        "name": entry.name,
        "value": entry.value,
        "sensitive": entry.sensitive,
        "source": entry.source,
        "synonyms": [{"source": item.source, "name": item.name, "value": item.value} for item in entry.synonyms],
    }


def _all_brokers(cluster: Cluster) -> list[str]:
    """Return the ids of the brokers, and '' for what counts for all of them."""
    from kafkacli.client.topics import live_brokers

    return [*map(str, sorted(live_brokers(cluster))), ""]


def _entries(cluster: Cluster, kind: str, name: str, *, synonyms: bool, every: bool = False) -> list[ConfigEntry]:
    if kind == TOPICS and name:
        from kafkacli.registry.topic_rules import check_name

        check_name(name)
    entries = describe_configs(cluster, _KINDS[kind], name, synonyms=synonyms)
    return list(filter(_wanted(kind, name, every=every), entries))


def _wanted(kind: str, name: str, *, every: bool) -> Callable[[ConfigEntry], bool]:
    """Return what says whether a value is the resource's own, or is wanted anyway."""
    source = {
        TOPICS: "DYNAMIC_TOPIC_CONFIG",
        BROKERS: "DYNAMIC_BROKER_CONFIG" if name else "DYNAMIC_DEFAULT_BROKER_CONFIG",
    }.get(kind)
    return lambda entry: every or source is None or entry.source == source


def _alter(cluster: Cluster, options: Parsed, kind: str, name: str) -> None:
    wanted, unwanted = wanted_configs(options), unwanted_configs(options)
    old = {entry.name: entry.value for entry in _entries(cluster, kind, name, synonyms=kind == BROKER_LOGGERS)}
    if kind == BROKER_LOGGERS:
        unknown = [logger for logger in (*unwanted, *wanted) if logger not in old]
        if unknown:
            raise Failed(f"Invalid broker logger(s): {','.join(unknown)}")
        with asked("loggers of broker", "changed", name, dry_run=options.has("dry-run")):
            change_configs(cluster, BROKER_LOGGER, name, wanted, unwanted, validate_only=options.has("dry-run"))
        return
    _check_deleted(unwanted, old)
    if kind == TOPICS:
        with asked("configs of topic", "changed", name, dry_run=options.has("dry-run")):
            change_configs(cluster, TOPIC, name, wanted, unwanted, validate_only=options.has("dry-run"))
        return
    new: dict[str, str | None] = {**old, **wanted}
    for key in unwanted:
        new.pop(key, None)
    sensitive = [key for key, value in new.items() if value is None]
    if sensitive:
        raise Failed(
            "All sensitive broker config entries must be specified for --alter, missing entries: "
            f"Set({', '.join(sensitive)})"
        )
    with asked("configs of broker", "changed", name or "default", dry_run=options.has("dry-run")):
        replace_configs(cluster, BROKER, name, new, validate_only=options.has("dry-run"))


def _check_deleted(unwanted: Iterable[str], old: Iterable[str]) -> None:
    known = set(old)
    invalid = [key for key in unwanted if key not in known]
    if invalid:
        raise Failed(f"Invalid config(s): {','.join(invalid)}")


def _shown(value: str | None) -> str:
    return "null" if value is None else value


# --- quotas of users and clients


def _describe_quotas(cluster: Cluster, types: list[str], names: list[str]) -> None:
    from kafkacli.client.quotas import describe_quotas
    from kafkacli.config_types import java_double
    from kafkacli.java_hash import hash_map_order

    found = describe_quotas(cluster, _components(types, names))
    if not console.is_plain():
        from kafkacli.output.show import show

        show(
            "config-entities",
            (
                {"entity": dict(entity), "configs": {key: java_double(value) for key, value in quotas.items()}}
                for entity, quotas in found
            ),
        )
        return
    for entity, quotas in found:
        shown = ", ".join(f"{key}={java_double(quotas[key])}" for key in hash_map_order(quotas))
        console.out(f"Configs for {_entity_text(entity)} are {shown}")


def _components(types: list[str], names: list[str]) -> list[tuple[str, str | None]]:
    if len(names) > len(types):
        raise ValueError("More entity names specified than entity types")
    padded: list[str | None] = [*names, *[None] * (len(types) - len(names))]
    return [("user" if kind == USERS else "client-id", name) for kind, name in zip(types, padded, strict=True)]


def _entity_text(entity: Entity) -> str:
    return ", ".join(
        f"the default {word}" if entity[kind] is None else f"{word} '{entity[kind]}'"
        for kind, word in _ENTITY_WORDS.items()
        if kind in entity
    )


def _alter_quotas(cluster: Cluster, options: Parsed, types: list[str], names: list[str]) -> None:
    from kafkacli.client.quotas import change_quotas, describe_quotas

    wanted, unwanted = wanted_configs(options), unwanted_configs(options)
    for action, keys, collection in (("added", list(wanted), "Set"), ("deleted", unwanted, "Buffer")):
        others = [key for key in keys if key not in _QUOTAS]
        if others:
            raise ValueError(
                f"Only quota configs can be {action} for '{types[0]}' using --bootstrap-server. "
                f"Unexpected config names: {collection}({', '.join(others)})"
            )
    components = _components(types, names)
    found = describe_quotas(cluster, components)
    _check_deleted(unwanted, found[0][1] if found else ())
    changes: dict[str, float | None] = {}
    for key, text in wanted.items():
        try:
            changes[key] = float(text)
        except ValueError:
            raise ValueError(f"Cannot parse quota configuration value for {key}: {text}") from None
    entity = {kind: name or None for kind, name in components}
    with asked("quotas of", "changed", _entity_text(entity), dry_run=options.has("dry-run")):
        change_quotas(cluster, entity, changes | dict.fromkeys(unwanted), validate_only=options.has("dry-run"))
