"""How one configuration value is read and checked: types, ranges, and the exact texts of Kafka's complaints.

Source: Apache `ConfigDef.java`, `ApiVersion.scala` and `ThrottledReplicaListValidator` of 2.6.2.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Any, Final, NamedTuple, Protocol


class ConfigError(Exception):
    """A configuration that Kafka refuses; str() is the exact text of the Java exception's message."""

    def __init__(self, message: str, exception: str = "org.apache.kafka.common.config.ConfigException") -> None:
        super().__init__(message)
        self.exception = exception

    @classmethod
    def invalid(cls, name: str, value: object, reason: str) -> ConfigError:
        """Return the error that names the key, its value and the reason."""
        return cls(f"Invalid value {value} for configuration {name}: {reason}")


class ConfigType(Enum):
    """The types of values; the names are printed by DescribeConfigs and in error texts."""

    BOOLEAN = 1
    STRING = 2
    INT = 3
    SHORT = 4
    LONG = 5
    DOUBLE = 6
    LIST = 7
    CLASS = 8
    PASSWORD = 9


class Importance(Enum):
    """How much a key matters, in Kafka's eyes."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3


class UpdateMode(Enum):
    """Whether a broker takes a new value while it runs (KIP-226)."""

    READ_ONLY = "read-only"
    PER_BROKER = "per-broker"
    CLUSTER_WIDE = "cluster-wide"


class Validator(Protocol):
    """What checks a typed value, never null; str() is what DescribeConfigs shows of it."""

    def __call__(self, name: str, value: Any) -> None:
        """Raise ConfigError, with Kafka's text, for a value that the key `name` can't have."""


class AtLeast:
    """A number not below a minimum."""

    def __init__(self, minimum: float) -> None:
        self.minimum = minimum

    def __call__(self, name: str, value: Any) -> None:
        if value < self.minimum:
            raise ConfigError.invalid(name, value_text(value), f"Value must be at least {self.minimum}")

    def __str__(self) -> str:
        return f"[{self.minimum},...]"


class Between:
    """A number within two bounds, both included."""

    def __init__(self, minimum: float, maximum: float) -> None:
        self.minimum = minimum
        self.maximum = maximum

    def __call__(self, name: str, value: Any) -> None:
        AtLeast(self.minimum)(name, value)
        if value > self.maximum:
            raise ConfigError.invalid(name, value_text(value), f"Value must be no more than {self.maximum}")

    def __str__(self) -> str:
        return f"[{self.minimum},...,{self.maximum}]"


class OneOf:
    """One of a few words, or a list of them."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words

    def __call__(self, name: str, value: Any) -> None:
        for word in value if isinstance(value, list) else (value,):
            if word not in self.words:
                raise ConfigError.invalid(name, word, f"String must be one of: {', '.join(self.words)}")

    def __str__(self) -> str:
        return f"[{', '.join(self.words)}]"


_RELEASES = (  # each with the number of internal versions it had, 0 where it had none
    ("0.8.0", 0),
    ("0.8.1", 0),
    ("0.8.2", 0),
    ("0.9.0", 0),
    ("0.10.0", 2),
    ("0.10.1", 3),
    ("0.10.2", 1),
    ("0.11.0", 3),
    ("1.0", 1),
    ("1.1", 1),
    ("2.0", 2),
    ("2.1", 3),
    ("2.2", 2),
    ("2.3", 2),
    ("2.4", 2),
    ("2.5", 1),
    ("2.6", 1),
)
API_VERSIONS: Final = tuple(
    f"{release}-IV{number}" if count else release for release, count in _RELEASES for number in range(count or 1)
)
"""Kafka's internal versions, oldest first: what `inter.broker.protocol.version` and the message format are set to."""


class Since:
    """What brokers do among each other only from a version of `inter.broker.protocol.version` on, in full."""

    REGISTRATIONS_WITH_RACKS: Final = "0.10.0-IV1"
    REBALANCE_TIMEOUTS: Final = "0.10.1-IV0"
    TRANSACTIONS: Final = "0.11.0-IV0"
    OFFLINE_DIRECTORIES: Final = "1.0-IV0"
    PREFIXED_ACLS: Final = "2.0-IV1"
    ZSTD: Final = "2.1-IV0"
    OFFSETS_WITHOUT_EXPIRY: Final = "2.1-IV0"
    OFFSETS_WITH_EPOCHS: Final = "2.1-IV1"
    STATIC_MEMBERS: Final = "2.3-IV0"


def api_version(text: str) -> str:
    """Return the full version ("2.6-IV0") that a version text ("2.6", "2.6.2", "0.10.0-IV0") stands for.

    Raises ValueError, with Kafka's text, for one that is none.
    """
    key = ".".join(text.split(".")[: 3 if text.startswith("0.") else 2])
    if key in API_VERSIONS:
        return key
    matching = [version for version in API_VERSIONS if version.split("-")[0] == key]
    if not matching:
        raise ValueError(f"Version `{text}` is not a valid version")
    return matching[-1]


def magic_of(version: str) -> int:
    """Return the message format (0, 1 or 2) that goes with a full version as `api_version` returns it."""
    position = API_VERSIONS.index(version)
    return (position >= API_VERSIONS.index("0.10.0-IV0")) + (position >= API_VERSIONS.index("0.11.0-IV0"))


