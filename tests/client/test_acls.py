"""ACLs through brokers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kafkacli.authorizer.acls import (
    AclEntry,
    AclFilter,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
)
from kafkacli.client.acls import BrokerAcls
from kafkacli.client.cluster import Cluster
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.api_versions import ApiVersionsResponse, ApiVersionsResponseKey
from kafkacli.wire.messages.create_acls import AclCreationResult, CreateAclsRequest, CreateAclsResponse
from kafkacli.wire.messages.delete_acls import (
    DeleteAclsFilterResult,
    DeleteAclsMatchingAcl,
    DeleteAclsRequest,
    DeleteAclsResponse,
)
from kafkacli.wire.messages.describe_acls import (
    AclDescription,
    DescribeAclsRequest,
    DescribeAclsResource,
    DescribeAclsResponse,
)
from kafkacli.wire.primitives import WireError
from kafkacli.wire.schema import Message
from tests.support.scripted_broker import framed, read_request, scripted_broker

PATTERN = ResourcePattern(ResourceType.TOPIC, "t")
ENTRY = AclEntry("User:a", "*", Operation.READ, Permission.ALLOW)
KINDS: dict[int, type[Message]] = {
    ApiKey.CREATE_ACLS: CreateAclsRequest,
    ApiKey.DELETE_ACLS: DeleteAclsRequest,
    ApiKey.DESCRIBE_ACLS: DescribeAclsRequest,
}


def about(kind: PatternType) -> AclFilter:
    return AclFilter(ResourceType.TOPIC, "t", kind, None, None, Operation.ANY, Permission.ANY)


@contextmanager
def answering(answer: Callable[[Message], Message], newest: int = 2) -> Iterator[BrokerAcls]:
    """ACLs at a broker that has versions up to `newest` of their APIs."""

    def said(key: int, version: int, request: bytes) -> bytes:
        if key == ApiKey.API_VERSIONS:
            rows = [ApiVersionsResponseKey(api_key=each, min_version=0, max_version=newest) for each in KINDS]
            return framed(ApiVersionsResponse(api_keys=rows), version, request)
        return framed(answer(read_request(request, KINDS[key])), version, request)

    with scripted_broker(said) as port, Cluster(f"127.0.0.1:{port}") as cluster:
        yield BrokerAcls(cluster)


def test_what_is_there_is_told_with_what_is_unknown() -> None:
    asked: list[Message] = []

    def answer(request: Message) -> Message:
        asked.append(request)
        rows = [
            AclDescription(principal="User:a", host="*", operation=3, permission_type=3),
            AclDescription(principal="User:b", host="h", operation=99, permission_type=99),
        ]
        known = DescribeAclsResource(resource_type=2, resource_name="t", pattern_type=3, acls=rows)
        newer = DescribeAclsResource(resource_type=99, resource_name="n", pattern_type=99, acls=rows[:1])
        return DescribeAclsResponse(resources=[known, newer])

    with answering(answer) as acls:
        found = acls.find(about(PatternType.MATCH))
    assert found == [
        (PATTERN, ENTRY),
        (PATTERN, AclEntry("User:b", "h", Operation.UNKNOWN, Permission.UNKNOWN)),
        (ResourcePattern(ResourceType.UNKNOWN, "n", PatternType.UNKNOWN), ENTRY),
    ]
    (request,) = asked
    assert isinstance(request, DescribeAclsRequest)
    assert (request.resource_type_filter, request.resource_name_filter, request.pattern_type_filter) == (2, "t", 2)


def test_the_first_error_of_a_creation_is_raised() -> None:
    results = [AclCreationResult(), AclCreationResult(error_code=42, error_message="not so")]
    with (
        answering(lambda _: CreateAclsResponse(results=results)) as acls,
        pytest.raises(ApiError, match=r"^not so$") as caught,
    ):
        acls.create(PATTERN, [ENTRY, ENTRY._replace(host="h")])
    assert caught.value.code == ErrorCode.INVALID_REQUEST


@pytest.mark.parametrize(
    "result",
    [
        DeleteAclsFilterResult(error_code=54),
        DeleteAclsFilterResult(matching_acls=[DeleteAclsMatchingAcl(error_code=54)]),
    ],
)
def test_an_error_of_a_filter_or_of_an_acl_is_raised(result: DeleteAclsFilterResult) -> None:
    with (
        answering(lambda _: DeleteAclsResponse(filter_results=[result])) as acls,
        pytest.raises(ApiError, match="Security features are disabled"),
    ):
        acls.delete([about(PatternType.LITERAL)])


def test_an_old_broker_knows_literal_patterns_only() -> None:
    asked: list[Message] = []

    def answer(request: Message) -> Message:
        asked.append(request)
        return DescribeAclsResponse()

    with answering(answer, newest=0) as acls:
        assert acls.find(about(PatternType.ANY)) == []
        with pytest.raises(WireError, match=r"^Version 0 only supports literal resource pattern types$"):
            acls.find(about(PatternType.MATCH))
        with pytest.raises(WireError, match="literal"):
            acls.create(PATTERN._replace(pattern=PatternType.PREFIXED), [ENTRY])
        with pytest.raises(WireError, match="literal"):
            acls.delete([about(PatternType.PREFIXED)])
    assert len(asked) == 1
