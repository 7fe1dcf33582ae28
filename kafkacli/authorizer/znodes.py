"""ACLs in ZooKeeper: paths, and texts with the fields in the order in which 2.6.2 writes them.

    /kafka-acl/TYPE/NAME                        {"version":1,"acls":[{"principal":"User:alice","permissionType":"Allow",
                                                 "operation":"Read","host":"*"}]}
    /kafka-acl-extended/prefixed/TYPE/NAME      the same
    /kafka-acl-changes/acl_changes_N            TOPIC:NAME
    /kafka-acl-extended-changes/acl_changes_N   {"version":1,"resourceType":"TOPIC","name":NAME,"patternType":"PREFIXED"}

TYPE: Topic, Group, Cluster, TransactionalId, DelegationToken. Source: Apache `ZkData.scala`, `AclEntry.scala`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from kafkacli.authorizer.acls import (
    RESOURCE_TYPES,
    AclEntry,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
)

ROOTS: Final = {PatternType.LITERAL: "/kafka-acl", PatternType.PREFIXED: "/kafka-acl-extended/prefixed"}
CHANGES: Final = {PatternType.LITERAL: "/kafka-acl-changes", PatternType.PREFIXED: "/kafka-acl-extended-changes"}
CHANGE_PREFIX: Final = "acl_changes_"
PERSISTENT_PATHS: Final = (
    *(f"{root}/{kind.title}" for root in ROOTS.values() for kind in RESOURCE_TYPES),
    *CHANGES.values(),
)
"""What a broker with an authorizer makes at its start."""

_TYPES = {kind.title: kind for kind in RESOURCE_TYPES}
_OPERATIONS = {operation.title: operation for operation in Operation}
_PERMISSIONS = {permission.title: permission for permission in Permission}


def acls_path(pattern: ResourcePattern) -> str:
    """The znode of a pattern's ACLs."""
    return f"{ROOTS[pattern.pattern]}/{pattern.type.title}/{pattern.name}"


def encode_acls(entries: Iterable[AclEntry]) -> bytes:
    acls = [
        {
            "principal": entry.principal,
            "permissionType": entry.permission.title,
            "operation": entry.operation.title,
            "host": entry.host,
        }
        for entry in entries
    ]
    return _encode({"version": 1, "acls": acls})


def decode_acls(data: bytes | None) -> frozenset[AclEntry]:
    """Return the entries, none for data that holds none. Raises ValueError for another version, or unknown words."""
    if not data:
        return frozenset()
    try:
        fields = json.loads(data)
        if fields["version"] != 1:
            raise ValueError(f"ACLs of the unknown version {fields['version']}")
        return frozenset(
            AclEntry(acl["principal"], acl["host"], _OPERATIONS[acl["operation"]], _PERMISSIONS[acl["permissionType"]])
            for acl in fields["acls"]
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"These are no ACLs: {data!r}") from error


def encode_change(pattern: ResourcePattern) -> bytes:
    if pattern.pattern is PatternType.LITERAL:
        return f"{pattern.type.name}:{pattern.name}".encode()
    fields = {
        "version": 1,
        "resourceType": pattern.type.name,
        "name": pattern.name,
        "patternType": pattern.pattern.name,
    }
    return _encode(fields)


def decode_change(data: bytes, kind: PatternType) -> ResourcePattern:
    """Return the pattern whose ACLs changed; kind: of the place where the note lies. Raises ValueError."""
    try:
        if kind is PatternType.LITERAL:
            type_name, _, name = data.decode().partition(":")
            return ResourcePattern(ResourceType[type_name.upper()], name)
        fields = json.loads(data)
        return ResourcePattern(
            ResourceType[fields["resourceType"].upper()], fields["name"], PatternType[fields["patternType"].upper()]
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"This is no change of ACLs: {data!r}") from error


def type_of(name: str) -> ResourceType | None:
    """Return the type that a znode below a root is of, None for one that nobody knows."""
    return _TYPES.get(name)


def _encode(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
