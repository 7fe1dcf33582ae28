"""Changes of a broker's dynamic configs, its own or the cluster's (KIP-226): what may be changed, and to what.

Kept in `/config/brokers/ID` and `/config/brokers/<default>`. Source: Apache `AdminManager.alterBrokerConfigs`,
`DynamicBrokerConfig.scala` (validateConfigs, processReconfiguration), `DynamicThreadPool`.
"""

from collections.abc import Collection, Mapping
from typing import Final

from kafkacli.broker.broker import Broker
from kafkacli.broker.config_keys import BROKER_KEYS
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.dynamic_configs import DEFAULT
from kafkacli.broker.resources import Resource, broker_id
from kafkacli.config_types import ConfigError, ConfigType, UpdateMode, parse_value
from kafkacli.errors import ApiError, ErrorCode

_THREADS: Final = (
    "num.io.threads",
    "num.network.threads",
    "num.replica.fetchers",
    "num.recovery.threads.per.data.dir",
    "background.threads",
)
_LISTENERS: Final = ("listeners", "advertised.listeners", "listener.security.protocol.map")
_SECURITY: Final = frozenset(
    name for name, key in BROKER_KEYS.items() if key.update_mode is UpdateMode.PER_BROKER and name not in _LISTENERS
)


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
    entity = entity_of(broker, resource)
    try:
        _check(broker.config, configs, for_one=bool(resource.name))
    except ConfigError as error:
        text = f"Invalid config value for resource {resource}: {error}"
        raise ApiError(ErrorCode.INVALID_REQUEST, text) from error
    if not validate_only:
        await broker.administration.set_entity_configs(entity, configs)


def _check(config: KafkaConfig, configs: Mapping[str, str], *, for_one: bool) -> None:
    known = {name: BROKER_KEYS[name] for name in configs if name in BROKER_KEYS}
    _refuse(
        [name for name, key in known.items() if key.update_mode is UpdateMode.READ_ONLY],
        "Cannot update these configs dynamically",
    )
    _refuse(
        [name for name in _SECURITY if name in known],
        "These security configs can be dynamically updated only per-listener using the listener prefix",
    )
    for name, key in known.items():
        parse_value(key, configs[name])
    if any(BROKER_KEYS[base].type is ConfigType.PASSWORD for name in configs if (base := _base(name)) in BROKER_KEYS):
        raise ConfigError("Password encoder secret not configured")
    if not for_one:
        _refuse(
            [name for name in configs if name in _LISTENERS or (_base(name) and _base(name) != "max.connections")],
            "Cannot update these configs at default cluster level, broker id must be specified",
        )
    own, default = config.dynamic_own, config.dynamic_default
    merged = {**config.originals, **default, **configs} if for_one else {**config.originals, **configs, **own}
    _check_threads(config, KafkaConfig(merged))


def _check_threads(before: KafkaConfig, after: KafkaConfig) -> None:
    for name in _THREADS:
        old, new = before.integer(name), after.integer(name)
        wrong = ""
        if new < old // 2:
            wrong = f"at least half the current value {old}"
        elif new > old * 2:
            wrong = f"not be greater than double the current value {old}"
        if wrong:
            wrong = wrong if wrong.startswith("not") else f"be {wrong}"
            raise ConfigError(
                "Invalid value org.apache.kafka.common.config.ConfigException: Dynamic thread count update validation "
                f"failed for {name}={new}, value should {wrong} for configuration Invalid dynamic configuration"
            )


def _base(name: str) -> str:
    """Return the key that a listener's own config is of, '' for others."""
    return name.split(".", 3)[3] if name.startswith("listener.name.") and name.count(".") >= 3 else ""


def _refuse(names: Collection[str], text: str) -> None:
    if names:
        raise ConfigError(f"{text}: Set({', '.join(names)})")
