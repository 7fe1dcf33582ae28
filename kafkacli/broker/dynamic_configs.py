"""Configs that change while the broker runs: its own and the cluster's, and those of topics (KIP-226, KIP-21).

A broker's value comes from `/config/brokers/ID`, then `/config/brokers/<default>`, then its properties file. Source: Apache
`DynamicBrokerConfig.scala`, `ConfigHandler.scala`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from kafkacli.broker.config_keys import BROKER_KEYS
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.quotas import ClientQuotas, Windows
from kafkacli.broker.topic_configs import log_config
from kafkacli.config_types import ConfigError, UpdateMode
from kafkacli.controller.config_changes import read_all_configs, read_client_quotas
from kafkacli.controller.zookeeper_client import ZooKeeperClient
from kafkacli.registry.client_quotas import CONSUMER_BYTE_RATE, PRODUCER_BYTE_RATE, QuotaEntity
from kafkacli.replica.partitions import Partitions

_log = logging.getLogger("kafka.server.DynamicBrokerConfig")

DEFAULT: Final = "<default>"


class DynamicConfigs:
    """The dynamic configs that matter to one broker, as last read."""

    def __init__(self, config: KafkaConfig, node_id: int) -> None:
        self._config = config
        self._node_id = node_id
        self._brokers: dict[str, dict[str, str]] = {}
        self.topics: dict[str, dict[str, str]] = {}
        self.quotas = ClientQuotas(
            Windows(config.integer("quota.window.num"), config.integer("quota.window.size.seconds") * 1000),
            {
                PRODUCER_BYTE_RATE: config.integer("quota.producer.default"),
                CONSUMER_BYTE_RATE: config.integer("quota.consumer.default"),
            },
        )

    async def load(self, zookeeper: ZooKeeperClient) -> None:
        """Read what there is, before logs are opened, and run on it."""
        self._brokers = await read_all_configs(zookeeper, "brokers")
        self.topics = await read_all_configs(zookeeper, "topics")
        for entity, configs in (await read_client_quotas(zookeeper)).items():
            self.quotas.set_quotas(entity, configs)
        self._reconfigure()

    def apply(self, partitions: Partitions, entity: str, configs: dict[str, str]) -> None:
        """Run on an entity's changed configs (`topics/T`, `brokers/1`, `users/U/clients/C`)."""
        kind, _, name = entity.partition("/")
        if kind == "topics":
            self.topics[name] = configs
            self._apply_to_logs(partitions, name)
        elif kind in ("users", "clients"):
            self.quotas.set_quotas(QuotaEntity.from_path(entity), configs)
        elif kind == "brokers" and name in (DEFAULT, str(self._node_id)):
            self._brokers[name] = configs
            self._reconfigure()
            for topic in {partition.topic for partition in partitions}:
                self._apply_to_logs(partitions, topic)

    def _apply_to_logs(self, partitions: Partitions, topic: str) -> None:
        try:
            changed = log_config(self._config, self.topics.get(topic, {}))
        except ConfigError as error:
            _log.error("Ignoring the configs of topic %s: %s", topic, error)
            return
        for partition in partitions:
            if partition.topic == topic:
                partition.log.config = changed

    def _reconfigure(self) -> None:
        dynamic = _dynamic(self._brokers.get(DEFAULT, {}), UpdateMode.CLUSTER_WIDE)
        own = _dynamic(self._brokers.get(str(self._node_id), {}), UpdateMode.CLUSTER_WIDE, UpdateMode.PER_BROKER)
        try:
            self._config.reconfigure(own, dynamic)
        except ConfigError as error:
            _log.error("Ignoring the dynamic configs of broker %d: %s", self._node_id, error)


def _dynamic(configs: Mapping[str, str], *modes: UpdateMode) -> dict[str, str]:
    """Return those of the configs that may change in these ways."""
    return {
        name: text for name, text in configs.items() if name in BROKER_KEYS and BROKER_KEYS[name].update_mode in modes
    }
