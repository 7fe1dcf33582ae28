"""Changes of a broker's dynamic configs, its own or the cluster's (KIP-226): what may be changed, and to what.

Kept in `/config/brokers/ID` and `/config/brokers/<default>`. Source: Apache `AdminManager.alterBrokerConfigs`,
`DynamicBrokerConfig.scala` (validateConfigs, processReconfiguration), `DynamicThreadPool`.
"""

from collections.abc import Mapping
from typing import Final

from kafkacli.broker.broker import Broker
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.dynamic_configs import DEFAULT
from kafkacli.broker.dynamic_rules import check, effective, layered, stored
from kafkacli.broker.resources import Resource, broker_id
from kafkacli.config_types import ConfigError
from kafkacli.errors import ApiError, ErrorCode

_THREADS: Final = (
    "num.io.threads",
    "num.network.threads",
    "num.replica.fetchers",
    "num.recovery.threads.per.data.dir",
    "background.threads",
)
_REPORTERS: Final = ("", "org.apache.kafka.common.metrics.JmxReporter")
_ARGUMENTS: Final = ("ConfigException", "IllegalArgumentException", "NumberFormatException")


def entity_of(broker: Broker, resource: Resource) -> str:
    """Return where a BROKER resource's configs are kept. Raises ApiError for another broker's."""
    if not resource.name:
        return f"brokers/{DEFAULT}"
    if broker_id(resource) != broker.node_id:
        raise ApiError(
            ErrorCode.INVALID_REQUEST,
            f"Unexpected broker id, expected {broker.node_id}, but received {resource.name}",
        )
    return f"brokers/{broker.node_id}"


async def set_broker_configs(
    broker: Broker, resource: Resource, configs: Mapping[str, str], *, validate_only: bool
) -> None:
    """Give a broker, or the cluster, these dynamic configs and no others. Raises ApiError."""
    entity, for_one = entity_of(broker, resource), bool(resource.name)
    try:
        check(configs, for_one=for_one)
        own, default = broker.config.dynamic_own, broker.config.dynamic_default
        layers = (default, configs) if for_one else (configs, own)
        _check_parts(broker.config, KafkaConfig(layered(broker.config.originals, *layers)))
        kept = configs if validate_only else stored(configs, broker.config.encode_password, for_one=for_one)
    except ConfigError as error:
        if not error.exception.endswith(_ARGUMENTS):
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR) from error
        text = f"Invalid config value for resource {resource}: {error}"
        raise ApiError(ErrorCode.INVALID_REQUEST, text) from error
    if not validate_only:
        await broker.administration.set_entity_configs(entity, kept)


async def broker_configs(broker: Broker, resource: Resource) -> dict[str, str]:
    """Return the dynamic configs that a broker, or the cluster, has now, passwords readable. Raises ApiError."""
    configs = await broker.administration.entity_configs(entity_of(broker, resource))
    return effective(configs, broker.config.decode_password, for_one=bool(resource.name))


def _check_parts(before: KafkaConfig, after: KafkaConfig) -> None:
    """Raise ConfigError for what one of the broker's parts doesn't take while it runs."""
    if any(name not in _REPORTERS for name in after.value("metric.reporters")):
        raise _invalid(
            "Validation of dynamic config update of Set(metric.reporters) failed with class class "
            "kafka.server.DynamicMetricsReporters"
        )
    for name in _THREADS:
        old, new = before.integer(name), after.integer(name)
        what = f"Dynamic thread count update validation failed for {name}={new}, value should"
        if new < old // 2:
            raise _invalid(f"{what} be at least half the current value {old}")
        if new > old * 2:
            raise _invalid(f"{what} not be greater than double the current value {old}")
    old, new = before.integer("log.cleaner.threads"), after.integer("log.cleaner.threads")
    if new < old // 2:
        raise _invalid(f"Log cleaner threads cannot be reduced to less than half the current value {old}")
    if new > old * 2:
        raise _invalid(f"Log cleaner threads cannot be increased to more than double the current value {old}")
    protocols = {listener.name: listener.security_protocol for listener in before.listeners}
    for listener in after.listeners:
        if protocols.get(listener.name, listener.security_protocol) != listener.security_protocol:
            raise _invalid(f"Security protocol cannot be updated for existing listener ListenerName({listener.name})")


def _invalid(reason: str) -> ConfigError:
    """Return the error that a part's refusal becomes, in Kafka's twisted words."""
    return ConfigError(
        f"Invalid value org.apache.kafka.common.config.ConfigException: {reason} for configuration Invalid dynamic "
        "configuration"
    )
