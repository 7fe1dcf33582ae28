"""What DescribeConfigs says of topics and brokers: value, where it comes from, and the names that would give it.

A topic's value comes from the topic, else from the broker property that is its default, else from Kafka's default. Values of
passwords, and of names whose type nobody knows, are never shown.
Source: Apache `AdminManager.scala` (createTopicConfigEntry, createBrokerConfigEntry, configSynonyms).
"""

from collections.abc import Collection, Mapping
from enum import IntEnum
from typing import Any, Final

from kafkacli.broker.config_documentation import BROKER_DOCUMENTATION, TOPIC_DOCUMENTATION
from kafkacli.broker.config_keys import BROKER_KEYS
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.dynamic_rules import base_name, same_keys
from kafkacli.broker.loggers import levels
from kafkacli.broker.topic_configs import SERVER_PROPERTIES, topic_values
from kafkacli.config_types import ConfigKey, ConfigType, UpdateMode, parse_value, value_text
from kafkacli.registry.topic_configs import TOPIC_KEYS
from kafkacli.wire.messages.create_topics import CreatableTopicConfigs
from kafkacli.wire.messages.describe_configs import DescribeConfigsResourceResult, DescribeConfigsSynonym

_OF_MECHANISMS: Final = (
    "sasl.jaas.config",
    "sasl.login.callback.handler.class",
    "sasl.login.class",
    "sasl.server.callback.handler.class",
    "connections.max.reauth.ms",
)
"""Configs of a listener that stand behind the name of a SASL mechanism: listener.name.L.MECHANISM.KEY."""


class ConfigSource(IntEnum):
    """Where a value comes from, as the protocol numbers it."""

    TOPIC_CONFIG = 1
    DYNAMIC_BROKER_CONFIG = 2
    DYNAMIC_DEFAULT_BROKER_CONFIG = 3
    STATIC_BROKER_CONFIG = 4
    DEFAULT_CONFIG = 5
    DYNAMIC_BROKER_LOGGER_CONFIG = 6


def describe_topic(
    config: KafkaConfig,
    overrides: Mapping[str, str],
    names: Collection[str] | None = None,
    *,
    synonyms: bool = False,
    documentation: bool = False,
) -> list[DescribeConfigsResourceResult]:
    """Return the entries of a topic with these configs of its own.

    names: the configs asked for; None: all. synonyms: whether each entry lists what its value comes from. documentation:
        whether it says what it means.
    """
    entries = []
    for name, value in topic_values(config, overrides).items():
        if names is not None and name not in names:
            continue
        sources = _broker_sources(config, SERVER_PROPERTIES[name])
        text = value_text(value)
        if name in overrides:
            sources.insert(0, DescribeConfigsSynonym(name=name, value=text, source=ConfigSource.TOPIC_CONFIG))
        entries.append(_entry(name, text, TOPIC_KEYS[name], sources, read_only=False, synonyms=synonyms))
    return _documented(entries, TOPIC_DOCUMENTATION) if documentation else entries


def describe_new_topic(config: KafkaConfig, overrides: Mapping[str, str]) -> list[CreatableTopicConfigs]:
    """Return the entries of a topic that is made with these configs, as CreateTopics answers (KIP-525)."""
    return [
        CreatableTopicConfigs(
            name=entry.name,
            value=entry.value,
            read_only=entry.read_only,
            config_source=entry.config_source,
            is_sensitive=entry.is_sensitive,
        )
        for entry in describe_topic(config, overrides)
    ]


def describe_broker(
    config: KafkaConfig, names: Collection[str] | None = None, *, synonyms: bool = False, documentation: bool = False
) -> list[DescribeConfigsResourceResult]:
    """Return the entries of this broker; arguments as for `describe_topic`."""
    entries = []
    merged = {**config.originals, **config.dynamic_default, **config.dynamic_own}
    for name in dict.fromkeys((*BROKER_KEYS, *merged)):
        if names is not None and name not in names:
            continue
        key = _key(name)
        value: Any = config.value(name) if name in BROKER_KEYS else merged[name]
        read_only = name not in BROKER_KEYS or BROKER_KEYS[name].update_mode is UpdateMode.READ_ONLY
        sources = _broker_sources(config, name)
        entries.append(_entry(name, value_text(value), key, sources, read_only=read_only, synonyms=synonyms))
    return _documented(entries, BROKER_DOCUMENTATION) if documentation else entries


