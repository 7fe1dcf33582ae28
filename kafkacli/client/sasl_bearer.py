"""OAUTHBEARER as a client (KIP-255, RFC 7628): the token, and how it is shown to the broker.

A token comes from the options of the login: claims for an unsecured one (unsecuredLoginStringClaim_sub="…", …), as Java makes
it, or a finished one in `oauth.access.token`; or from the file that `sasl.oauthbearer.token.endpoint.url` names (file:///…),
as Java clients have it from 3.1 on. Source: Apache `OAuthBearerUnsecuredLoginCallbackHandler.java` of 2.6.2.
"""

from __future__ import annotations

import re
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    Claim = str | float | list[str]

_PREFIX = "unsecuredLogin"
_EXTENSION = f"{_PREFIX}Extension_"
_RESERVED = ("iat", "exp")
_TOKEN = "oauth.access.token"
_URL = "sasl.oauthbearer.token.endpoint.url"
_DEFAULT_LIFETIME_S = "3600"


class BearerError(ValueError):
    """Options that give no token; the words are Java's where it has any."""

    exception = "org.apache.kafka.common.KafkaException"


class Bearer(NamedTuple):
    """A token. expiry_s: seconds since the epoch, far ahead where the token is opaque. extensions: as of KIP-342."""

    token: str
    principal: str
    expiry_s: float
    extensions: dict[str, str]


def bearer(options: Mapping[str, str], properties: Mapping[str, str], now_s: float) -> Bearer:
    """Return the token of a login. now_s: seconds since the epoch. Raises BearerError, and OSError for a file."""
    extensions = {key[len(_EXTENSION) :]: value for key, value in options.items() if key.startswith(_EXTENSION)}
    for key, value in extensions.items():
        if not re.fullmatch("[A-Za-z]+", key) or key == "auth" or not re.fullmatch(r"[\x21-\x7e \t\r\n]+", value):
            raise BearerError(f"Extension {key} is invalid")
    given = options.get(_TOKEN) or _from_file(properties.get(_URL))
    if given:
        claims = _claims_of(given)
        expiry_s = claims.get("exp")
        return Bearer(
            given,
            str(claims.get("sub", "")),
            expiry_s if isinstance(expiry_s, (int, float)) else now_s + float(_DEFAULT_LIFETIME_S),
            extensions,
        )
    if len(extensions) == len(options):
        raise BearerError("Extensions provided in login context without a token" if options else "there is no token")
    return _unsecured(options, now_s, extensions)


def exchange(shown: Bearer) -> Generator[bytes, bytes, None]:
    """Exchange messages: yields ours, is sent the broker's."""
    pairs = "".join(f"\1{key}={value}" for key, value in shown.extensions.items())
    challenge = yield f"n,,\1auth=Bearer {shown.token}{pairs}\1\1".encode()
    if challenge:
        yield b"\1"  # RFC 7628 3.2.3: whoever is told an error asks for the end, and is told it again


def _unsecured(options: Mapping[str, str], now_s: float, extensions: dict[str, str]) -> Bearer:
    import json

    try:
        lifetime_s = int(options.get(f"{_PREFIX}LifetimeSeconds", _DEFAULT_LIFETIME_S))
    except ValueError:
        raise BearerError(f"{_PREFIX}LifetimeSeconds is no number") from None
    issued_s = int(
        now_s
    )  # a broker refuses what was issued later than its clock, which counts whole milliseconds, says
    claims: dict[str, Claim] = {"exp": issued_s + lifetime_s, "iat": issued_s}
    for kind in ("String", "Number", "List"):
        prefix = f"{_PREFIX}{kind}Claim_"
        for key in options:
            name = key.removeprefix(prefix)
            if name in ("", key):
                continue
            if name in _RESERVED:
                raise BearerError(f"Cannot explicitly set the '{name}' claim")
            claims[name] = _claim(kind, key, options[key])
    principal_claim = options.get(f"{_PREFIX}PrincipalClaimName", "").strip() or "sub"
    principal = claims.get(principal_claim)
    if not isinstance(principal, str) or not principal:
        raise BearerError(f"No principal name in claim: {principal_claim}")
    texts = [json.dumps(part, separators=(",", ":")) for part in ({"alg": "none"}, claims)]
    return Bearer(".".join([*map(_base64, texts), ""]), principal, issued_s + lifetime_s, extensions)


def _claim(kind: str, key: str, value: str) -> Claim:
    if kind == "String":
        return value
    if kind == "List":
        return value[1:].split(value[0]) if len(value) > 1 else []
    try:
        return float(value)
    except ValueError:
        raise BearerError(f"{key} is no number") from None


def _base64(text: str) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _claims_of(token: str) -> dict[str, object]:
    """Return the claims of a JSON web token; none of an opaque one."""
    import json
    from base64 import urlsafe_b64decode

    parts = token.split(".")
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _from_file(url: str | None) -> str | None:
    if not url:
        return None
    if not url.startswith("file:"):
        raise BearerError(f"{_URL}: only file: URLs are read here")
    from urllib.parse import unquote, urlsplit

    with open(unquote(urlsplit(url).path), encoding="utf-8") as file:
        return file.read().strip()
