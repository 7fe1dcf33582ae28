"""Topic configs: their types and ranges, the broker's defaults for them, and the checks before they are kept.

Source: the ConfigDef of Kafka 2.6.2's `LogConfig`, and `KafkaServer.copyKafkaConfigToLog`. Which broker property is a
config's default stands in `log/log_config.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafkacli.config_types import (
    ApiVersionText,
    AtLeast,
    Between,
    ConfigError,
    ConfigKey,
    ConfigType,
    Importance,
    OneOf,
    ThrottledReplicas,
    parse_value,
)
from kafkacli.log.log_config import TOPIC_CONFIGS, LogConfig

if TYPE_CHECKING:
    from kafkacli.broker.configs import KafkaConfig

BOOLEAN, STRING, INT, LONG = ConfigType.BOOLEAN, ConfigType.STRING, ConfigType.INT, ConfigType.LONG
DOUBLE, LIST = ConfigType.DOUBLE, ConfigType.LIST
MEDIUM, LOW = Importance.MEDIUM, Importance.LOW

_KEYS = (
    ConfigKey("segment.bytes", INT, "1073741824", AtLeast(14), MEDIUM),
    ConfigKey("segment.ms", LONG, "604800000", AtLeast(1), MEDIUM),
    ConfigKey("segment.jitter.ms", LONG, "0", AtLeast(0), MEDIUM),
    ConfigKey("segment.index.bytes", INT, "10485760", AtLeast(0), MEDIUM),
    ConfigKey("flush.messages", LONG, "9223372036854775807", AtLeast(0), MEDIUM),
    ConfigKey("flush.ms", LONG, "9223372036854775807", AtLeast(0), MEDIUM),
    ConfigKey("retention.bytes", LONG, "-1", None, MEDIUM),
    ConfigKey("retention.ms", LONG, "604800000", AtLeast(-1), MEDIUM),
    ConfigKey("max.message.bytes", INT, "1048588", AtLeast(0), MEDIUM),
    ConfigKey("index.interval.bytes", INT, "4096", AtLeast(0), MEDIUM),
    ConfigKey("delete.retention.ms", LONG, "86400000", AtLeast(0), MEDIUM),
    ConfigKey("min.compaction.lag.ms", LONG, "0", AtLeast(0), MEDIUM),
    ConfigKey("max.compaction.lag.ms", LONG, "9223372036854775807", AtLeast(1), MEDIUM),
    ConfigKey("file.delete.delay.ms", LONG, "60000", AtLeast(0), MEDIUM),
    ConfigKey("min.cleanable.dirty.ratio", DOUBLE, "0.5", Between(0, 1), MEDIUM),
    ConfigKey("cleanup.policy", LIST, "delete", OneOf(("compact", "delete")), MEDIUM),
    ConfigKey("unclean.leader.election.enable", BOOLEAN, "false", None, MEDIUM),
    ConfigKey("min.insync.replicas", INT, "1", AtLeast(1), MEDIUM),
    ConfigKey(
        "compression.type",
        STRING,
        "producer",
        OneOf(("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")),
        MEDIUM,
    ),
    ConfigKey("preallocate", BOOLEAN, "false", None, MEDIUM),
    ConfigKey("message.format.version", STRING, "2.6-IV0", ApiVersionText(), MEDIUM),
    ConfigKey("message.timestamp.type", STRING, "CreateTime", OneOf(("CreateTime", "LogAppendTime")), MEDIUM),
    ConfigKey("message.timestamp.difference.max.ms", LONG, "9223372036854775807", AtLeast(0), MEDIUM),
    ConfigKey("leader.replication.throttled.replicas", LIST, "", ThrottledReplicas(), MEDIUM),
    ConfigKey("follower.replication.throttled.replicas", LIST, "", ThrottledReplicas(), MEDIUM),
    ConfigKey("message.downconversion.enable", BOOLEAN, "true", None, LOW),
)

TOPIC_KEYS: Final = {key.name: key for key in _KEYS}
"""Every topic config by name, in Kafka's order."""

SERVER_PROPERTIES: Final = {config.name: config.server_property for config in TOPIC_CONFIGS}
"""For each topic config the broker property that gives its default."""

_INVALID_CONFIGURATION = "org.apache.kafka.common.errors.InvalidConfigurationException"


def validate(overrides: Mapping[str, str]) -> None:
    """Check a topic's own configs as Kafka does before it keeps them.

    Raises ConfigError for an unknown name, a wrong value, or values that contradict each other.
    """
    for name in overrides:
        if name not in TOPIC_KEYS:
            raise ConfigError(f"Unknown topic config name: {name}", _INVALID_CONFIGURATION)
    _check_lags({key.name: parse_value(key, overrides.get(key.name)) for key in _KEYS})


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
    for key in _KEYS:
        if key.validator is not None:
            key.validator(key.name, values[key.name])
    _check_lags(values)
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
    return LogConfig(**fields)


def _check_lags(values: Mapping[str, Any]) -> None:
    shortest, longest = values["min.compaction.lag.ms"], values["max.compaction.lag.ms"]
    if shortest > longest:
        raise ConfigError(
            f"conflict topic config setting min.compaction.lag.ms ({shortest}) > max.compaction.lag.ms ({longest})",
            _INVALID_CONFIGURATION,
        )
