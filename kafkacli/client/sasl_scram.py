"""SCRAM as a client: RFC 5802 with Kafka's extension for delegation tokens (KIP-48), and neither SASLprep nor binding.

Source: Apache `ScramSaslClient.java`, `ScramFormatter.java` of 2.6.2.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode

from kafkacli.client.scram import MECHANISMS, MINIMUM_ITERATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

_HEADER = "n,,"


class ScramError(ValueError):
    """The broker said what makes no sense, or doesn't know the password itself."""


def scram(
    mechanism: str, username: str, password: str, nonce: str, *, is_token: bool = False
) -> Generator[bytes, bytes, None]:
    """Exchange messages: yields ours, is sent the broker's; ends when it has proved itself.

    nonce: random, new for each exchange. is_token: username and password are a delegation token's id and HMAC.
    Raises ScramError.
    """
    digest = MECHANISMS[mechanism]
    name = username.replace("=", "=3D").replace(",", "=2C")
    first = f"n={name},r={nonce}" + (",tokenauth=true" if is_token else "")
    challenge = (yield (_HEADER + first).encode()).decode()
    said = _attributes(challenge)
    try:
        whole, salt, iterations = said["r"], b64decode(said["s"], validate=True), int(said["i"])
    except (KeyError, ValueError):
        raise ScramError("the broker's challenge makes no sense") from None
    if not whole.startswith(nonce):
        raise ScramError("the broker answers to another nonce")
    if iterations < MINIMUM_ITERATIONS:
        raise ScramError(f"Requested iterations {iterations} is less than the minimum {MINIMUM_ITERATIONS}")
    salted = hashlib.pbkdf2_hmac(digest, password.encode(), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", digest)
    final = f"c={b64encode(_HEADER.encode()).decode()},r={whole}"
    signed = f"{first},{challenge},{final}".encode()
    signature = hmac.digest(hashlib.new(digest, client_key).digest(), signed, digest)
    proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
    verdict = _attributes((yield f"{final},p={b64encode(proof).decode()}".encode()).decode())
    if "e" in verdict:
        raise ScramError(f"the broker refuses: {verdict['e']}")
    expected = hmac.digest(hmac.digest(salted, b"Server Key", digest), signed, digest)
    if not hmac.compare_digest(b64encode(expected).decode(), verdict.get("v", "")):
        raise ScramError("the broker doesn't know the password itself: it may be another's")


def _attributes(message: str) -> dict[str, str]:
    return {part[0]: part[2:] for part in message.split(",") if part[1:2] == "="}
