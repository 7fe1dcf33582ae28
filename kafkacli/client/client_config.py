"""A client's properties, read by the table in `client_properties.py`: checked as Java's ConfigDef does, with its complaints."""

from __future__ import annotations

from collections.abc import Mapping

from kafkacli.client.client_properties import PROPERTIES, Side
from kafkacli.client.security import PROPERTIES as SECURITY_PROPERTIES
from kafkacli.config_types import ConfigError, ConfigKey, Importance, parse_value

_CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
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
