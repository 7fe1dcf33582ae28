"""The topic configs as the broker's properties and a topic's own ones make them.

Source: `KafkaServer.copyKafkaConfigToLog` of 2.6.2. Types and ranges stand in `registry/topic_configs.py`; which broker
property is a config's default in `log/log_config.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafkacli.config_types import Since, parse_value
from kafkacli.log.log_config import TOPIC_CONFIGS, LogConfig
from kafkacli.registry.topic_configs import TOPIC_KEYS, check_lags

if TYPE_CHECKING:
    from kafkacli.broker.configs import KafkaConfig

SERVER_PROPERTIES: Final = {config.name: config.server_property for config in TOPIC_CONFIGS}
"""For each topic config the broker property that gives its default."""


def server_defaults(config: KafkaConfig) -> dict[str, Any]:
    """Return the value of every topic config that a topic without overrides has on this broker.

    Raises ConfigError when the broker's properties make no valid defaults.
    """
    computed = {
        "segment.ms": config.log_roll_ms,
        "segment.jitter.ms": config.log_roll_jitter_ms,
        "retention.ms": config.log_retention_ms,
        "flush.ms": config.log_flush_interval_ms,
        "leader.replication.throttled.replicas": [],
        "follower.replication.throttled.replicas": [],
    }
    values = {
        name: computed[name] if name in computed else config.value(server_property)
        for name, server_property in SERVER_PROPERTIES.items()
    }
    values["message.format.version"] = config.message_format_version
    for key in TOPIC_KEYS.values():
        if key.validator is not None:
            key.validator(key.name, values[key.name])
    check_lags(values)
    return values


def topic_values(config: KafkaConfig, overrides: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of every topic config: the topic's own where it has one, the broker's otherwise."""
    values = server_defaults(config)
    for name, text in overrides.items():
        if key := TOPIC_KEYS.get(name):
            values[name] = parse_value(key, text)
    return values


def log_config(config: KafkaConfig, overrides: Mapping[str, str]) -> LogConfig:
    """Return the configuration that the log of a topic with these overrides runs with. Raises ConfigError."""
    fields: dict[str, Any] = {name.replace(".", "_"): value for name, value in topic_values(config, overrides).items()}
    for name, value in fields.items():
        if isinstance(value, list):
            fields[name] = tuple(value)
    fields["cleanup_policy"] = frozenset(fields["cleanup_policy"])
    fields["compression_type"] = fields["compression_type"].lower()
    return LogConfig(**fields, takes_zstd=config.speaks(Since.ZSTD))
