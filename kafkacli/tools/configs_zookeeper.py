"""kafka-configs.sh --zookeeper: the actions, done in the znodes; users' SCRAM credentials are made here."""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.registry import Registry
from kafkacli.steps import asked
from kafkacli.tools.configs import BROKERS, CLIENTS, TOPICS, USERS, Failed, entity_names, entity_types
from kafkacli.tools.configs_changes import tell_change, unwanted_configs, wanted_configs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kafkacli.options.jopt import Parsed

DEFAULT = "<default>"
_WORDS = {USERS: "user-principal", CLIENTS: "client-id", TOPICS: "topic"}
_QUOTA_KINDS = {"producer_byte_rate": "LONG", "consumer_byte_rate": "LONG", "request_percentage": "DOUBLE"}
_ANY_TIME = (
    "leader.replication.throttled.rate",
    "follower.replication.throttled.rate",
    "replica.alter.log.dirs.io.max.bytes.per.second",
)

Entity = tuple[tuple[str, str | None], ...]
"""(type, sanitized name) of an entity, and of the one below it; None is every name."""


def run(options: Parsed, connect: str) -> None:
    """Do what the options ask for. Raises Failed, ValueError and others that the caller explains."""
    from kafkacli.client.zookeeper_security import zookeeper_login

    login = zookeeper_login(options.value("zk-tls-config-file"))
    with Registry(connect, report=console.err, login=login, dry_run=options.has("dry-run")) as registry:
        if options.has("alter"):
            _alter(registry, options)
        else:
            _describe(registry, _entity(options))


def _alter(registry: Registry, options: Parsed) -> None:
    from kafkacli.client.scram import MECHANISMS, scram_credential

    wanted, unwanted = wanted_configs(options), unwanted_configs(options)
    entity = _entity(options)
    kind, name = entity[0]
    if kind == USERS:
        for mechanism in MECHANISMS:
            if mechanism in wanted:
                wanted[mechanism] = scram_credential(mechanism, wanted[mechanism])
    elif kind == BROKERS:
        _check_broker_change(registry, name or "", wanted)
    path = _path(entity)
    configs = registry.config(path)
    invalid = [key for key in unwanted if key not in configs]
    if invalid:
        raise Failed(f"Invalid config(s): {','.join(invalid)}")
    configs |= wanted
    for key in unwanted:
        configs.pop(key, None)
    if kind == TOPICS:
        from kafkacli.registry.topic_configs import validate

        with asked("configs of", "changed", _text(entity), dry_run=options.has("dry-run")):
            registry.change_topic_config(name or "", configs, validate)
    else:
        if kind != BROKERS:
            _check_quotas(configs, kind if len(entity) == 1 and name != DEFAULT else CLIENTS)
        with asked("configs of", "changed", _text(entity), dry_run=options.has("dry-run")):
            registry.change_config(path, configs)
    said = f"Completed updating config for entity: {_text(entity)}."
    tell_change(options, kind[:-1], _text(entity), wanted, unwanted, said)


def _describe(registry: Registry, entity: Entity) -> None:
    all_users = entity == ((USERS, None),)
    described = ((found, registry.config(_path(found))) for found in _existing(registry, entity))
    rows = ((found, configs) for found, configs in described if configs or not all_users)
    if not console.is_plain():
        from kafkacli.output.show import show

        show("config-entities", ({"entity": _named(found), "configs": configs} for found, configs in rows))
        return
    for found, configs in rows:
        shown = ",".join(f"{key}={value}" for key, value in configs.items())
        console.out(f"Configs for {_text(found)} are {shown}")


def _named(entity: Entity) -> dict[str, object]:
    from urllib.parse import unquote_plus

    return {
        _WORDS.get(kind, kind): None if name in (None, DEFAULT) else unquote_plus(name or "") for kind, name in entity
    }


def _existing(registry: Registry, entity: Entity) -> Iterator[Entity]:
    """Return the entities with a configuration that this one stands for."""
    (kind, name), child = entity[0], entity[1:]
    if name is None:
        for root in registry.config_entities(kind):
            yield from _existing(registry, ((kind, root), *((type_, None) for type_, _ in child)))
    elif child and child[0][1] is None:
        for below in registry.config_entities(f"{kind}/{name}/{child[0][0]}"):
            yield (kind, name), (child[0][0], below)
    else:
        yield entity


