"""Delegation tokens through the brokers (KIP-48). What KafkaAdminClient of 2.6.2 asks."""

from __future__ import annotations

from kafkacli.client.cluster import Cluster, check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

Principal = tuple[str, str]
"""(type, name)"""


class DelegationToken:
    """A token. Timestamps: epoch milliseconds."""

    __slots__ = ("expiry_ms", "hmac", "issue_ms", "maximum_ms", "owner", "renewers", "token_id")

    def __init__(
        self,
        token_id: str,
        hmac: bytes,
        owner: Principal,
        renewers: list[Principal],
        *,
        issue_ms: int,
        expiry_ms: int,
        maximum_ms: int,
    ) -> None:
        self.token_id = token_id
        self.hmac = hmac
        self.owner = owner
        self.renewers = renewers
        self.issue_ms = issue_ms
        self.expiry_ms = expiry_ms
        self.maximum_ms = maximum_ms


def create_token(cluster: Cluster, renewers: Iterable[Principal], max_lifetime_ms: int) -> DelegationToken:
    """Create a token for who asks. max_lifetime_ms: -1 for the broker's own limit. Raises ApiError."""
    from kafkacli.wire.messages.create_delegation_token import (
        CreatableRenewers,
        CreateDelegationTokenRequest,
        CreateDelegationTokenResponse,
    )

    named = list(renewers)
    request = CreateDelegationTokenRequest(
        renewers=[CreatableRenewers(principal_type=kind, principal_name=name) for kind, name in named],
        max_lifetime_ms=max_lifetime_ms,
    )

    def attempt(deadline: float) -> CreateDelegationTokenResponse:
        return cluster.any(deadline).send(request, CreateDelegationTokenResponse, deadline)

    answer = cluster.call("createDelegationToken", attempt)
    check(answer.error_code)
    return DelegationToken(
        answer.token_id,
        answer.hmac,
        (answer.principal_type, answer.principal_name),
        named,
        issue_ms=answer.issue_timestamp_ms,
        expiry_ms=answer.expiry_timestamp_ms,
        maximum_ms=answer.max_timestamp_ms,
    )


def renew_token(cluster: Cluster, hmac: bytes, period_ms: int) -> int:
    """Renew a token; returns when it expires now, in epoch milliseconds. Raises ApiError."""
    from kafkacli.wire.messages.renew_delegation_token import RenewDelegationTokenRequest, RenewDelegationTokenResponse

    request = RenewDelegationTokenRequest(hmac=hmac, renew_period_ms=period_ms)

    def attempt(deadline: float) -> RenewDelegationTokenResponse:
        return cluster.any(deadline).send(request, RenewDelegationTokenResponse, deadline)

    answer = cluster.call("renewDelegationToken", attempt)
    check(answer.error_code)
    return answer.expiry_timestamp_ms


def expire_token(cluster: Cluster, hmac: bytes, period_ms: int) -> int:
    """Have a token expire, at once for -1; returns when, in epoch milliseconds. Raises ApiError."""
    from kafkacli.wire.messages.expire_delegation_token import (
        ExpireDelegationTokenRequest,
        ExpireDelegationTokenResponse,
    )

    request = ExpireDelegationTokenRequest(hmac=hmac, expiry_time_period_ms=period_ms)

    def attempt(deadline: float) -> ExpireDelegationTokenResponse:
        return cluster.any(deadline).send(request, ExpireDelegationTokenResponse, deadline)

    answer = cluster.call("expireDelegationToken", attempt)
    check(answer.error_code)
    return answer.expiry_timestamp_ms


def describe_tokens(cluster: Cluster, owners: Iterable[Principal] | None) -> list[DelegationToken]:
    """Return the tokens of these owners, or all that who asks may see. Raises ApiError."""
    from kafkacli.wire.messages.describe_delegation_token import (
        DescribeDelegationTokenOwner,
        DescribeDelegationTokenRequest,
        DescribeDelegationTokenResponse,
    )

    request = DescribeDelegationTokenRequest(
        owners=None
        if owners is None
        else [DescribeDelegationTokenOwner(principal_type=kind, principal_name=name) for kind, name in owners]
    )

    def attempt(deadline: float) -> DescribeDelegationTokenResponse:
        return cluster.any(deadline).send(request, DescribeDelegationTokenResponse, deadline)

    answer = cluster.call("describeDelegationToken", attempt)
    check(answer.error_code)
    return [
        DelegationToken(
            row.token_id,
            row.hmac,
            (row.principal_type, row.principal_name),
            [(renewer.principal_type, renewer.principal_name) for renewer in row.renewers],
            issue_ms=row.issue_timestamp,
            expiry_ms=row.expiry_timestamp,
            maximum_ms=row.max_timestamp,
        )
        for row in answer.tokens
    ]
