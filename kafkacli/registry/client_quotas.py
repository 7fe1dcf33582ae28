"""Quotas of users and clients: their names in ZooKeeper, which of them a filter matches, and what values they may have.

    /config/users/U   /config/clients/C   /config/users/U/clients/C     U, C: percent-encoded, or <default>

Source: Apache `AdminManager.scala` (describeClientQuotas, alterClientQuotas), `Sanitizer.java`, `DynamicConfig.scala`, KIP-546.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from kafkacli.config_types import java_double
from kafkacli.errors import ApiError, ErrorCode

USER: Final = "user"
CLIENT_ID: Final = "client-id"
DEFAULT: Final = "<default>"
PRODUCER_BYTE_RATE, CONSUMER_BYTE_RATE = "producer_byte_rate", "consumer_byte_rate"
REQUEST_PERCENTAGE = "request_percentage"
QUOTAS: Final = (PRODUCER_BYTE_RATE, CONSUMER_BYTE_RATE, REQUEST_PERCENTAGE)

_LONGS = frozenset({PRODUCER_BYTE_RATE, CONSUMER_BYTE_RATE})
_CREDENTIALS = frozenset({"SCRAM-SHA-256", "SCRAM-SHA-512"})  # users have these beside their quotas
_EPSILON = 1e-6


def sanitized(name: str | None) -> str:
    """Return a name as it stands in a path; None: the default."""
    return DEFAULT if name is None else quote(name, safe="").replace("~", "%7E")


def desanitized(name: str) -> str | None:
    """Return what `sanitized` was given."""
    return None if name == DEFAULT else unquote(name)


class QuotaEntity(NamedTuple):
    """Whose quota it is, names as in the path; None: not said."""

    user: str | None
    client_id: str | None

    @classmethod
    def from_path(cls, path: str) -> QuotaEntity:
        """Return the entity of `users/U`, `clients/C` or `users/U/clients/C`."""
        kind, name, *below = path.split("/")
        if kind == "clients":
            return cls(None, name)
        return cls(name, below[1] if below else None)

    @property
    def path(self) -> str:
        """The entity's path below /config."""
        if self.user is None:
            return f"clients/{self.client_id}"
        return f"users/{self.user}" if self.client_id is None else f"users/{self.user}/clients/{self.client_id}"

    def parts(self) -> list[tuple[str, str | None]]:
        """Return (type, name) of what is said, a default's name None."""
        said = ((USER, self.user), (CLIENT_ID, self.client_id))
        return [(kind, desanitized(name)) for kind, name in said if name is not None]


def entity_of(parts: Sequence[tuple[str, str | None]]) -> QuotaEntity:
    """Return the entity that a request names by (type, name). Raises ApiError INVALID_REQUEST."""
    if not parts:
        raise ApiError(ErrorCode.INVALID_REQUEST, "Invalid empty client quota entity")
    found: dict[str, str] = {}
    for kind, name in dict(parts).items():
        if kind not in (USER, CLIENT_ID):
            raise ApiError(ErrorCode.INVALID_REQUEST, f"Unhandled client quota entity type: {kind}")
        found[kind] = sanitized(name)
        if name == "":
            raise ApiError(ErrorCode.INVALID_REQUEST, f"Empty {kind} not supported")
    return QuotaEntity(found.get(USER), found.get(CLIENT_ID))


class Filter:
    """Which entities are asked for.

    components: (type, whether any name will do, the name; None is the default). strict: nothing else may be said.
    Raises ApiError for types that are no such thing, or come twice.
    """

    def __init__(self, components: Sequence[tuple[str, bool, str | None]], *, strict: bool) -> None:
        self._strict = strict
        self._wanted: dict[str, str | None] = {}  # type → sanitized name, None: any
        for kind, is_any, name in components:
            if kind not in (USER, CLIENT_ID):
                if kind:
                    raise ApiError(ErrorCode.UNSUPPORTED_VERSION, f"Custom entity type '{kind}' not supported")
                raise ApiError(ErrorCode.INVALID_REQUEST, "Unexpected empty filter component entity type")
            if kind in self._wanted:
                what = "user" if kind == USER else "client"
                raise ApiError(ErrorCode.INVALID_REQUEST, f"Duplicate {what} filter component entity type")
            self._wanted[kind] = None if is_any else sanitized(name)

    def matches(self, entity: QuotaEntity) -> bool:
        """Whether an entity is asked for."""
        return self._part_matches(USER, entity.user) and self._part_matches(CLIENT_ID, entity.client_id)

    def _part_matches(self, kind: str, name: str | None) -> bool:
        if kind not in self._wanted:
            return name is None or not self._strict
        return name is not None and self._wanted[kind] in (None, name)


def quota_values(configs: Mapping[str, str]) -> dict[str, float]:
    """Return the quotas among an entity's configs; what is no number is left out."""
    values = {}
    for key in QUOTAS:
        try:
            values[key] = float(configs[key])
        except (KeyError, ValueError):
            continue
    return values


def altered(
    entity: QuotaEntity, configs: Mapping[str, str], changes: Sequence[tuple[str, float | None]]
) -> dict[str, str]:
    """Return an entity's configs with quotas set, or removed where the value is None. Raises ApiError INVALID_REQUEST."""
    configs = dict(configs)
    for key, value in changes:
        if value is None:
            configs.pop(key, None)
        elif key not in QUOTAS and (entity.user is None or key not in _CREDENTIALS):
            raise ApiError(ErrorCode.INVALID_REQUEST, f"Invalid configuration key {key}")
        elif key in _LONGS:
            configs[key] = _long(key, value)
        elif key == REQUEST_PERCENTAGE:
            configs[key] = java_double(value)
        else:
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR, "Unexpected config type STRING")
    return configs


def _long(key: str, value: float) -> str:
    # As Java's toLong: NaN gives 0, what is too large the largest.
    whole = 0 if value != value else int(max(-(2**63), min(2**63 - 1, value + _EPSILON)))
    if abs(float(whole) - value) > _EPSILON:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"Configuration {key} must be a Long value")
    return str(whole)
