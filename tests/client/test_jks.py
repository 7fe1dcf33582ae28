"""JKS stores as keytool writes them."""

import ssl

import pytest

from kafkacli.client.jks import MAGIC, JksError, read_jks, recover_key
from tests.support.certificates import KEY_PASSWORD, PASSWORD, Authority


def test_a_trusted_certificate(authority: Authority) -> None:
    store = read_jks((authority.folder / "trust.jks").read_bytes(), PASSWORD)
    assert store.trusted == [ssl.PEM_cert_to_DER_cert(authority.certificate.read_text())]
    assert store.keys == []


def test_a_key_with_its_chain(authority: Authority) -> None:
    store = read_jks((authority.folder / "client.jks").read_bytes(), PASSWORD)
    ((key, chain),) = store.keys
    names = ("client.crt", "middle.crt")
    assert chain == [ssl.PEM_cert_to_DER_cert((authority.folder / name).read_text()) for name in names]
    recovered = recover_key(key, KEY_PASSWORD)
    text = (authority.folder / "client.key").read_text().replace("PRIVATE KEY", "CERTIFICATE")
    assert recovered == ssl.PEM_cert_to_DER_cert(text)
    with pytest.raises(JksError, match="the password of the key is wrong"):
        recover_key(key, PASSWORD)


def test_without_a_password_nothing_is_checked(authority: Authority) -> None:
    data = (authority.folder / "trust.jks").read_bytes()
    assert read_jks(data[:-1] + b"?", None).trusted
    for wrong in (data[:-1] + b"?", data):
        with pytest.raises(JksError, match="tampered with, or its password is wrong"):
            read_jks(wrong, "another")


def test_any_cut_is_an_error(authority: Authority) -> None:
    data = (authority.folder / "client.jks").read_bytes()
    for end in range(0, len(data) - 20, 37):
        with pytest.raises(JksError):
            read_jks(data[:end], None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xfe\xed\xfe\xee" + bytes(28),
        MAGIC + b"\0\0\0\3" + bytes(24),
        MAGIC + b"\0\0\0\2\0\0\0\1\0\0\0\3" + bytes(30),
    ],
)
def test_what_is_no_store(data: bytes) -> None:
    with pytest.raises(JksError):
        read_jks(data, None)


@pytest.mark.parametrize("data", [b"", b"\x30\x03\x04\x01\0", b"\x30\x05\x30\x00\x05\x01\0"])
def test_what_is_no_protected_key(data: bytes) -> None:
    with pytest.raises(JksError):
        recover_key(data, "p")
