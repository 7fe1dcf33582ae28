"""What the options of kafka-acls.sh say: which resources, and which ACLs for each; and how these are shown.

Source: Apache `AclCommand.scala` of 2.6.2 (getResourceFilterToAcls and what it calls).
"""

from __future__ import annotations

from kafkacli.authorizer.acls import (
    CLUSTER_NAME,
    OPERATIONS,
    WILDCARD,
    AclEntry,
    AclFilter,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
)
from kafkacli.options.jopt import conversion_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kafkacli.options.jopt import Parsed

Wanted = dict[ResourcePattern, tuple[AclEntry, ...]]
"""Patterns, their type perhaps one that only filters have, and the ACLs for each."""

_NAMES = {
    "group": ResourceType.GROUP,
    "transactional-id": ResourceType.TRANSACTIONAL_ID,
    "delegation-token": ResourceType.DELEGATION_TOKEN,
}
_CLUSTER = ResourcePattern(ResourceType.CLUSTER, CLUSTER_NAME)
_WORDS = {spelling: operation for operation in Operation for spelling in (operation.title, operation.title.upper())}


def pattern_type(options: Parsed) -> PatternType:
    """Return what --resource-pattern-type says. Raises OptionError."""
    text = options.value("resource-pattern-type") or ""
    found = PatternType.__members__.get(text.upper())
    if not found:  # UNKNOWN, or no such name
        raise conversion_error(options.table.by_name["resource-pattern-type"], text)
    return found


def resources(options: Parsed, *, needed: bool = True) -> list[ResourcePattern]:
    """Return the resources that are named. needed: raise UsageError when there are none. Raises OptionError."""
    kind = pattern_type(options)
    found = [ResourcePattern(ResourceType.TOPIC, name.strip(), kind) for name in options.values("topic")]
    if kind is PatternType.LITERAL and (options.has("cluster") or options.has("idempotent")):
        found.append(_CLUSTER)
    for option, resource_type in _NAMES.items():
        for name in options.values(option):
            stripped = name if resource_type is ResourceType.TRANSACTIONAL_ID else name.strip()
            found.append(ResourcePattern(resource_type, stripped, kind))
    if not found and needed:
        raise options.fail(
            "You must provide at least one resource: --topic <topic> or --cluster or --group <group>"
            " or --delegation-token <Delegation Token ID>"
        )
    return list(dict.fromkeys(found))


def principals(options: Parsed, name: str) -> list[str]:
    """Return the principals of an option. Raises ValueError for what is none."""
    found = []
    for text in map(str.strip, options.values(name)):
        if ":" not in text:
            raise ValueError(f"expected a string in format principalType:principalName but got {text}")
        found.append(text)
    return list(dict.fromkeys(found))


def acls_to_add(options: Parsed) -> Wanted:
    """Return what --add adds. Raises UsageError, OptionError and ValueError."""
    kind = pattern_type(options)
    if kind not in (PatternType.LITERAL, PatternType.PREFIXED):
        raise options.fail(f"A '--resource-pattern-type' value of '{kind.name}' is not valid when adding acls.")
    wanted = acls_to_remove(options)
    if not all(wanted.values()):
        raise options.fail("You must specify one of: --allow-principal, --deny-principal when trying to add ACLs.")
    return wanted


def acls_to_remove(options: Parsed) -> Wanted:
    """Return what --remove removes; no ACLs for a resource: all. Raises UsageError, OptionError and ValueError."""
    wanted: Wanted = {}
    if not options.has("producer") and not options.has("consumer"):
        entries = _entries(options, [_operation(word) for word in options.values("operation")])
        wanted = dict.fromkeys(resources(options), entries)
    if options.has("producer"):
        wanted |= _producer(options)
    if options.has("consumer"):
        for resource, entries in _consumer(options).items():
            wanted[resource] = tuple(dict.fromkeys((*entries, *wanted.get(resource, ()))))
    for resource, entries in wanted.items():
        valid = (*OPERATIONS[resource.type], Operation.ALL)
        if any(entry.operation not in valid for entry in entries):
            shown = ",".join(operation.name for operation in valid)
            raise options.fail(f"ResourceType {resource.type.name} only supports operations {shown}")
    return wanted


def every_acl(resource: ResourcePattern) -> AclFilter:
    """Return the filter for all ACLs of a resource."""
    return AclFilter(resource.type, resource.name, resource.pattern, None, None, Operation.ANY, Permission.ANY)


def one_acl(resource: ResourcePattern, entry: AclEntry) -> AclFilter:
    """Return the filter for just this ACL of a resource."""
    return AclFilter(
        resource.type,
        resource.name,
        resource.pattern,
        entry.principal,
        entry.host,
        entry.operation,
        entry.permission,
    )


ANYTHING = AclFilter(ResourceType.ANY, None, PatternType.ANY, None, None, Operation.ANY, Permission.ANY)


def resource_text(resource: ResourcePattern) -> str:
    """Return a resource as Java shows it."""
    return (
        f"ResourcePattern(resourceType={resource.type.name}, name={resource.name}, patternType={resource.pattern.name})"
    )


def entries_text(entries: Iterable[AclEntry]) -> str:
    """Return ACLs as Java shows them, one a line, sorted."""
    return "\n".join(
        f"\t(principal={entry.principal}, host={entry.host}, operation={entry.operation.name},"
        f" permissionType={entry.permission.name})"
        for entry in sorted(entries)
    )


def _producer(options: Parsed) -> Wanted:
    named = resources(options)
    for_topics = _entries(options, [Operation.WRITE, Operation.DESCRIBE, Operation.CREATE])
    for_transactions = _entries(options, [Operation.WRITE, Operation.DESCRIBE])
    wanted = {resource: for_topics for resource in named if resource.type is ResourceType.TOPIC}
    wanted |= {resource: for_transactions for resource in named if resource.type is ResourceType.TRANSACTIONAL_ID}
    if options.has("idempotent"):
        wanted[_CLUSTER] = _entries(options, [Operation.IDEMPOTENT_WRITE])
    return wanted


def _consumer(options: Parsed) -> Wanted:
    named = resources(options)
    for_topics = _entries(options, [Operation.READ, Operation.DESCRIBE])
    for_groups = _entries(options, [Operation.READ])
    wanted = {resource: for_topics for resource in named if resource.type is ResourceType.TOPIC}
    return wanted | {resource: for_groups for resource in named if resource.type is ResourceType.GROUP}


def _entries(options: Parsed, operations: Sequence[Operation]) -> tuple[AclEntry, ...]:
    entries = []
    for word, permission in (("allow", Permission.ALLOW), ("deny", Permission.DENY)):
        given = [host.strip() for host in options.values(f"{word}-host")]
        hosts = given if options.has(f"{word}-host") else [WILDCARD]
        entries += [
            AclEntry(principal, host, operation, permission)
            for principal in principals(options, f"{word}-principal")
            for operation in operations
            for host in hosts
        ]
    return tuple(dict.fromkeys(entries))


def _operation(word: str) -> Operation:
    text = word.strip()
    return _WORDS.get(text) or _WORDS.get(text.upper()) or Operation.UNKNOWN
