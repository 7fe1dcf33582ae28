"""SCRAM credentials: the stored form, against RFC 7677's example."""

import re

import pytest

from kafkacli.client.scram import credential_text, scram_credential


def test_the_keys_are_those_of_the_rfc() -> None:
    """RFC 7677, section 3: user "user", password "pencil"."""
    import hashlib
    import hmac
    from base64 import b64decode, b64encode

    salt = b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    text = credential_text("SCRAM-SHA-256", "pencil", 4096, salt)
    parts = dict(part.split("=", 1) for part in text.split(","))
    assert parts["salt"] == "W22ZaJ0SNY7soEsUEjb6gQ=="
    assert parts["iterations"] == "4096"
    nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    message = f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={nonce},s={parts['salt']},i=4096,c=biws,r={nonce}".encode()
    signature = hmac.digest(b64decode(parts["server_key"]), message, "sha256")
    assert b64encode(signature) == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    proof = b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    stored_key = b64decode(parts["stored_key"])
    client_key = bytes(a ^ b for a, b in zip(proof, hmac.digest(stored_key, message, "sha256"), strict=True))
    assert hashlib.sha256(client_key).digest() == stored_key


@pytest.mark.parametrize(
    ("text", "iterations"), [("password=a,b", 4096), ("iterations=8192,password=secret", 8192), ("password=", 4096)]
)
def test_credentials_are_read(text: str, iterations: int) -> None:
    made = scram_credential("SCRAM-SHA-512", text)
    assert re.fullmatch(rf"salt=[\w+/=]+,stored_key=[\w+/=]+,server_key=[\w+/=]+,iterations={iterations}", made)
    assert made != scram_credential("SCRAM-SHA-512", text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("secret", "Invalid credential property SCRAM-SHA-256=secret"),
        ("iterations=4095,password=x", "Iterations 4095 is less than the minimum 4096 required for SCRAM-SHA-256"),
        ("iterations=,password=x", 'For input string: ""'),
    ],
)
def test_what_is_no_credential_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        scram_credential("SCRAM-SHA-256", text)
    assert str(caught.value) == message
