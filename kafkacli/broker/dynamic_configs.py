"""Configs that change while the broker runs: its own and the cluster's, and those of topics (KIP-226, KIP-21).

A broker's value comes from `/config/brokers/ID`, then `/config/brokers/<default>`, then its properties file. Source: Apache
`DynamicBrokerConfig.scala`, `ConfigHandler.scala`.
"""

from __future__ import annotations

import logging
from typing import Final

from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.dynamic_rules import effective, is_password
from kafkacli.broker.quotas import NO_LIMIT, ClientQuotas, Windows
from kafkacli.broker.topic_configs import log_config
from kafkacli.config_types import ConfigError, api_version
from kafkacli.controller.config_changes import read_all_configs, read_client_quotas, write_configs
from kafkacli.controller.zookeeper_client import ZooKeeperClient
from kafkacli.registry.client_quotas import CONSUMER_BYTE_RATE, PRODUCER_BYTE_RATE, QuotaEntity
from kafkacli.registry.password_encoder import decode_password
from kafkacli.replica.partitions import Partitions

_log = logging.getLogger("kafka.server.DynamicBrokerConfig")

DEFAULT: Final = "<default>"
_FORMAT: Final = "message.format.version"
ALTER_LOG_DIRS_RATE: Final = "replica.alter.log.dirs.io.max.bytes.per.second"


class DynamicConfigs:
    """The dynamic configs that matter to one broker, as last read."""

    def __init__(self, config: KafkaConfig, node_id: int) -> None:
        self._config = config
        self._node_id = node_id
        self._brokers: dict[str, dict[str, str]] = {}
        self.reconfigured = False
        """The broker's own config has changed; whoever follows it takes the flag back."""
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
        await self._encrypt_anew(zookeeper)
        self.topics = await read_all_configs(zookeeper, "topics")
        for entity, configs in (await read_client_quotas(zookeeper)).items():
            self.quotas.set_quotas(entity, configs)
        self._reconfigure()

    def apply(self, partitions: Partitions, entity: str, configs: dict[str, str]) -> None:
        """Run on an entity's changed configs (`topics/T`, `brokers/1`, `users/U/clients/C`)."""
        kind, _, name = entity.partition("/")
        if kind == "topics":
            self.topics[name] = self._without_newer_format(name, configs)
            self._apply_to_logs(partitions, name)
        elif kind in ("users", "clients"):
            self.quotas.set_quotas(QuotaEntity.from_path(entity), configs)
        elif kind == "brokers" and name in (DEFAULT, str(self._node_id)):
            self._brokers[name] = configs
            self._reconfigure()
            self.reconfigured = True
            for topic in {partition.topic for partition in partitions}:
                self._apply_to_logs(partitions, topic)

    @property
    def alter_log_dirs_rate(self) -> int:
        """How many bytes by the second may move between log directories; only the broker's own config counts."""
        text = self._brokers.get(str(self._node_id), {}).get(ALTER_LOG_DIRS_RATE)
        return NO_LIMIT if text is None else int(text)

    def _without_newer_format(self, topic: str, configs: dict[str, str]) -> dict[str, str]:
        """Leave out a message format that not every broker may know. Only changes are looked at, as Kafka does."""
        wanted = configs.get(_FORMAT)
        if wanted is None or self._config.speaks(api_version(wanted)):
            return configs
        _log.warning(
            "Log configuration %s is ignored for `%s` because `%s` is not compatible with Kafka inter-broker protocol "
            "version `%s`",
            _FORMAT,
            topic,
            wanted,
            self._config.text("inter.broker.protocol.version"),
        )
        return {name: value for name, value in configs.items() if name != _FORMAT}

    def _apply_to_logs(self, partitions: Partitions, topic: str) -> None:
        try:
            changed = log_config(self._config, self.topics.get(topic, {}))
        except ConfigError as error:
            _log.error("Ignoring the configs of topic %s: %s", topic, error)
            return
        for log in partitions.log_dirs:
            if log.topic == topic:
                log.config = changed

    async def _encrypt_anew(self, zookeeper: ZooKeeperClient) -> None:
        """Encrypt this broker's passwords with the present secret where they are with `password.encoder.old.secret`."""
        config, own = self._config, self._brokers.get(str(self._node_id), {})
        if (old := config.value("password.encoder.old.secret")) is None:
            return
        changed = dict(own)
        for name in filter(is_password, own):
            try:
                changed[name] = config.encode_password(decode_password(own[name], old))
            except ConfigError as error:
                _log.debug("%s isn't encrypted with the old secret: %s", name, error)
        if changed != own:
            self._brokers[str(self._node_id)] = changed
            await write_configs(zookeeper, f"brokers/{self._node_id}", changed, announce=True)

    def _reconfigure(self) -> None:
        decode = self._config.decode_password
        default = effective(self._brokers.get(DEFAULT, {}), decode, for_one=False)
        own = effective(self._brokers.get(str(self._node_id), {}), decode, for_one=True)
        try:
            self._config.reconfigure(own, default)
        except ConfigError as error:
            _log.error("Ignoring the dynamic configs of broker %d: %s", self._node_id, error)
