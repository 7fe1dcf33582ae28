"""A broker with a SASL/PLAIN login that keeps delegation tokens as Kafka's does, for tools: ours has no logins.

What the tools print of its answers is held against the record of a real broker. Source: Apache `DelegationTokenManager` of 2.6.2.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.create_delegation_token import CreateDelegationTokenRequest, CreateDelegationTokenResponse
from kafkacli.wire.messages.describe_delegation_token import (
    DescribedDelegationToken,
    DescribedDelegationTokenRenewer,
    DescribeDelegationTokenRequest,
    DescribeDelegationTokenResponse,
)
from kafkacli.wire.messages.expire_delegation_token import ExpireDelegationTokenRequest, ExpireDelegationTokenResponse
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse, MetadataResponseBroker
from kafkacli.wire.messages.renew_delegation_token import RenewDelegationTokenRequest, RenewDelegationTokenResponse
from kafkacli.wire.messages.sasl_authenticate import SaslAuthenticateRequest, SaslAuthenticateResponse
from kafkacli.wire.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from kafkacli.wire.schema import Message
from tests.support.scripted_broker import framed, read_request, scripted_broker, versions_answer

USER, PASSWORD = "alice", "alice-secret"
_DAY_MS = 24 * 3600 * 1000
_LIFE_MS = 7 * _DAY_MS


class TokenBroker:
    """tokens: by HMAC. The user is alice, whoever has her password."""

    def __init__(self) -> None:
        self.port = 0
        self.tokens: dict[bytes, DescribedDelegationToken] = {}

    def answer(self, key: int, version: int, request: bytes) -> bytes | None:
        """Answer as `scripted_broker` wants it."""
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, *_ANSWERS)
        kind, make = next((kind, make) for kind, make in _ANSWERS.items() if kind.api_key == key)
        return framed(make(self, read_request(request, kind)), version, request)

    def handshake(self, request: Any) -> Message:
        is_known = request.mechanism == "PLAIN"
        code = ErrorCode.NONE if is_known else ErrorCode.UNSUPPORTED_SASL_MECHANISM
        return SaslHandshakeResponse(error_code=code, mechanisms=["PLAIN"])

    def authenticate(self, request: Any) -> Message:
        if request.auth_bytes.split(b"\0")[1:] != [USER.encode(), PASSWORD.encode()]:
            text = "Authentication failed: Invalid username or password"
            return SaslAuthenticateResponse(error_code=ErrorCode.SASL_AUTHENTICATION_FAILED, error_message=text)
        return SaslAuthenticateResponse(error_message=None)

    def metadata(self, _request: Any) -> Message:
        broker = MetadataResponseBroker(node_id=0, host="127.0.0.1", port=self.port)
        return MetadataResponse(brokers=[broker], controller_id=0)

    def create(self, request: Any) -> Message:
        now = int(time.time() * 1000)
        life = _LIFE_MS if request.max_lifetime_ms <= 0 else min(request.max_lifetime_ms, _LIFE_MS)
        token = DescribedDelegationToken(
            principal_type="User",
            principal_name=USER,
            issue_timestamp=now,
            expiry_timestamp=min(now + _DAY_MS, now + life),
            max_timestamp=now + life,
            token_id=secrets.token_urlsafe(16),
            hmac=secrets.token_bytes(64),
            renewers=[
                DescribedDelegationTokenRenewer(principal_type=row.principal_type, principal_name=row.principal_name)
                for row in request.renewers
            ],
        )
        self.tokens[token.hmac] = token
        return CreateDelegationTokenResponse(
            principal_type="User",
            principal_name=USER,
            issue_timestamp_ms=now,
            expiry_timestamp_ms=token.expiry_timestamp,
            max_timestamp_ms=token.max_timestamp,
            token_id=token.token_id,
            hmac=token.hmac,
        )

    def describe(self, request: Any) -> Message:
        owners = request.owners
        wanted = owners is None or ("User", USER) in [(row.principal_type, row.principal_name) for row in owners]
        return DescribeDelegationTokenResponse(tokens=list(self.tokens.values()) if wanted else [])

    def renew(self, request: Any) -> Message:
        token = self.tokens.get(bytes(request.hmac))
        if token is None:
            return RenewDelegationTokenResponse(error_code=ErrorCode.DELEGATION_TOKEN_NOT_FOUND, expiry_timestamp_ms=-1)
        period = _DAY_MS if request.renew_period_ms < 0 else request.renew_period_ms
        return RenewDelegationTokenResponse(expiry_timestamp_ms=self._until(token, period))

    def expire(self, request: Any) -> Message:
        token = self.tokens.get(bytes(request.hmac))
        if token is None:
            return ExpireDelegationTokenResponse(
                error_code=ErrorCode.DELEGATION_TOKEN_NOT_FOUND, expiry_timestamp_ms=-1
            )
        if request.expiry_time_period_ms < 0:
            del self.tokens[token.hmac]
            return ExpireDelegationTokenResponse(expiry_timestamp_ms=int(time.time() * 1000))
        return ExpireDelegationTokenResponse(expiry_timestamp_ms=self._until(token, request.expiry_time_period_ms))

    @staticmethod
    def _until(token: DescribedDelegationToken, period_ms: int) -> int:
        token.expiry_timestamp = min(int(time.time() * 1000) + period_ms, token.max_timestamp)
        return token.expiry_timestamp


_ANSWERS: dict[type[Message], Callable[[TokenBroker, Any], Message]] = {
    SaslHandshakeRequest: TokenBroker.handshake,
    SaslAuthenticateRequest: TokenBroker.authenticate,
    MetadataRequest: TokenBroker.metadata,
    CreateDelegationTokenRequest: TokenBroker.create,
    DescribeDelegationTokenRequest: TokenBroker.describe,
    RenewDelegationTokenRequest: TokenBroker.renew,
    ExpireDelegationTokenRequest: TokenBroker.expire,
}


@contextmanager
def token_broker() -> Iterator[str]:
    """Gives where such a broker listens."""
    made = TokenBroker()
    with scripted_broker(made.answer) as made.port:
        yield f"127.0.0.1:{made.port}"
