"""Who may do what: the ACLs of a cluster as last heard of, and the decision.

A DENY beats every ALLOW; without any ACL for a resource, `allow.everyone.if.no.acl.found` decides. READ, WRITE, DELETE or
ALTER allow DESCRIBE too, ALTER_CONFIGS allows DESCRIBE_CONFIGS. Source: Apache `AclAuthorizer.scala`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain
from typing import Final

from kafkacli.authorizer.acls import (
    OPERATIONS,
    WILDCARD,
    WILDCARD_PRINCIPAL,
    AclEntry,
    AclFilter,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
)

_ALLOWED_BY: Final = {
    Operation.DESCRIBE: (Operation.DESCRIBE, Operation.READ, Operation.WRITE, Operation.DELETE, Operation.ALTER),
    Operation.DESCRIBE_CONFIGS: (Operation.DESCRIBE_CONFIGS, Operation.ALTER_CONFIGS),
}
_MOST_DECISIONS: Final = 10_000

Question = tuple[str, str, Operation, ResourceType, str]


class Authorizer:
    """The decisions of one broker.

    super_users: principals that may do everything. allow_unprotected: whether everybody may do everything with a resource
    that has no ACL.
    """

    def __init__(self, super_users: Collection[str] = (), *, allow_unprotected: bool = False) -> None:
        self._super_users = frozenset(super_users)
        self._allow_unprotected = allow_unprotected
        self._acls: dict[ResourcePattern, frozenset[AclEntry]] = {}
        self._decisions: dict[Question, bool] = {}  # since the ACLs last changed

    def set_acls(self, pattern: ResourcePattern, entries: Collection[AclEntry]) -> None:
        """Take note of all that is said of a pattern now."""
        if entries:
            self._acls[pattern] = frozenset(entries)
        else:
            self._acls.pop(pattern, None)
        self._decisions.clear()

    def patterns(self) -> list[ResourcePattern]:
        """The patterns that there are ACLs of."""
        return list(self._acls)

    def find(self, wanted: AclFilter) -> dict[ResourcePattern, list[AclEntry]]:
        """Return the ACLs that a filter is about."""
        found = {
            pattern: [entry for entry in entries if wanted.matches_entry(entry)]
            for pattern, entries in self._acls.items()
            if wanted.matches_pattern(pattern)
        }
        return {pattern: entries for pattern, entries in found.items() if entries}

    def allows(self, principal: str, host: str, operation: Operation, kind: ResourceType, name: str) -> bool:
        """Whether a principal may do something with a resource, from this address."""
        question = principal, host, operation, kind, name
        known = self._decisions.get(question)
        if known is None:
            if len(self._decisions) >= _MOST_DECISIONS:
                self._decisions.clear()
            known = self._decisions[question] = principal in self._super_users or self._acls_allow(*question)
        return known

    def allowed_operations(self, principal: str, host: str, kind: ResourceType, name: str) -> list[Operation]:
        """Return those of all operations with a resource that a principal may do."""
        return [operation for operation in OPERATIONS[kind] if self.allows(principal, host, operation, kind, name)]

    def _acls_allow(self, principal: str, host: str, operation: Operation, kind: ResourceType, name: str) -> bool:
        entries = list(self._entries(kind, name))
        if not entries:
            return self._allow_unprotected
        mine = [
            entry
            for entry in entries
            if entry.principal in (principal, WILDCARD_PRINCIPAL) and entry.host in (host, WILDCARD)
        ]
        said = {(entry.permission, entry.operation) for entry in mine}
        if not said.isdisjoint({(Permission.DENY, operation), (Permission.DENY, Operation.ALL)}):
            return False
        allowing = (*_ALLOWED_BY.get(operation, (operation,)), Operation.ALL)
        return any((Permission.ALLOW, each) in said for each in allowing)

    def _entries(self, kind: ResourceType, name: str) -> Iterable[AclEntry]:
        literal = (self._acls.get(ResourcePattern(kind, each), ()) for each in {name, WILDCARD})
        prefixed = (
            entries
            for pattern, entries in self._acls.items()
            if pattern.pattern is PatternType.PREFIXED and pattern.type is kind and name.startswith(pattern.name)
        )
        return chain.from_iterable(chain(literal, prefixed))