class ApiVersionText:
    """A text that `api_version` understands."""

    def __call__(self, name: str, value: Any) -> None:
        try:
            api_version(value)
        except ValueError as error:
            raise ConfigError.invalid(name, value, str(error)) from None

    def __str__(self) -> str:
        return f"[{', '.join(API_VERSIONS)}]"


class ThrottledReplicas:
    """`*`, or a list of partition:broker pairs."""

    def __call__(self, name: str, value: Any) -> None:
        pairs = all(re.fullmatch(r"([0-9]+:[0-9]+)?", item.strip()) for item in value)
        if not pairs and not (value and value[0].strip() == "*"):
            shown = f"[{', '.join(value)}]"
            reason = f"{name} must be the literal '*' or a list of replicas in the following format: {self}"
            raise ConfigError.invalid(name, shown, reason)

    def __str__(self) -> str:
        return "[partitionId]:[brokerId],[partitionId]:[brokerId],..."


class ConfigKey(NamedTuple):
    """One key: `default` is the text of its default value, None for null; `required` when there is no default."""

    name: str
    type: ConfigType
    default: str | None
    validator: Validator | None
    importance: Importance
    update_mode: UpdateMode = UpdateMode.READ_ONLY
    required: bool = False


_BITS = {ConfigType.SHORT: 16, ConfigType.INT: 32, ConfigType.LONG: 64}
_INTEGER = re.compile(r"[+-]?\d+")
_DOUBLE = re.compile(r"[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)[fFdD]?")
_JAVA_BLANKS = "".join(map(chr, range(33)))  # what String.trim removes
_COMMA = re.compile(r"\s*,\s*")
# The classes of Kafka's own jars that a key may name: what each does is built in here. Any other needs a JVM.
KNOWN_CLASSES: Final = frozenset(
    {
        "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder",
        "org.apache.kafka.common.security.ssl.DefaultSslEngineFactory",
        "org.apache.kafka.common.security.authenticator.DefaultLogin",
        "org.apache.kafka.common.security.authenticator.SaslClientCallbackHandler",
        "org.apache.kafka.common.security.authenticator.AbstractLogin$DefaultLoginCallbackHandler",
        "org.apache.kafka.common.security.plain.internals.PlainServerCallbackHandler",
        "org.apache.kafka.common.security.scram.internals.ScramServerCallbackHandler",
        "org.apache.kafka.clients.producer.internals.DefaultPartitioner",
        "org.apache.kafka.clients.producer.RoundRobinPartitioner",
        "org.apache.kafka.clients.producer.UniformStickyPartitioner",
    }
)


def parse_type(name: str, text: str, type_: ConfigType) -> Any:
    """Return a value of the type: bool, str, int, float or list[str]; raises ConfigError with Kafka's text."""
    trimmed = text.strip(_JAVA_BLANKS)
    if type_ in (ConfigType.STRING, ConfigType.PASSWORD):
        return trimmed
    if type_ is ConfigType.BOOLEAN:
        if trimmed.lower() not in ("true", "false"):
            raise ConfigError.invalid(name, text, "Expected value to be either true or false")
        return trimmed.lower() == "true"
    if type_ is ConfigType.LIST:
        return _COMMA.split(trimmed) if trimmed else []
    if type_ is ConfigType.CLASS:
        if trimmed not in KNOWN_CLASSES:
            raise ConfigError.invalid(name, text, f"Class {text} could not be found.")
        return trimmed
    if type_ is ConfigType.DOUBLE:
        if not (match := _DOUBLE.fullmatch(trimmed)):
            raise ConfigError.invalid(name, text, f"Not a number of type {type_.name}")
        return float(trimmed.rstrip("fFdD") if match[2] else trimmed.replace("Infinity", "inf"))
    bound = 1 << (_BITS[type_] - 1)
    if not _INTEGER.fullmatch(trimmed) or not -bound <= int(trimmed) < bound:
        raise ConfigError.invalid(name, text, f"Not a number of type {type_.name}")
    return int(trimmed)


def parse_value(key: ConfigKey, text: str | None) -> Any:
    """Return the value of a key from its text, or its default when text is None; None where that is null.

    Raises ConfigError for a text of the wrong type or out of range, and for a missing required key.
    """
    if text is None:
        if key.required:
            raise ConfigError(f'Missing required configuration "{key.name}" which has no default value.')
        text = key.default
    value = None if text is None else parse_type(key.name, text, key.type)
    if key.validator is not None and value is not None:
        key.validator(key.name, value)
    return value


def value_text(value: Any) -> str | None:
    """Return a value as Java prints it: true, 0.5, a,b; None stays None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value)
    return java_double(value) if isinstance(value, float) else str(value)


def java_double(value: float) -> str:
    """Return a number as Java's `Double.toString` writes it: 1.0, 1.0E10, 1.7976931348623157E308."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value == 0:
        return repr(value)
    from decimal import Decimal

    exact = Decimal(repr(value))
    if 1e-3 <= abs(value) < 1e7:
        text = format(exact, "f")
        return text if "." in text else text + ".0"
    if len(exact.normalize().as_tuple().digits) == 1:  # Java shows the nearest of two digits: 4.9E-324
        exact = Decimal(f"{value:.1e}")
    digits = exact.normalize().as_tuple().digits
    shown = "".join(map(str, digits))
    return f"{'-' if value < 0 else ''}{shown[0]}.{shown[1:] or '0'}E{exact.adjusted()}"
