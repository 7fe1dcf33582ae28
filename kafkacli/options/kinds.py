"""What may stand for the argument of an option: where completions take their words from.

An option means the same in every tool, so its name decides; a table says otherwise with `Option.completes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from kafkacli.client.client_properties import Property
from kafkacli.config_types import ConfigKey, ConfigType, OneOf
from kafkacli.options.commands import Command
from kafkacli.options.table import Option

FILES = ("file", "directory")
"""Kinds that a shell completes itself."""
ASKED = (
    "topic", "group", "broker", "partition", "entity", "config", "transactional-id", "znode", "servers", "zookeeper", "context",
)  # fmt: skip
"""Kinds whose words come from `kafkacli __complete`."""

Completion = str | tuple[str, ...]
"""One of FILES or ASKED, '' for nothing, or the words themselves; a word that ends in '=' wants more behind it."""

_BY_NAME: dict[str, Completion] = {
    "bootstrap-server": "servers",
    "bootstrap-servers": "servers",
    "broker": "broker",
    "broker-logger": "broker",
    "delete-config": "config",
    "entity-name": "entity",
    "include": "topic",
    "partition": "partition",
    "topic-white-list": "topic",
    "transactional-id": "transactional-id",
    "whitelist": "topic",
    "zookeeper": "zookeeper",
    "zookeeper.connect": "zookeeper",
    "state": ("CompletingRebalance", "Dead", "Empty", "PreparingRebalance", "Stable"),
    "offset": ("earliest", "latest"),
}
_BY_ARGUMENT: dict[tuple[str, str], Completion] = {
    ("broker-list", "host:port,..."): "servers",
    ("broker-list", "host1:port1[,host2:port2[...]]"): "servers",
    ("broker-list", "id,..."): "broker",
    ("partitions", "number,..."): "partition",
}
_PRINTED = (
    "print.key=", "print.value=", "print.timestamp=", "print.partition=", "print.headers=", "print.offset=",
    "key.separator=", "line.separator=", "key.deserializer=", "value.deserializer=",
)  # fmt: skip
_READ = ("parse.key=true", "key.separator=", "ignore.error=true", "null.marker=")
_OF_COMMAND: dict[tuple[str, str], Completion] = {
    ("console-consumer", "property"): _PRINTED,
    ("console-consumer", "formatter-property"): _PRINTED,
    ("console-producer", "property"): _READ,
    ("console-producer", "reader-property"): _READ,
    ("context", "property"): "",
}


def kind_of(command: Command, option: Option) -> Completion:
    """Return what completes the argument of an option."""
    if option.completes:
        return option.completes
    if option.choices:
        return option.choices
    name = option.name
    for table, key in ((_OF_COMMAND, (command.subcommand, name)), (_BY_ARGUMENT, (name, option.argument or ""))):
        if key in table:
            return table[key]
    if name in _BY_NAME:
        return _BY_NAME[name]
    return _known_words(command).get(name, "")


def operands_of(command: Command) -> list[Completion]:
    """Return what completes the words that are no options, in their order; the last stands for all that follow."""
    if command.subcommand in ("zk-shell", "zk-cli"):
        from kafkacli.zkshell.commands import MODULES, OWN_MODULES

        verbs = tuple(sorted([*MODULES, *OWN_MODULES, "history", "printwatches", "quit", "redo", "connect", "help"]))
        server: list[Completion] = ["zookeeper"] if command.subcommand == "zk-shell" else []
        return [*server, verbs, "znode"]
    if command.subcommand == "context":
        return [("add", "list", "remove", "show", "use"), "context"]
    if command.subcommand == "completion":
        return [("bash", "fish", "install", "zsh"), ("bash", "fish", "zsh")]
    if command.subcommand == "run-class":
        from kafkacli.tools.run_class import CLASSES

        return [tuple(sorted(CLASSES)), "file"]
    return ["file"] if command.table.arguments else []


def _known_words(command: Command) -> dict[str, Completion]:
    """Return option name → words, for those whose words are tables of other rooms."""
    words = dict(_words())
    if command.subcommand in ("console-producer", "producer-perf-test", "verifiable-producer"):
        words["command-property"] = words["producer-property"]
    return words


@cache
def _words() -> dict[str, Completion]:
    from kafkacli.broker.config_keys import BROKER_KEYS
    from kafkacli.client.client_properties import PROPERTIES, Side
    from kafkacli.config_types import UpdateMode
    from kafkacli.formatters import FORMATTERS
    from kafkacli.formatters.deserializers import DESERIALIZERS
    from kafkacli.readers import READERS
    from kafkacli.registry.client_quotas import QUOTAS
    from kafkacli.registry.topic_configs import TOPIC_KEYS

    topic = _pairs(TOPIC_KEYS.values())
    changing = _pairs(key for key in BROKER_KEYS.values() if key.update_mode is not UpdateMode.READ_ONLY)
    quotas = tuple(f"{name}=" for name in QUOTAS)
    clients = {side: _pairs(each for each in PROPERTIES if each.side & side) for side in (Side.PRODUCER, Side.CONSUMER)}
    return {
        "config": topic,
        "add-config": tuple(sorted({*topic, *changing, *quotas, "SCRAM-SHA-256=", "SCRAM-SHA-512="})),
        "override": _pairs(BROKER_KEYS.values()),
        "producer-property": clients[Side.PRODUCER],
        "producer-props": clients[Side.PRODUCER],
        "consumer-property": clients[Side.CONSUMER],
        "command-property": clients[Side.CONSUMER],
        "formatter": tuple(FORMATTERS),
        "line-reader": tuple(READERS),
        "key-deserializer": tuple(DESERIALIZERS),
        "value-deserializer": tuple(DESERIALIZERS),
    }


def _pairs(keys: Iterable[ConfigKey | Property]) -> tuple[str, ...]:
    """Return `name=` for each key, and with the value behind it where there are only a few."""
    words: list[str] = []
    for key in keys:
        values: tuple[str, ...] = ("",)
        if isinstance(key.validator, OneOf):
            values = key.validator.words
        elif key.type is ConfigType.BOOLEAN:
            values = ("true", "false")
        words += [f"{key.name}={value}" for value in values]
    return tuple(sorted(words))
