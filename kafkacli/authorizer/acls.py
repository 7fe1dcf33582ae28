"""What an ACL says: a pattern of resources, who, from where, may or may not do what; and filters for them.

Source: Apache `ResourcePattern.java`, `AccessControlEntry.java`, their filters, `SecurityUtils.java` (names), KIP-290.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

WILDCARD: Final = "*"
WILDCARD_PRINCIPAL: Final = "User:*"
CLUSTER_NAME: Final = "kafka-cluster"


class _Named(IntEnum):
    """An enum whose members have a spelling for people and znodes: CLUSTER_ACTION is ClusterAction."""

    @property
    def title(self) -> str:
        """The member's name as Kafka prints it."""
        return self.name.title().replace("_", "")


class ResourceType(_Named):
    """What is protected, as the protocol numbers it."""

    UNKNOWN = 0
    ANY = 1
    TOPIC = 2
    GROUP = 3
    CLUSTER = 4
    TRANSACTIONAL_ID = 5
    DELEGATION_TOKEN = 6


class PatternType(_Named):
    """How a name is meant; ANY and MATCH only in filters."""

    UNKNOWN = 0
    ANY = 1
    MATCH = 2
    LITERAL = 3
    PREFIXED = 4


class Operation(_Named):
    """What is done."""

    UNKNOWN = 0
    ANY = 1
    ALL = 2
    READ = 3
    WRITE = 4
    CREATE = 5
    DELETE = 6
    ALTER = 7
    DESCRIBE = 8
    CLUSTER_ACTION = 9
    DESCRIBE_CONFIGS = 10
    ALTER_CONFIGS = 11
    IDEMPOTENT_WRITE = 12


class Permission(_Named):
    """Whether it may be done."""

    UNKNOWN = 0
    ANY = 1
    DENY = 2
    ALLOW = 3


RESOURCE_TYPES: Final = tuple(kind for kind in ResourceType if kind > ResourceType.ANY)
OPERATIONS: Final = {
    ResourceType.TOPIC: (
        Operation.READ,
        Operation.WRITE,
        Operation.CREATE,
        Operation.DELETE,
        Operation.ALTER,
        Operation.DESCRIBE,
        Operation.DESCRIBE_CONFIGS,
        Operation.ALTER_CONFIGS,
    ),
    ResourceType.GROUP: (Operation.READ, Operation.DELETE, Operation.DESCRIBE),
    ResourceType.CLUSTER: (
        Operation.CREATE,
        Operation.ALTER,
        Operation.DESCRIBE,
        Operation.CLUSTER_ACTION,
        Operation.DESCRIBE_CONFIGS,
        Operation.ALTER_CONFIGS,
        Operation.IDEMPOTENT_WRITE,
    ),
    ResourceType.TRANSACTIONAL_ID: (Operation.WRITE, Operation.DESCRIBE),
    ResourceType.DELEGATION_TOKEN: (Operation.DESCRIBE,),
}
"""The operations that there are for each type of resource."""


class ResourcePattern(NamedTuple):
    """The resources that an ACL is about."""

    type: ResourceType
    name: str
    pattern: PatternType = PatternType.LITERAL


class AclEntry(NamedTuple):
    """Who (`User:name`), from which address, may or may not do what; * is everybody, everywhere."""

    principal: str
    host: str
    operation: Operation
    permission: Permission


class AclFilter(NamedTuple):
    """Which ACLs are meant; None or ANY: whatever there is."""

    type: ResourceType
    name: str | None
    pattern: PatternType
    principal: str | None
    host: str | None
    operation: Operation
    permission: Permission

    def matches_pattern(self, pattern: ResourcePattern) -> bool:
        """Whether the filter is about this pattern. MATCH: about resources of that name, also by wildcard and prefix."""
        if self.type not in (ResourceType.ANY, pattern.type):
            return False
        if self.pattern not in (PatternType.ANY, PatternType.MATCH, pattern.pattern):
            return False
        if self.name is None:
            return True
        if self.pattern is not PatternType.MATCH:
            return self.name == pattern.name
        if pattern.pattern is PatternType.PREFIXED:
            return self.name.startswith(pattern.name)
        return pattern.name in (self.name, WILDCARD)

    def matches_entry(self, entry: AclEntry) -> bool:
        """Whether the filter is about this entry of a pattern."""
        return (
            self.principal in (None, entry.principal)
            and self.host in (None, entry.host)
            and self.operation in (Operation.ANY, entry.operation)
            and self.permission in (Permission.ANY, entry.permission)
        )

    def named_patterns(self) -> list[ResourcePattern]:
        """Return the patterns that the filter names, none when it is open in this."""
        if self.type <= ResourceType.ANY or self.name is None:
            return []
        if self.pattern is PatternType.ANY:
            return [ResourcePattern(self.type, self.name, kind) for kind in (PatternType.LITERAL, PatternType.PREFIXED)]
        if self.pattern in (PatternType.LITERAL, PatternType.PREFIXED):
            return [ResourcePattern(self.type, self.name, self.pattern)]
        return []


def is_principal(text: str) -> bool:
    """Whether a text names a principal: TYPE:NAME."""
    kind, colon, name = text.partition(":")
    return bool(kind and colon and name)
