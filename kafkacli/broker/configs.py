"""The broker's configuration: server.properties read, typed and checked as Kafka 2.6.2 checks it.

The keys stand in `config_keys.py`, reading one value in `kafkacli/config_types.py`; here is what several values say together.
Source: Apache `KafkaConfig.scala` (fields that combine keys, validateValues), `DynamicBrokerConfig.scala` (synonyms).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kafkacli.broker.config_keys import BROKER_KEYS
from kafkacli.broker.dynamic_rules import layered
from kafkacli.broker.listeners import SECURITY_PROTOCOLS, Listener, ListenerError, parse_endpoints
from kafkacli.config_types import API_VERSIONS, ConfigError, Since, api_version, magic_of, parse_value
from kafkacli.registry.password_encoder import Encryption, decode_password, encode_password

_ILLEGAL_ARGUMENT = "java.lang.IllegalArgumentException"
_COMPRESSION_TYPES = ("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")
_AUTHORIZERS = ("", "kafka.security.authorizer.AclAuthorizer", "kafka.security.auth.SimpleAclAuthorizer")
_HOUR_MS = 3_600_000
# What is no key of the table, and yet no mistake: other programs and Kafka's own parts read keys of these kinds.
_FOREIGN = re.compile(
    r"listener\.name\.[^.]+\..+|config\.providers(\..*)?|metrics\.context\..+|zookeeper\.ssl\..+|"
    r"super\.users|allow\.everyone\.if\.no\.acl\.found"
)


class KafkaConfig:
    """Typed values of a server.properties.

    properties: the file's entries with the overrides already in them.
    Raises ConfigError with the text of the exception that Kafka ends with.
    """

    def __init__(self, properties: Mapping[str, str]) -> None:
        self.originals = dict(properties)
        self.dynamic_own: dict[str, str] = {}
        self.dynamic_default: dict[str, str] = {}
        self._values = {name: parse_value(key, self.originals.get(name)) for name, key in BROKER_KEYS.items()}
        self._read_combined()

    def value(self, name: str) -> Any:
        """Return a key's value in its type (bool, int, float, str, list[str]); None where it is not set and has no default.

        Raises KeyError for a name that is no broker key.
        """
        return self._values[name]

    def integer(self, name: str) -> int:
        """Return the value of an INT, SHORT or LONG key that is never null."""
        value = self._values[name]
        assert isinstance(value, int)
        return value

    def text(self, name: str) -> str:
        """Return the value of a STRING key that is never null."""
        value = self._values[name]
        assert isinstance(value, str)
        return value

    def flag(self, name: str) -> bool:
        """Return the value of a BOOLEAN key."""
        value = self._values[name]
        assert isinstance(value, bool)
        return value

    def reconfigure(self, own: Mapping[str, str], default: Mapping[str, str] = MappingProxyType({})) -> None:
        """Take dynamic values over the static ones, all or none; values no longer named fall back to the static ones.

        own, default: this broker's and the cluster's, of which the broker's count more.

        Raises ConfigError, with nothing changed.
        """
        changed = KafkaConfig(layered(self.originals, default, own))
        changed.originals, changed.dynamic_own, changed.dynamic_default = self.originals, dict(own), dict(default)
        self.__dict__.update(changed.__dict__)

    def encode_password(self, password: str) -> str:
        """Return a password as this broker's znode keeps it. Raises ConfigError."""
        from os import urandom

        values = self._values
        encryption = Encryption(
            values["password.encoder.keyfactory.algorithm"] or Encryption().key_factory,
            values["password.encoder.cipher.algorithm"],
            values["password.encoder.key.length"],
            values["password.encoder.iterations"],
        )
        return encode_password(password, self._secret(), urandom, encryption)

    def decode_password(self, encoded: str) -> str:
        """Return the password that this broker's znode keeps. Raises ConfigError."""
        return decode_password(encoded, self._secret())

    def _secret(self) -> str:
        secret: str | None = self._values["password.encoder.secret"]
        if secret is None:
            raise ConfigError("Password encoder secret not configured")
        return secret

    def speaks(self, version: str) -> bool:
        """Whether `inter.broker.protocol.version` is at least this one, given in full ("2.3-IV0")."""
        return API_VERSIONS.index(self.inter_broker_protocol_version) >= API_VERSIONS.index(version)

    def unknown_keys(self) -> list[str]:
        """Return the names in the properties that no part of Kafka knows, in their order."""
        return [name for name in self.originals if name not in BROKER_KEYS and not _FOREIGN.fullmatch(name)]

    def _read_combined(self) -> None:
        value = self._values
        if (authorizer := value["authorizer.class.name"]) not in _AUTHORIZERS:
            raise ConfigError(authorizer, "java.lang.ClassNotFoundException")
        self.max_connections_overrides = self._max_connections_overrides()
        self.log_dirs = _split(value["log.dir"] if value["log.dirs"] is None else value["log.dirs"])
        self.log_roll_ms: int = _first(value["log.roll.ms"], value["log.roll.hours"] * _HOUR_MS)
        self.log_roll_jitter_ms: int = _first(value["log.roll.jitter.ms"], value["log.roll.jitter.hours"] * _HOUR_MS)
        self.log_flush_interval_ms: int = _first(
            value["log.flush.interval.ms"], value["log.flush.scheduler.interval.ms"]
        )
        minutes = value["log.retention.minutes"]
        retention = value["log.retention.hours"] * _HOUR_MS if minutes is None else minutes * 60_000
        self.log_retention_ms = max(_first(value["log.retention.ms"], retention), -1)
        self.message_format_version = api_version(value["log.message.format.version"])
        self.inter_broker_protocol_version = api_version(value["inter.broker.protocol.version"])
        self.zookeeper_connection_timeout_ms: int = _first(
            value["zookeeper.connection.timeout.ms"], value["zookeeper.session.timeout.ms"]
        )
        if value["offsets.topic.compression.codec"] not in range(5):
            code = value["offsets.topic.compression.codec"]
            raise ConfigError(f"{code} is an unknown compression codec", "kafka.common.UnknownCodecException")
        self._check_numbers()
        self._read_listeners()
        self._check_protocol()

    def _check_numbers(self) -> None:
        value = self._values
        broker_id, highest = value["broker.id"], value["reserved.broker.max.id"]
        if value["broker.id.generation.enable"]:
            _require(
                -1 <= broker_id <= highest,
                "broker.id must be equal or greater than -1 and not greater than reserved.broker.max.id",
            )
        else:
            _require(broker_id >= 0, "broker.id must be equal or greater than 0")
        _require(self.log_roll_ms >= 1, "log.roll.ms must be equal or greater than 1")
        _require(self.log_roll_jitter_ms >= 0, "log.roll.jitter.ms must be equal or greater than 0")
        _require(
            self.log_retention_ms >= 1 or self.log_retention_ms == -1,
            "log.retention.ms must be unlimited (-1) or, equal or greater than 1",
        )
        _require(bool(self.log_dirs), "At least one log directory must be defined via log.dirs or log.dir.")
        if not (cleaners := value["log.cleaner.threads"]):
            raise ConfigError("/ by zero", "java.lang.ArithmeticException")
        _require(
            int(value["log.cleaner.dedupe.buffer.size"] / cleaners) > 1024 * 1024,
            "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.",
        )
        _require(
            value["replica.fetch.wait.max.ms"] <= value["replica.socket.timeout.ms"],
            "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms"
            " to prevent unnecessary socket timeouts",
        )
        _require(
            value["replica.fetch.wait.max.ms"] <= value["replica.lag.time.max.ms"],
            "replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms"
            " to prevent frequent changes in ISR",
        )
        _require(
            -1 <= value["offsets.commit.required.acks"] <= value["offsets.topic.replication.factor"],
            "offsets.commit.required.acks must be greater or equal -1 and less or equal to"
            " offsets.topic.replication.factor",
        )
        compression = value["compression.type"]
        _require(
            compression.lower() in _COMPRESSION_TYPES,
            f"compression.type : {compression} is not valid. Valid options are {','.join(_COMPRESSION_TYPES)}",
        )

    def _read_listeners(self) -> None:
        """Fill `listeners` (bound and advertised addresses) and the names and protocols of the special ones."""
        value = self._values
        protocols = self._security_protocols()
        bound_text = _first(value["listeners"], f"PLAINTEXT://{value['host.name']}:{value['port']}")
        if value["advertised.listeners"] is not None:
            advertised_text = value["advertised.listeners"]
        elif value["advertised.host.name"] is not None or value["advertised.port"] is not None:
            host = _first(value["advertised.host.name"], value["host.name"])
            advertised_text = f"PLAINTEXT://{host}:{_first(value['advertised.port'], value['port'])}"
        else:
            advertised_text = bound_text
        advertised = {endpoint[0]: endpoint for endpoint in _endpoints(advertised_text, protocols)}
        bound = _endpoints(bound_text, protocols)
        names, advertised_names = [endpoint[0] for endpoint in bound], list(advertised)
        self.inter_broker_listener, self.inter_broker_security_protocol = self._inter_broker(protocols)
        _require(
            self.inter_broker_listener in advertised,
            "inter.broker.listener.name must be a listener name defined in advertised.listeners. "
            f"The valid options based on currently configured listeners are {','.join(advertised_names)}",
        )
        _require(
            set(advertised_names) <= set(names),
            "advertised.listeners listener names must be equal to or a subset of the ones defined in listeners. "
            f"Found {','.join(advertised_names)}. The valid options based on the current configuration "
            f"are {','.join(names)}",
        )
        _require(
            all(endpoint[2] != "0.0.0.0" for endpoint in advertised.values()),
            "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address.",
        )
        self._check_control_plane(protocols, advertised_names)
        self.listeners: tuple[Listener, ...] = tuple(
            Listener(*endpoint, *(advertised[endpoint[0]][2:] if endpoint[0] in advertised else endpoint[2:]))
            for endpoint in bound
        )
        self.advertised_names = tuple(advertised_names)
        self.security_protocols = protocols

    def _check_control_plane(self, protocols: Mapping[str, str], advertised_names: list[str]) -> None:
        name = self._values["control.plane.listener.name"]
        if name is None:
            return
        name = name.upper()
        if name not in protocols:
            raise ConfigError(
                f"Listener with {name} defined in control.plane.listener.name not found in "
                "listener.security.protocol.map."
            )
        _require(
            name in advertised_names,
            "control.plane.listener.name must be a listener name defined in advertised.listeners. "
            f"The valid options based on currently configured listeners are {','.join(advertised_names)}",
        )
        _require(
            name != self.inter_broker_listener,
            "control.plane.listener.name, when defined, should have a different value from the inter broker listener "
            f"name. Currently they both have the value ListenerName({name})",
        )

    def _security_protocols(self) -> dict[str, str]:
        key = "listener.security.protocol.map"
        return {name.upper(): _security_protocol(protocol, key) for name, protocol in _pairs(key, self._values[key])}

    def _inter_broker(self, protocols: Mapping[str, str]) -> tuple[str, str]:
        name = self._values["inter.broker.listener.name"]
        if name is None:
            key = "security.inter.broker.protocol"
            protocol = _security_protocol(self._values[key], key)
            return protocol, protocol
        if "security.inter.broker.protocol" in self.originals:
            raise ConfigError(
                "Only one of inter.broker.listener.name and security.inter.broker.protocol should be set."
            )
        if name.upper() not in protocols:
            raise ConfigError(
                f"Listener with name {name.upper()} defined in inter.broker.listener.name not found in "
                "listener.security.protocol.map."
            )
        return name.upper(), protocols[name.upper()]

    def _max_connections_overrides(self) -> dict[str, int]:
        key = "max.connections.per.ip.overrides"
        overrides = {}
        for address, count in _pairs(key, self._values[key]):
            if not re.fullmatch(r"[+-]?\d+", count):
                raise ConfigError(f'For input string: "{count}"', "java.lang.NumberFormatException")
            overrides[address] = int(count)
        return overrides

    def _check_protocol(self) -> None:
        value = self._values
        magic = magic_of(self.message_format_version)
        _require(
            magic_of(self.inter_broker_protocol_version) >= magic,
            f"log.message.format.version {value['log.message.format.version']} can only be used when "
            "inter.broker.protocol.version is set to version "
            f"{('0.8.0', '0.10.0', '0.11.0')[magic]} or higher",
        )
        _require(
            value["offsets.topic.compression.codec"] != 4 or magic_of(self.inter_broker_protocol_version) == 2,
            "offsets.topic.compression.codec zstd can only be used when inter.broker.protocol.version "
            "is set to version 2.1 or higher",
        )
        if self.inter_broker_security_protocol.startswith("SASL"):
            _require(
                self.speaks(Since.REGISTRATIONS_WITH_RACKS)
                or value["sasl.mechanism.inter.broker.protocol"] == "GSSAPI",
                "Only GSSAPI mechanism is supported for inter-broker communication with SASL when "
                f"inter.broker.protocol.version is set to {value['inter.broker.protocol.version']}",
            )
            mechanisms = self._listener_value(self.inter_broker_listener, "sasl.enabled.mechanisms")
            _require(
                value["sasl.mechanism.inter.broker.protocol"] in mechanisms,
                "sasl.mechanism.inter.broker.protocol must be included in sasl.enabled.mechanisms when SASL is used "
                "for inter-broker communication",
            )
        queued, largest = value["queued.max.request.bytes"], value["socket.request.max.bytes"]
        _require(
            queued <= 0 or queued >= largest,
            "queued.max.request.bytes must be larger or equal to socket.request.max.bytes",
        )
        _require(
            value["max.connections.per.ip"] != 0 or bool(self.max_connections_overrides),
            "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.",
        )
        wrong = [name for name in self.max_connections_overrides if not re.fullmatch(r"[0-9a-zA-Z\-%._:]*", name)]
        if wrong:
            raise ConfigError(
                f"max.connections.per.ip.overrides contains invalid addresses : {','.join(wrong)}", _ILLEGAL_ARGUMENT
            )
        delay, idle = value["connection.failed.authentication.delay.ms"], value["connections.max.idle.ms"]
        _require(
            idle < 0 or delay < idle,
            f"connection.failed.authentication.delay.ms={delay} should always be less than "
            f"connections.max.idle.ms={idle} to prevent failed authentication responses from timing out",
        )

    def listener_text(self, listener: str, name: str) -> str | None:
        """Return what `listener.name.LISTENER.KEY` is set to, None where it isn't."""
        prefixed = f"listener.name.{listener.lower()}.{name}"
        for values in (self.dynamic_own, self.dynamic_default, self.originals):
            if prefixed in values:
                return values[prefixed]
        return None

    def _listener_value(self, listener: str, name: str) -> Any:
        """Return a key's value for one listener: its own before the plain key's."""
        own = self.listener_text(listener, name)
        return self._values[name] if own is None else parse_value(BROKER_KEYS[name], own)


