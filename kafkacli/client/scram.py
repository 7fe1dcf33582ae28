"""SCRAM credentials as Kafka keeps them in ZooKeeper (RFC 5802; Apache `ScramFormatter`, `ScramCredentialUtils`)."""

from __future__ import annotations

MECHANISMS = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}
MINIMUM_ITERATIONS = 4096


def scram_credential(mechanism: str, text: str) -> str:
    """Return what is stored for `[iterations=N,]password=...`; the password itself is not in it.

    Raises ValueError for text of another form and for too few iterations.
    """
    import re

    match = re.fullmatch(r"(?:iterations=([0-9]*),)?password=(.*)", text)
    if match is None:
        raise ValueError(f"Invalid credential property {mechanism}={text}")
    iterations = MINIMUM_ITERATIONS
    if match[1] is not None:
        if not match[1]:
            raise ValueError('For input string: ""')
        iterations = int(match[1])
    if iterations < MINIMUM_ITERATIONS:
        raise ValueError(
            f"Iterations {iterations} is less than the minimum {MINIMUM_ITERATIONS} required for {mechanism}"
        )
    return credential_text(mechanism, match[2], iterations, _new_salt())


def credential_text(mechanism: str, password: str, iterations: int, salt: bytes) -> str:
    """Return the stored form of a credential with this salt."""
    import hashlib
    import hmac
    from base64 import b64encode

    digest = MECHANISMS[mechanism]
    salted = hashlib.pbkdf2_hmac(digest, password.encode(), salt, iterations)
    stored_key = hashlib.new(digest, hmac.digest(salted, b"Client Key", digest)).digest()
    server_key = hmac.digest(salted, b"Server Key", digest)
    parts = [f"{name}={b64encode(value).decode()}" for name, value in _parts(salt, stored_key, server_key)]
    return ",".join([*parts, f"iterations={iterations}"])


def _parts(salt: bytes, stored_key: bytes, server_key: bytes) -> tuple[tuple[str, bytes], ...]:
    return (("salt", salt), ("stored_key", stored_key), ("server_key", server_key))


def _new_salt() -> bytes:
    """Random letters and digits, as Kafka makes them."""
    import secrets

    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(secrets.choice(alphabet) for _ in range(26)).encode()
