"""Configurations that Kafka knows and this broker can't carry out: where they would protect something, it doesn't start.

ACLs that nobody checks must not look as if they worked. Encrypted listeners are refused where listeners are bound.
"""

from __future__ import annotations

from kafkacli.broker.authorization import make_authorizer
from kafkacli.broker.configs import KafkaConfig
from kafkacli.config_types import ConfigError


def check_served(config: KafkaConfig) -> None:
    """Raise ConfigError, naming the key, for protection that is asked for and not there, or asked for in the wrong way."""
    if config.text("authorizer.class.name") and "authorizer.zookeeper.url" in config.originals:
        raise ConfigError("authorizer.zookeeper.url: access control lists are read at zookeeper.connect only")
    make_authorizer(config)
    for key, what in (
        ("zookeeper.set.acl", "znodes can't be protected by ACLs yet"),
        ("zookeeper.ssl.client.enable", "ZooKeeper is reached without TLS only"),
    ):
        if config.flag(key):
            raise ConfigError(f"{key}: {what}")