def unknown_keys_warning(names: list[str]) -> str:
    """Return the text that names unknown keys, each with the known one it looks like, or "" when there are none."""
    if not names:
        return ""
    from difflib import get_close_matches

    def shown(name: str) -> str:
        near = get_close_matches(name, BROKER_KEYS, 1, 0.75)
        return f"{name} (did you mean {near[0]}?)" if near else name

    return f"Unknown configuration keys, kept and not used: {', '.join(map(shown, names))}"


def _first(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ConfigError(f"requirement failed: {message}", _ILLEGAL_ARGUMENT)


def _split(text: str) -> list[str]:
    return [part for part in re.split(r"\s*,\s*", text) if part]


def _pairs(key: str, text: str) -> list[tuple[str, str]]:
    """Return the name and value of each `name:value` in a comma-separated text. Raises ConfigError."""
    pairs = []
    for part in re.split(r"\s*,\s*", text) if text else ():
        name, colon, value = part.rpartition(":")
        if not colon:
            raise ConfigError(
                f"Error parsing configuration property '{key}': begin 0, end -1, length {len(part)}",
                _ILLEGAL_ARGUMENT,
            )
        pairs.append((name.strip(), value.strip()))
    return pairs


def _security_protocol(name: str, key: str) -> str:
    if name.upper() not in SECURITY_PROTOCOLS:
        raise ConfigError(f"Invalid security protocol `{name}` defined in {key}")
    return name.upper()


def _endpoints(text: str, protocols: Mapping[str, str]) -> list[tuple[str, str, str, int]]:
    try:
        return parse_endpoints(text, protocols)
    except ListenerError as error:
        raise ConfigError(str(error), _ILLEGAL_ARGUMENT) from None
