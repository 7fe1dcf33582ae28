"""Configurations that Kafka knows and this broker can't carry out: where they would protect something, it doesn't start.

ACLs that nobody checks must not look as if they worked. Encrypted listeners are refused where listeners are bound.
"""

from __future__ import annotations

from typing import Final

from kafkacli.broker.authorization import make_authorizer
from kafkacli.broker.configs import KafkaConfig
from kafkacli.config_types import ConfigError

_CLASSES: Final = {
    "replica.selector.class": (
        "org.apache.kafka.common.replica.LeaderSelector",
        "org.apache.kafka.common.replica.RackAwareReplicaSelector",
    ),
    "metric.reporters": ("org.apache.kafka.common.metrics.JmxReporter",),
    "kafka.metrics.reporters": (),
}
"""Keys with names of classes that are not of the type CLASS, and the classes that do what is done anyway."""


def check_served(config: KafkaConfig) -> None:
    """Raise ConfigError, naming the key, for protection that is asked for and not there, or asked for in the wrong way."""
    if config.text("authorizer.class.name") and "authorizer.zookeeper.url" in config.originals:
        raise ConfigError("authorizer.zookeeper.url: access control lists are read at zookeeper.connect only")
    make_authorizer(config)
    for key, what in (
        ("zookeeper.set.acl", "protect znodes with zookeeper-security-migration.sh instead"),
        ("zookeeper.ssl.client.enable", "ZooKeeper is reached without TLS only"),
    ):
        if config.flag(key):
            raise ConfigError(f"{key}: {what}")
    for key, built_in in _CLASSES.items():
        value = config.value(key)
        for name in value if isinstance(value, list) else [value]:
            if name and name not in built_in:
                raise ConfigError(f"{key}: the Java class {name} can't be run here")
