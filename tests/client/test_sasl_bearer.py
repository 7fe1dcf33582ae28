"""OAUTHBEARER: tokens and the exchange."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import pytest

from kafkacli.client.sasl_bearer import BearerError, bearer, exchange

NOW = 1000.5


def decoded(part: str) -> object:
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_an_unsecured_token() -> None:
    options = {
        "unsecuredLoginStringClaim_sub": "alice",
        "unsecuredLoginNumberClaim_n": "5",
        "unsecuredLoginListClaim_scope": "|a|b",
        "unsecuredLoginLifetimeSeconds": "60",
        "unsecuredLoginExtension_traceId": "123",
    }
    made = bearer(options, {}, NOW)
    header, claims, signature = made.token.split(".")
    assert decoded(header) == {"alg": "none"}
    assert decoded(claims) == {"exp": 1060, "iat": 1000, "sub": "alice", "n": 5.0, "scope": ["a", "b"]}
    assert signature == ""
    assert (made.principal, made.expiry_s, made.extensions) == ("alice", 1060, {"traceId": "123"})


def test_another_claim_names_the_principal() -> None:
    options = {"unsecuredLoginStringClaim_me": "bob", "unsecuredLoginPrincipalClaimName": "me"}
    assert bearer(options, {}, NOW).principal == "bob"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "there is no token"),
        ({"unsecuredLoginExtension_a": "b"}, "Extensions provided in login context without a token"),
        ({"unsecuredLoginStringClaim_x": "y"}, "No principal name in claim: sub"),
        ({"unsecuredLoginStringClaim_exp": "1"}, "Cannot explicitly set the 'exp' claim"),
        ({"unsecuredLoginNumberClaim_n": "s3cret"}, "unsecuredLoginNumberClaim_n is no number"),
        ({"unsecuredLoginLifetimeSeconds": "s3cret"}, "unsecuredLoginLifetimeSeconds is no number"),
        ({"unsecuredLoginExtension_auth": "b"}, "Extension auth is invalid"),
    ],
)
def test_no_token(options: dict[str, str], message: str) -> None:
    with pytest.raises(BearerError, match=message):
        bearer(options, {}, NOW)


def test_a_token_that_is_given(tmp_path: Path) -> None:
    claims = urlsafe_b64encode(json.dumps({"sub": "carol", "exp": 2000}).encode()).rstrip(b"=").decode()
    token = f"aaaa.{claims}.bbbb"
    assert bearer({"oauth.access.token": token}, {}, NOW) == (token, "carol", 2000, {})
    assert bearer({"oauth.access.token": "opaque"}, {}, NOW) == ("opaque", "", 4600.5, {})
    path = tmp_path / "a token"
    path.write_text(f"{token}\n")
    assert bearer({}, {"sasl.oauthbearer.token.endpoint.url": path.as_uri()}, NOW).token == token
    with pytest.raises(BearerError, match="only file: URLs"):
        bearer({}, {"sasl.oauthbearer.token.endpoint.url": "https://example.org/"}, NOW)


def test_the_exchange() -> None:
    shown = bearer({"oauth.access.token": "T", "unsecuredLoginExtension_a": "b"}, {}, NOW)
    messages = exchange(shown)
    assert next(messages) == b"n,,\1auth=Bearer T\1a=b\1\1"
    with pytest.raises(StopIteration):
        messages.send(b"")
    refused = exchange(shown)
    next(refused)
    assert refused.send(b'{"status":"invalid_token"}') == b"\1"