def _entity(options: Parsed) -> Entity:
    types, names = entity_types(options), entity_names(options)
    if types[0] not in (USERS, CLIENTS):
        return ((types[0], (names[0] or DEFAULT) if names else None),)
    if options.has("alter") and len(names) != len(types):
        raise ValueError("--entity-name or --entity-default must be specified with each --entity-type for --alter")
    if types == [CLIENTS, USERS]:
        types, names = types[::-1], names[::-1] if len(names) == 2 else names
    padded = [*(sanitized(name) for name in names), *[None] * len(types)]
    return tuple(zip(types, padded, strict=False))


def sanitized(name: str) -> str:
    """Return a user's or client's name as its znode has it; '' is the default."""
    from kafkacli.registry import client_quotas

    return client_quotas.sanitized(name or None)


def _path(entity: Entity) -> str:
    return "/".join(f"{kind}/{name}" for kind, name in entity)


def _text(entity: Entity) -> str:
    from urllib.parse import unquote_plus

    parts = []
    for kind, name in entity:
        word = _WORDS.get(kind, kind)
        if name is None:
            parts.append(kind)
        elif name == DEFAULT:
            parts.append(f"default {word}")
        else:
            parts.append(f"{word} '{unquote_plus(name) if kind in (USERS, CLIENTS) else name}'")
    return ", ".join(parts)


def _check_quotas(configs: Mapping[str, str], kind: str) -> None:
    """Raise ValueError or ConfigError for what users (with credentials) or clients (without) can't have."""
    from kafkacli.client.scram import MECHANISMS
    from kafkacli.config_types import ConfigType, parse_type

    known = {*_QUOTA_KINDS, *(MECHANISMS if kind == USERS else ())}
    unknown = [key for key in configs if key not in known]
    if unknown:
        raise ValueError(f"requirement failed: Unknown Dynamic Configuration: Set({', '.join(unknown)}).")
    for key, type_name in _QUOTA_KINDS.items():
        if key in configs:
            parse_type(key, configs[key], ConfigType[type_name])


def _check_broker_change(registry: Registry, name: str, wanted: dict[str, str]) -> None:
    """Raise ValueError or ConfigError for what can't be written; encrypt the passwords."""
    from kafkacli.broker.dynamic_rules import check, is_password

    dynamic = [key for key in wanted if key not in _ANY_TIME]
    if not dynamic:
        return
    running = {str(broker.broker_id) for broker in registry.brokers()}
    if name in running or (name == DEFAULT and running):
        where = "for default cluster if any broker" if name == DEFAULT else f"when broker {name}"
        raise ValueError(
            f"requirement failed: --bootstrap-server option must be specified to update broker configs "
            f"Set({', '.join(dynamic)}). {where} is running. Broker configuration updates using ZooKeeper are supported "
            "for bootstrapping before brokers are started to enable encrypted password configs to be stored in ZooKeeper."
        )
    encoder = {key: wanted.pop(key) for key in list(wanted) if key.startswith("password.encoder.")}
    check(wanted, for_one=name != DEFAULT)
    passwords = [key for key in wanted if is_password(key)]
    if passwords and "password.encoder.secret" not in encoder:
        raise ValueError(
            f"requirement failed: password.encoder.secret must be specified to update Set({', '.join(passwords)}). Other "
            "password encoder configs like cipher algorithm and iterations may also be specified to override the default "
            "encoding parameters. Password encoder configs will not be persisted in ZooKeeper."
        )
    for key in passwords:
        wanted[key] = _encrypted(wanted[key], encoder)


def _encrypted(password: str, encoder: Mapping[str, str]) -> str:
    from os import urandom

    from kafkacli.registry.password_encoder import Encryption, encode_password

    default = Encryption()
    encryption = Encryption(
        encoder.get("password.encoder.keyfactory.algorithm", default.key_factory),
        encoder.get("password.encoder.cipher.algorithm", default.cipher),
        int(encoder.get("password.encoder.key.length", default.key_length)),
        int(encoder.get("password.encoder.iterations", default.iterations)),
    )
    return encode_password(password, encoder["password.encoder.secret"], urandom, encryption)
