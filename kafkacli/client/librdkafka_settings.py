"""Java client properties to librdkafka's settings, by the table in `librdkafka_properties.py`.

librdkafka's own defaults differ (acks, isolation.level, partitioner, …), so every property of the table is set, given or not.
Values are read and checked as Java's ConfigDef does before librdkafka sees them, so that the complaints are Java's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kafkacli.client.librdkafka_properties import PROPERTIES, Side
from kafkacli.client.librdkafka_security import security_settings
from kafkacli.client.security import PROPERTIES as SECURITY_PROPERTIES
from kafkacli.config_types import ConfigError, ConfigKey, Importance, parse_value

_CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
_CONNECTING = {
    "socket.connection.setup.timeout.ms": 10_000,  # Java's from 2.7 on; 2.6.2 leaves it to the system
    "metadata.recovery.strategy": "none",  # 2.6.2 has no other; it also keeps reconnect.backoff.ms in force
}
# Settings that Java has no property for: unlimited by count, as Java counts bytes only; no wait for a full queue.
_ONLY_THERE: dict[Side, dict[str, Any]] = {
    Side.PRODUCER: {
        "queue.buffering.max.messages": 0,
        "batch.num.messages": 1_000_000,
        "queue.buffering.backpressure.threshold": 5,
        "delivery.report.only.error": True,
        **_CONNECTING,
    },
    Side.CONSUMER: {
        "fetch.queue.backoff.ms": 10,
        "enable.auto.offset.store": False,
        "group.protocol": "classic",
        **_CONNECTING,
    },
}
_ELSEWHERE = {  # what Java clients need and ours have no use for
    Side.PRODUCER: ("key.serializer", "value.serializer"),
    Side.CONSUMER: ("key.deserializer", "value.deserializer"),
}


class ClientConfig:
    """A client's properties, read. properties: as given. values: by Java name, typed, defaults in place.

    unknown: names that Java would warn of.

    Raises ConfigError.
    """

    __slots__ = ("properties", "side", "unknown", "values")

    def __init__(self, side: Side, properties: Mapping[str, str]) -> None:
        rows = [row for row in PROPERTIES if side in row.side]
        self.side = side
        self.properties = dict(properties)
        self.values = {
            row.name: parse_value(
                ConfigKey(row.name, row.type, row.default, row.validator, Importance.MEDIUM), properties.get(row.name)
            )
            for row in rows
        }
        known = self.values.keys() | {*_ELSEWHERE[side], *SECURITY_PROPERTIES}
        self.unknown = sorted(properties.keys() - known)
        if side is Side.PRODUCER:
            if self.values["transactional.id"] is not None:
                self._check_transactional("enable.idempotence" in properties)
            self._check_producer("delivery.timeout.ms" in properties, "acks" in properties)
        elif not self.values["client.id"]:
            group = self.values["group.id"]
            self.values["client.id"] = f"consumer-{group}-1" if group else "consumer-1"

    def settings(self) -> dict[str, Any]:
        """Return what librdkafka is given. Raises ConfigError for what can't be said to it."""
        settings = dict(_ONLY_THERE[self.side])
        for row in PROPERTIES:
            if self.side in row.side and (value := self.values[row.name]) is not None:
                settings.update((name, turn(value)) for name, turn in row.librdkafka)
        if self.side is Side.PRODUCER:
            # Java leaves a partition when its batch goes out; 0 would spread records without keys one by one
            settings["sticky.partitioning.linger.ms"] = max(settings["linger.ms"], 10)
            if self.values["enable.idempotence"]:
                settings["queue.buffering.backpressure.threshold"] = 1  # librdkafka takes no other then
            if self.values["transactional.id"] is not None:  # nor a delivery that may outlast the transaction
                most = settings["transaction.timeout.ms"]
                settings["delivery.timeout.ms"] = min(settings["delivery.timeout.ms"], most)
        return settings | security_settings(self.properties)

    def _check_transactional(self, has_idempotence: bool) -> None:
        if has_idempotence and not self.values["enable.idempotence"]:
            raise ConfigError("Cannot set a transactional.id without also enabling idempotence.")
        self.values["enable.idempotence"] = True

    def _check_producer(self, has_delivery_timeout: bool, has_acks: bool) -> None:
        values = self.values
        values["client.id"] = values["client.id"] or "producer-1"
        if (codec := values["compression.type"]) not in _CODECS:
            raise ConfigError(f"Unknown compression name: {codec}", "java.lang.IllegalArgumentException")
        needed = values["linger.ms"] + values["request.timeout.ms"]
        if values["delivery.timeout.ms"] < needed:
            if has_delivery_timeout:
                raise ConfigError(
                    "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms"
                )
            values["delivery.timeout.ms"] = min(needed, 2**31 - 1)
        if values["enable.idempotence"]:
            if not has_acks:
                values["acks"] = "all"
            if values["acks"] not in ("all", "-1"):
                raise ConfigError(
                    "Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence."
                )