def describe_default(
    config: KafkaConfig, names: Collection[str] | None = None, *, synonyms: bool = False, documentation: bool = False
) -> list[DescribeConfigsResourceResult]:
    """Return the entries of the cluster's dynamic configs; arguments as for `describe_topic`."""
    entries = []
    for name, value in config.dynamic_default.items():
        if names is None or name in names:
            found = _broker_sources(config, name)
            sources = [each for each in found if each.source == ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG]
            read_only = name not in BROKER_KEYS or BROKER_KEYS[name].update_mode is UpdateMode.READ_ONLY
            entries.append(_entry(name, value, _key(name), sources, read_only=read_only, synonyms=synonyms))
    return _documented(entries, BROKER_DOCUMENTATION) if documentation else entries


def describe_loggers(names: Collection[str] | None = None) -> list[DescribeConfigsResourceResult]:
    """Return the entries of this broker's loggers."""
    return [
        DescribeConfigsResourceResult(
            name=name,
            value=level,
            is_default=False,
            config_source=ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG,
            documentation=None,
        )
        for name, level in levels(names).items()
    ]


def _documented(
    entries: list[DescribeConfigsResourceResult], texts: Mapping[str, str]
) -> list[DescribeConfigsResourceResult]:
    for entry in entries:
        entry.documentation = texts.get(entry.name)
    return entries


def _entry(
    name: str,
    value: str | None,
    key: ConfigKey | None,
    sources: list[DescribeConfigsSynonym],
    *,
    read_only: bool,
    synonyms: bool,
) -> DescribeConfigsResourceResult:
    sensitive = _is_sensitive(key)
    source = sources[0].source if sources else ConfigSource.DEFAULT_CONFIG
    return DescribeConfigsResourceResult(
        name=name,
        value=None if sensitive else value,
        read_only=read_only,
        is_default=source == ConfigSource.DEFAULT_CONFIG,
        config_source=source,
        is_sensitive=sensitive,
        synonyms=sources if synonyms else [],
        config_type=0 if key is None else key.type.value,
        documentation=None,
    )


def _broker_sources(config: KafkaConfig, name: str) -> list[DescribeConfigsSynonym]:
    """Return the values that a broker property has or would have, the one in force first."""
    names = _synonyms(name)
    sensitive = _is_sensitive(_key(name))
    found = [
        (each, values[each], source)
        for values, source in (
            (config.dynamic_own, ConfigSource.DYNAMIC_BROKER_CONFIG),
            (config.dynamic_default, ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
            (config.originals, ConfigSource.STATIC_BROKER_CONFIG),
        )
        for each in names
        if each in values
    ]
    for each in names:
        key = BROKER_KEYS.get(each)
        default = None if key is None or key.default is None else value_text(parse_value(key, None))
        if default is not None:
            found.append((each, default, ConfigSource.DEFAULT_CONFIG))
    while (
        found and found[0][0] != name
    ):  # Kafka drops what stands before the name itself: listener overrides, and these
        found.pop(0)
    return [
        DescribeConfigsSynonym(name=each, value=None if sensitive else value, source=source)
        for each, value, source in found
    ]


def _synonyms(name: str) -> tuple[str, ...]:
    if (base := base_name(name)) == "":
        return same_keys(name)
    of_mechanism = (each for each in _OF_MECHANISMS if base.endswith(each))
    return name, next(of_mechanism, base)


def _key(name: str) -> ConfigKey | None:
    """Return the key that a config is of, which may be a listener's own; None for a name that nobody knows."""
    return BROKER_KEYS.get(name) or BROKER_KEYS.get(_synonyms(name)[-1])


def _is_sensitive(key: ConfigKey | None) -> bool:
    return key is None or key.type is ConfigType.PASSWORD
