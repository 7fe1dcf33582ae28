"""Which configs a broker takes while it runs, for itself or for all brokers, and what becomes of their passwords (KIP-226).

Source: Apache `DynamicBrokerConfig.scala` (validateConfigs, toPersistentProps, fromPersistentProps), `SslConfigs.java`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from kafkacli.broker.config_keys import BROKER_KEYS, DYNAMIC_ONLY_KEYS
from kafkacli.config_types import ConfigError, ConfigKey, ConfigType, UpdateMode, parse_value

_log = logging.getLogger("kafka.server.DynamicBrokerConfig")

DYNAMIC_KEYS: Final = {
    name: key for name, key in BROKER_KEYS.items() if key.update_mode is not UpdateMode.READ_ONLY
} | DYNAMIC_ONLY_KEYS
"""Every key that may be set while a broker runs."""
_STORES: Final = frozenset(
    f"ssl.{name}"
    for name in (
        "keystore.type",
        "keystore.location",
        "keystore.password",
        "key.password",
        "truststore.type",
        "truststore.location",
        "truststore.password",
    )
)
_PASSWORDS: Final = tuple(name for name, key in DYNAMIC_KEYS.items() if key.type is ConfigType.PASSWORD)
# Keys that say the same thing, the strongest first.
_SAME: Final = (
    ("log.roll.ms", "log.roll.hours"),
    ("log.roll.jitter.ms", "log.roll.jitter.hours"),
    ("log.retention.ms", "log.retention.minutes", "log.retention.hours"),
    ("log.flush.interval.ms", "log.flush.scheduler.interval.ms"),
)
_LISTENERS_OWN: Final = re.compile(r"listener\.name\.[^.]*\.(.*)")


def same_keys(name: str) -> tuple[str, ...]:
    """Return the keys that a key's value may come from, the strongest first: itself, and what says the same."""
    for group in _SAME:
        if name in group and name != "log.flush.scheduler.interval.ms":
            return group
    return (name,)


def layered(*layers: Mapping[str, str]) -> dict[str, str]:
    """Return properties with dynamic ones over them: a key takes the place of all that say the same, in Kafka's way."""
    merged = dict(layers[0])
    for layer in layers[1:]:
        for name, value in layer.items():
            for each in same_keys(name):
                merged.pop(each, None)
            merged[name] = value
    return merged


def key_of(name: str) -> ConfigKey | None:
    """Return the dynamic key that a config is of, which may be a listener's own; None for a name that nobody knows."""
    return DYNAMIC_KEYS.get(name) or DYNAMIC_KEYS.get(base_name(name))


def is_password(name: str) -> bool:
    """Whether a config's value is kept encrypted."""
    return name.endswith(_PASSWORDS)


def check(configs: Mapping[str, str], *, for_one: bool) -> None:
    """Raise ConfigError unless these can be dynamic configs, for_one: of one broker, else of all."""
    _refuse(_fixed(configs), "Cannot update these configs dynamically")
    _refuse(
        _stores(configs),
        "These security configs can be dynamically updated only per-listener using the listener prefix",
    )
    for name, text in configs.items():
        if key := key_of(name):
            parse_value(key, text)
    if not for_one:
        _refuse(_of_one(configs), "Cannot update these configs at default cluster level, broker id must be specified")


def stored(configs: Mapping[str, str], encode: Callable[[str], str], *, for_one: bool) -> dict[str, str]:
    """Return configs as their znode keeps them. Raises ConfigError, as `encode` may."""
    if not for_one and any(map(is_password, configs)):
        raise ConfigError("Password config can be defined only at broker level")
    return {name: encode(text) if is_password(name) else text for name, text in configs.items()}


def effective(configs: Mapping[str, str], decode: Callable[[str], str], *, for_one: bool) -> dict[str, str]:
    """Return what counts of the configs in a znode; the rest is named in the log and left out."""
    wrong = {}
    for name, text in configs.items():
        if key := key_of(name):
            try:
                parse_value(key, text)
            except ConfigError as error:
                wrong[name] = str(error)
    ignored = {
        f"Dynamic {'broker' if for_one else 'default cluster'} config contains invalid values, which are ignored": wrong,
        "Non-dynamic configs configured in ZooKeeper will be ignored": _fixed(configs),
        "Security configs can be dynamically updated only using listener prefix, base configs will be ignored": _stores(
            configs
        ),
        "Per-broker configs defined at default cluster level will be ignored": () if for_one else _of_one(configs),
    }
    for text, names in ignored.items():
        if names:
            _log.error("%s: %s", text, names)
    left = {name: text for name, text in configs.items() if not any(name in names for names in ignored.values())}
    for name in filter(is_password, list(left)):
        try:
            left[name] = decode(left[name])
        except ConfigError as error:
            _log.error("Dynamic password config %s could not be decoded, ignoring. %s", name, error)
            del left[name]
    return left


def _fixed(configs: Collection[str]) -> list[str]:
    return [name for name in configs if name in BROKER_KEYS and name not in DYNAMIC_KEYS]


def _stores(configs: Collection[str]) -> list[str]:
    return [name for name in configs if name in _STORES]


def _of_one(configs: Collection[str]) -> list[str]:
    return [
        name
        for name in configs
        if ((key := DYNAMIC_KEYS.get(name)) and key.update_mode is UpdateMode.PER_BROKER)
        or (_LISTENERS_OWN.fullmatch(name) and base_name(name) != "max.connections")
    ]


def base_name(name: str) -> str:
    """Return the key that a listener's own config is of, '' for others."""
    match = _LISTENERS_OWN.fullmatch(name)
    return match[1] if match else ""


def _refuse(names: Collection[str], text: str) -> None:
    if names:
        raise ConfigError(f"{text}: Set({', '.join(names)})")
