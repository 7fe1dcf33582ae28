"""Delegation tokens through brokers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.delegation_tokens import create_token, describe_tokens, expire_token, renew_token
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.create_delegation_token import CreateDelegationTokenRequest, CreateDelegationTokenResponse
from kafkacli.wire.messages.describe_delegation_token import (
    DescribedDelegationToken,
    DescribedDelegationTokenRenewer,
    DescribeDelegationTokenRequest,
    DescribeDelegationTokenResponse,
)
from kafkacli.wire.messages.expire_delegation_token import ExpireDelegationTokenRequest, ExpireDelegationTokenResponse
from kafkacli.wire.messages.renew_delegation_token import RenewDelegationTokenRequest, RenewDelegationTokenResponse
from kafkacli.wire.schema import Message
from tests.support.kafka import Kafka
from tests.support.scripted_broker import framed, read_request, scripted_broker, versions_answer

KINDS: dict[int, type[Message]] = {
    ApiKey.CREATE_DELEGATION_TOKEN: CreateDelegationTokenRequest,
    ApiKey.RENEW_DELEGATION_TOKEN: RenewDelegationTokenRequest,
    ApiKey.EXPIRE_DELEGATION_TOKEN: ExpireDelegationTokenRequest,
    ApiKey.DESCRIBE_DELEGATION_TOKEN: DescribeDelegationTokenRequest,
}


@contextmanager
def answering(*answers: Message) -> Iterator[tuple[Cluster, list[Message]]]:
    """A cluster that gives these answers, and what it was asked."""
    asked: list[Message] = []
    left = list(answers)

    def said(key: int, version: int, request: bytes) -> bytes:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, *KINDS.values())
        asked.append(read_request(request, KINDS[key]))
        return framed(left.pop(0), version, request)

    with scripted_broker(said) as port, Cluster(f"127.0.0.1:{port}") as cluster:
        yield cluster, asked


def test_a_token_is_made_and_lives_on() -> None:
    created = CreateDelegationTokenResponse(
        principal_type="User",
        principal_name="me",
        issue_timestamp_ms=1,
        expiry_timestamp_ms=2,
        max_timestamp_ms=3,
        token_id="id",
        hmac=b"secret",
    )
    answers = (
        created,
        RenewDelegationTokenResponse(expiry_timestamp_ms=4),
        ExpireDelegationTokenResponse(expiry_timestamp_ms=5),
    )
    with answering(*answers) as (cluster, asked):
        token = create_token(cluster, [("User", "you")], 7)
        assert renew_token(cluster, b"secret", 8) == 4
        assert expire_token(cluster, b"secret", -1) == 5
    assert (token.token_id, token.hmac, token.owner, token.renewers) == (
        "id",
        b"secret",
        ("User", "me"),
        [("User", "you")],
    )
    assert (token.issue_ms, token.expiry_ms, token.maximum_ms) == (1, 2, 3)
    create, renew, expire = asked
    assert isinstance(create, CreateDelegationTokenRequest)
    assert (create.renewers[0].principal_name, create.max_lifetime_ms) == ("you", 7)
    assert isinstance(renew, RenewDelegationTokenRequest)
    assert (renew.hmac, renew.renew_period_ms) == (b"secret", 8)
    assert isinstance(expire, ExpireDelegationTokenRequest)
    assert expire.expiry_time_period_ms == -1


@pytest.mark.parametrize("owners", [None, [], [("User", "me")]])
def test_tokens_are_described_by_owner(owners: list[tuple[str, str]] | None) -> None:
    row = DescribedDelegationToken(
        principal_type="User",
        principal_name="me",
        issue_timestamp=1,
        expiry_timestamp=2,
        max_timestamp=3,
        token_id="id",
        hmac=b"x",
        renewers=[DescribedDelegationTokenRenewer(principal_type="User", principal_name="you")],
    )
    with answering(DescribeDelegationTokenResponse(tokens=[row])) as (cluster, asked):
        (token,) = describe_tokens(cluster, owners)
    assert (token.owner, token.renewers, token.maximum_ms) == (("User", "me"), [("User", "you")], 3)
    (request,) = asked
    assert isinstance(request, DescribeDelegationTokenRequest)
    said = None if request.owners is None else [(row.principal_type, row.principal_name) for row in request.owners]
    assert said == owners


@pytest.mark.parametrize(
    "ask",
    [
        lambda cluster: create_token(cluster, [], -1),
        lambda cluster: renew_token(cluster, b"x", -1),
        lambda cluster: expire_token(cluster, b"x", -1),
        lambda cluster: describe_tokens(cluster, None),
    ],
)
def test_none_without_a_login(kafka: Kafka, ask: Callable[[Cluster], object]) -> None:
    with Cluster(kafka.bootstrap) as cluster, pytest.raises(ApiError) as caught:
        ask(cluster)
    assert caught.value.code == ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED
