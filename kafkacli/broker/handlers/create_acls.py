"""CreateAcls (30), versions 0-2: add ACLs (KIP-140).

v1 pattern types (KIP-290); v2 flexible. Source: Apache `KafkaApis.handleCreateAcls`, `AclAuthorizer.createAcls`.
"""

from collections import defaultdict

from kafkacli.authorizer.acls import (
    CLUSTER_NAME,
    AclEntry,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
    is_principal,
)
from kafkacli.broker.acl_requests import NO_AUTHORIZER, binding
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.config_types import Since
from kafkacli.controller.zookeeper_client import ZooKeeperError
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.create_acls import AclCreationResult, CreateAclsRequest, CreateAclsResponse


@handles(ApiKey.CREATE_ACLS, versions=(0, 2))
async def handle(request: CreateAclsRequest, context: RequestContext) -> CreateAclsResponse:
    bindings = [binding(creation) for creation in request.creations]
    try:
        context.check(Operation.ALTER, ResourceType.CLUSTER)
        if context.broker.authorizer is None:
            raise ApiError(ErrorCode.SECURITY_DISABLED, f"{NO_AUTHORIZER}.")
        asked = [each for each in bindings if each is not None]
        if len(asked) < len(bindings):
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)
    except ApiError as error:
        text = None if error.code == ErrorCode.UNKNOWN_SERVER_ERROR else str(error)
        return CreateAclsResponse(
            results=[AclCreationResult(error_code=error.code, error_message=text) for _ in bindings]
        )
    has_prefixes = context.broker.config.speaks(Since.PREFIXED_ACLS)
    wrong = [_wrong(pattern, entry, has_prefixes) for pattern, entry in asked]
    failed = await _add([each for each, text in zip(asked, wrong, strict=True) if text is None], context)
    results = []
    for (pattern, _), text in zip(asked, wrong, strict=True):
        result = AclCreationResult(error_message="")
        if text is not None:
            result.error_code, result.error_message = ErrorCode.INVALID_REQUEST, text
        elif pattern in failed:
            result.error_code, result.error_message = ErrorCode.UNKNOWN_SERVER_ERROR, None
        results.append(result)
    return CreateAclsResponse(results=results)


async def _add(asked: list[tuple[ResourcePattern, AclEntry]], context: RequestContext) -> set[ResourcePattern]:
    """Write them, pattern by pattern; return those where it failed."""
    by_pattern = defaultdict(list)
    for pattern, entry in asked:
        by_pattern[pattern].append(entry)
    failed = set()
    for pattern, entries in by_pattern.items():
        if not all(is_principal(entry.principal) for entry in entries):
            failed.add(pattern)
            continue
        try:
            await context.broker.acls.add(pattern, entries)
        except ZooKeeperError:
            failed.add(pattern)
    return failed


def _wrong(pattern: ResourcePattern, entry: AclEntry, has_prefixes: bool) -> str | None:
    if pattern.pattern is PatternType.PREFIXED and not has_prefixes:
        return "Failed to create ACL"
    if pattern.type is ResourceType.CLUSTER and pattern.name != CLUSTER_NAME:
        return f"The only valid name for the CLUSTER resource is {CLUSTER_NAME}"
    if not pattern.name:
        return "Invalid empty resource name"
    unknown = (ResourceType.UNKNOWN, PatternType.UNKNOWN, Operation.UNKNOWN, Permission.UNKNOWN)
    said = (pattern.type, pattern.pattern, entry.operation, entry.permission)
    return "Failed to create ACL" if any(word is each for word in said for each in unknown) else None
