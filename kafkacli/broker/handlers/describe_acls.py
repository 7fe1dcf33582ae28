"""DescribeAcls (29), versions 0-2: the ACLs that a filter is about (KIP-140).

v1 pattern types (KIP-290); v2 flexible. Source: Apache `KafkaApis.handleDescribeAcls`, `DescribeAclsResponse.java`.
"""

from kafkacli.authorizer.acls import Operation, PatternType, ResourceType
from kafkacli.broker.acl_requests import NO_AUTHORIZER, acl_filter
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.describe_acls import (
    AclDescription,
    DescribeAclsRequest,
    DescribeAclsResource,
    DescribeAclsResponse,
)


@handles(ApiKey.DESCRIBE_ACLS, versions=(0, 2))
def handle(request: DescribeAclsRequest, context: RequestContext) -> DescribeAclsResponse:
    wanted = acl_filter(request, context)
    authorizer = context.broker.authorizer
    try:
        context.check(Operation.DESCRIBE, ResourceType.CLUSTER)
    except ApiError as error:
        return DescribeAclsResponse(error_code=error.code, error_message=str(error))
    if authorizer is None:
        return DescribeAclsResponse(error_code=ErrorCode.SECURITY_DISABLED, error_message=NO_AUTHORIZER)
    found = authorizer.find(wanted)
    if context.header.api_version == 0 and any(pattern.pattern is not PatternType.LITERAL for pattern in found):
        return DescribeAclsResponse(
            error_code=ErrorCode.UNSUPPORTED_VERSION,
            error_message="Version 0 only supports literal resource pattern types",
        )
    return DescribeAclsResponse(
        error_message="",
        resources=[
            DescribeAclsResource(
                resource_type=pattern.type,
                resource_name=pattern.name,
                pattern_type=pattern.pattern,
                acls=[
                    AclDescription(
                        principal=entry.principal,
                        host=entry.host,
                        operation=entry.operation,
                        permission_type=entry.permission,
                    )
                    for entry in entries
                ],
            )
            for pattern, entries in found.items()
        ],
    )
