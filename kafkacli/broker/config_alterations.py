"""Changes of configs as AlterConfigs (all of them anew) and IncrementalAlterConfigs (KIP-339) ask for them.

Source: Apache `AdminManager.scala` (alterConfigs, incrementalAlterConfigs, prepareIncrementalConfigs).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from kafkacli.broker import loggers
from kafkacli.broker.broker import Broker
from kafkacli.broker.broker_alterations import broker_configs, entity_of, set_broker_configs
from kafkacli.broker.config_keys import BROKER_KEYS
from kafkacli.broker.resources import Resource, ResourceType
from kafkacli.config_types import ConfigError, ConfigKey, ConfigType
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.topic_configs import TOPIC_KEYS, validate
from kafkacli.registry.topic_rules import check_name


class Operation(IntEnum):
    """What to do with one config."""

    SET = 0
    DELETE = 1
    APPEND = 2
    SUBTRACT = 3


class Change(NamedTuple):
    """One step of an incremental change; `value` None only for DELETE."""

    name: str
    operation: int
    value: str | None


async def set_configs(
    broker: Broker, resource: Resource, configs: Sequence[tuple[str, str | None]], *, validate_only: bool
) -> None:
    """Give a topic or broker these configs and no others. Raises ApiError."""
    _refuse_nulls([name for name, value in configs if value is None])
    wanted = {name: value for name, value in configs if value is not None}
    if resource.type == ResourceType.BROKER:
        await set_broker_configs(broker, resource, wanted, validate_only=validate_only)
        return
    _refuse_others(resource)
    await _write(broker, resource, wanted, validate_only)


async def change_configs(broker: Broker, resource: Resource, changes: Sequence[Change], *, validate_only: bool) -> None:
    """Change some configs of a topic, a broker, or its loggers. Raises ApiError."""
    twice = [name for name, count in Counter(change.name for change in changes).items() if count > 1]
    if twice:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"Error due to duplicate config keys : {','.join(twice)}")
    _refuse_nulls(
        [
            f"{Operation(change.operation).name}:{change.name}"
            for change in changes
            if change.value is None and change.operation != Operation.DELETE
        ]
    )
    if resource.type == ResourceType.BROKER_LOGGER:
        _change_loggers(broker, resource, changes, validate_only)
        return
    if resource.type == ResourceType.BROKER:
        configs = await broker_configs(broker, resource)
        for change in changes:
            _apply(change, configs, BROKER_KEYS)
        await set_broker_configs(broker, resource, configs, validate_only=validate_only)
        return
    _refuse_others(resource)
    overrides = await broker.controller.topic_overrides(resource.name) if resource.name in broker.metadata else {}
    for change in changes:
        _apply(change, overrides, TOPIC_KEYS)
    await _write(broker, resource, overrides, validate_only)


def _change_loggers(broker: Broker, resource: Resource, changes: Sequence[Change], validate_only: bool) -> None:
    entity_of(broker, resource)
    try:
        for each in changes:
            loggers.check_change(each.name, Operation(each.operation).name, each.value)
    except ConfigError as error:
        text = f"Invalid config value for resource {resource}: {error}"
        raise ApiError(ErrorCode.INVALID_REQUEST, text) from error
    if not validate_only:
        loggers.change([(each.name, each.value if each.operation == Operation.SET else None) for each in changes])


def _apply(change: Change, overrides: dict[str, str], keys: Mapping[str, ConfigKey]) -> None:
    name, value = change.name, change.value or ""
    if change.operation == Operation.DELETE:
        overrides.pop(name, None)
        return
    if change.operation == Operation.SET:
        overrides[name] = value
        return
    key = keys.get(name)
    if key is None:
        if keys is BROKER_KEYS:  # Kafka looks it up without thinking of that
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)
        raise ApiError(ErrorCode.INVALID_CONFIG, f"Unknown topic config name: {name}")
    word = "append" if change.operation == Operation.APPEND else "subtract"
    if key.type is not ConfigType.LIST:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"Config value {word} is not allowed for config key: {name}")
    items = overrides.get(name, key.default or "").split(",")
    if change.operation == Operation.APPEND:
        items += value.split(",")
    else:
        for item in value.split(","):
            if item in items:
                items.remove(item)
    overrides[name] = ",".join(items)


def _refuse_nulls(names: list[str]) -> None:
    if names:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"Null value not supported for : {','.join(names)}")


def _refuse_others(resource: Resource) -> None:
    if resource.type != ResourceType.TOPIC:
        raise ApiError(
            ErrorCode.INVALID_REQUEST,
            f"AlterConfigs is only supported for topics and brokers, but resource type is {resource.type_name}",
        )


async def _write(broker: Broker, resource: Resource, overrides: dict[str, str], validate_only: bool) -> None:
    check_name(resource.name)
    if resource.name not in broker.metadata:
        raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR, f'Topic "{resource.name}" does not exist.')
    try:
        validate(overrides)
    except ConfigError as error:
        if error.exception.endswith(".InvalidConfigurationException"):
            raise ApiError(ErrorCode.INVALID_CONFIG, str(error)) from error
        text = f"Invalid config value for resource {resource}: {error}"
        raise ApiError(ErrorCode.INVALID_REQUEST, text) from error
    await broker.controller.set_topic_overrides(resource.name, overrides, validate_only=validate_only)
