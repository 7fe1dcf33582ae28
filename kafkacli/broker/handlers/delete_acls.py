"""DeleteAcls (31), versions 0-2: remove the ACLs that filters are about (KIP-140).

v1 pattern types (KIP-290); v2 flexible. Source: Apache `KafkaApis.handleDeleteAcls`, `AclAuthorizer.deleteAcls`.
"""

from kafkacli.authorizer.acls import AclEntry, Operation, PatternType, ResourcePattern, ResourceType
from kafkacli.broker.acl_requests import NO_AUTHORIZER, acl_filter
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.controller.zookeeper_client import ZooKeeperError
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.delete_acls import (
    DeleteAclsFilterResult,
    DeleteAclsMatchingAcl,
    DeleteAclsRequest,
    DeleteAclsResponse,
)


@handles(ApiKey.DELETE_ACLS, versions=(0, 2))
async def handle(request: DeleteAclsRequest, context: RequestContext) -> DeleteAclsResponse:
    filters = [acl_filter(each, context) for each in request.filters]
    try:
        context.check(Operation.ALTER, ResourceType.CLUSTER)
        if context.broker.authorizer is None:
            raise ApiError(ErrorCode.SECURITY_DISABLED, f"{NO_AUTHORIZER}.")
        try:
            removed = await context.broker.acls.remove(filters)
        except ZooKeeperError as error:
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR) from error
        if context.header.api_version == 0 and any(
            pattern.pattern is not PatternType.LITERAL for each in removed for pattern, _ in each
        ):
            raise ApiError(ErrorCode.UNSUPPORTED_VERSION, "Version 0 only supports literal resource pattern types")
    except ApiError as error:
        text = None if error.code == ErrorCode.UNKNOWN_SERVER_ERROR else str(error)
        return DeleteAclsResponse(
            filter_results=[DeleteAclsFilterResult(error_code=error.code, error_message=text) for _ in filters]
        )
    return DeleteAclsResponse(
        filter_results=[
            DeleteAclsFilterResult(error_message=None, matching_acls=[_matching(*acl) for acl in acls])
            for acls in removed
        ]
    )


def _matching(pattern: ResourcePattern, entry: AclEntry) -> DeleteAclsMatchingAcl:
    return DeleteAclsMatchingAcl(
        error_message=None,
        resource_type=pattern.type,
        resource_name=pattern.name,
        pattern_type=pattern.pattern,
        principal=entry.principal,
        host=entry.host,
        operation=entry.operation,
        permission_type=entry.permission,
    )
