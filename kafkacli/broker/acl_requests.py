"""ACLs and filters as requests carry them, numbers for words.

A number that Kafka doesn't know is UNKNOWN; to say UNKNOWN makes a request none, and ends the connection. Source: Apache `CreateAclsRequest.java`,
`DescribeAclsRequest.java`, `DeleteAclsRequest.java` (validate).
"""

from enum import IntEnum
from typing import TypeVar

from kafkacli.authorizer.acls import (
    AclEntry,
    AclFilter,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
)
from kafkacli.broker.dispatch import CloseConnection, RequestContext
from kafkacli.wire.messages.create_acls import AclCreation
from kafkacli.wire.messages.delete_acls import DeleteAclsFilter
from kafkacli.wire.messages.describe_acls import DescribeAclsRequest

NO_AUTHORIZER = "No Authorizer is configured on the broker"

E = TypeVar("E", bound=IntEnum)


def binding(creation: AclCreation) -> tuple[ResourcePattern, AclEntry] | None:
    """Return what is to be added; None where ANY or MATCH says too little. Raises CloseConnection."""
    pattern = ResourcePattern(
        _known(ResourceType, creation.resource_type),
        creation.resource_name,
        _known(PatternType, creation.resource_pattern_type),
    )
    entry = AclEntry(
        creation.principal,
        creation.host,
        _known(Operation, creation.operation),
        _known(Permission, creation.permission_type),
    )
    open_words = (ResourceType.ANY, PatternType.ANY, PatternType.MATCH, Operation.ANY, Permission.ANY)
    said = (pattern.type, pattern.pattern, entry.operation, entry.permission)
    return None if any(word is each for word in said for each in open_words) else (pattern, entry)


def acl_filter(asked: DescribeAclsRequest | DeleteAclsFilter, context: RequestContext) -> AclFilter:
    """Return what is asked for; version 0 knows no pattern types but LITERAL. Raises CloseConnection."""
    pattern = _known(PatternType, asked.pattern_type_filter)
    return AclFilter(
        _known(ResourceType, asked.resource_type_filter),
        asked.resource_name_filter,
        PatternType.LITERAL if context.header.api_version == 0 else pattern,
        asked.principal_filter,
        asked.host_filter,
        _known(Operation, asked.operation),
        _known(Permission, asked.permission_type),
    )


def _known(kind: type[E], number: int) -> E:
    if number == 0:
        raise CloseConnection(f"An ACL has an unknown {kind.__name__}")
    return kind(number if number in kind._value2member_map_ else 0)
