"""ACLs through the brokers (KIP-140, KIP-290). What KafkaAdminClient of 2.6.2 asks."""

from __future__ import annotations

from kafkacli.authorizer.acls import (
    AclEntry,
    AclFilter,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
)
from kafkacli.client.cluster import Cluster, check
from kafkacli.wire.primitives import WireError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kafkacli.client.connection import Connection
    from kafkacli.wire.schema import Message

_LITERAL_ONLY = "Version 0 only supports literal resource pattern types"


class BrokerAcls:
    """The ACLs of a cluster, asked of its brokers. Every method raises ApiError."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def create(self, pattern: ResourcePattern, entries: Iterable[AclEntry]) -> None:
        """Add entries to those of a pattern."""
        from kafkacli.wire.messages.create_acls import AclCreation, CreateAclsRequest, CreateAclsResponse

        request = CreateAclsRequest(
            creations=[
                AclCreation(
                    resource_type=pattern.type,
                    resource_name=pattern.name,
                    resource_pattern_type=pattern.pattern,
                    principal=entry.principal,
                    host=entry.host,
                    operation=entry.operation,
                    permission_type=entry.permission,
                )
                for entry in entries
            ]
        )

        def attempt(deadline: float) -> CreateAclsResponse:
            connection = self._cluster.any(deadline)
            _check_pattern(connection, CreateAclsRequest, pattern.pattern)
            return connection.send(request, CreateAclsResponse, deadline)

        for result in self._cluster.call("createAcls", attempt).results:
            check(result.error_code, result.error_message)

    def delete(self, filters: Sequence[AclFilter]) -> None:
        """Delete the ACLs that any of these filters is about."""
        from kafkacli.wire.messages.delete_acls import DeleteAclsFilter, DeleteAclsRequest, DeleteAclsResponse

        def attempt(deadline: float) -> DeleteAclsResponse:
            connection = self._cluster.any(deadline)
            request = DeleteAclsRequest(
                filters=[
                    DeleteAclsFilter(
                        resource_type_filter=wanted.type,
                        resource_name_filter=wanted.name,
                        pattern_type_filter=_check_pattern(connection, DeleteAclsRequest, wanted.pattern),
                        principal_filter=wanted.principal,
                        host_filter=wanted.host,
                        operation=wanted.operation,
                        permission_type=wanted.permission,
                    )
                    for wanted in filters
                ]
            )
            return connection.send(request, DeleteAclsResponse, deadline)

        for result in self._cluster.call("deleteAcls", attempt).filter_results:
            check(result.error_code, result.error_message)
            for deleted in result.matching_acls:
                check(deleted.error_code, deleted.error_message)

    def find(self, wanted: AclFilter) -> list[tuple[ResourcePattern, AclEntry]]:
        """Return the ACLs that a filter is about."""
        from kafkacli.wire.messages.describe_acls import DescribeAclsRequest, DescribeAclsResponse

        def attempt(deadline: float) -> DescribeAclsResponse:
            connection = self._cluster.any(deadline)
            request = DescribeAclsRequest(
                resource_type_filter=wanted.type,
                resource_name_filter=wanted.name,
                pattern_type_filter=_check_pattern(connection, DescribeAclsRequest, wanted.pattern),
                principal_filter=wanted.principal,
                host_filter=wanted.host,
                operation=wanted.operation,
                permission_type=wanted.permission,
            )
            return connection.send(request, DescribeAclsResponse, deadline)

        response = self._cluster.call("describeAcls", attempt)
        check(response.error_code, response.error_message)
        return [
            (
                ResourcePattern(_type(resource.resource_type), resource.resource_name, _pattern(resource.pattern_type)),
                AclEntry(acl.principal, acl.host, _operation(acl.operation), _permission(acl.permission_type)),
            )
            for resource in response.resources
            for acl in resource.acls
        ]


def _check_pattern(connection: Connection, kind: type[Message], pattern: PatternType) -> PatternType:
    """Return the pattern type to ask for. Raises WireError for one that an old broker doesn't know."""
    if connection.version_of(kind) > 0 or pattern is PatternType.LITERAL:
        return pattern
    if pattern is PatternType.ANY:
        return PatternType.LITERAL
    raise WireError(_LITERAL_ONLY)


# What a newer broker has beside these is unknown, as for the Java client.


def _type(number: int) -> ResourceType:
    return ResourceType(number) if number in ResourceType._value2member_map_ else ResourceType.UNKNOWN


def _pattern(number: int) -> PatternType:
    return PatternType(number) if number in PatternType._value2member_map_ else PatternType.UNKNOWN


def _operation(number: int) -> Operation:
    return Operation(number) if number in Operation._value2member_map_ else Operation.UNKNOWN


def _permission(number: int) -> Permission:
    return Permission(number) if number in Permission._value2member_map_ else Permission.UNKNOWN
