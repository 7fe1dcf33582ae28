"""Stores of every kind, by the Java names."""

import ssl
from pathlib import Path

import pytest

from kafkacli.client.stores import StoreError, load_keys, load_trust
from tests.support.certificates import KEY_PASSWORD, PASSWORD, Authority

TRUST_STORES = ("trust.jks", "trust.pkcs12", "ca.pem")
KEY_STORES = ("client.jks", "client.p12", "client-legacy.p12", "client.pem")


def trusting(folder: Path, name: str, password: str = PASSWORD) -> dict[str, str]:
    return {"ssl.truststore.location": str(folder / name), "ssl.truststore.password": password}


def keeping(folder: Path, name: str, password: str = PASSWORD) -> dict[str, str]:
    found = {"ssl.keystore.location": str(folder / name), "ssl.keystore.password": password}
    return found | ({"ssl.key.password": KEY_PASSWORD} if name.endswith("jks") else {})


def der(text: str) -> list[bytes]:
    parts = [part for part in text.split("-----END CERTIFICATE-----") if "BEGIN CERTIFICATE" in part]
    blocks = [part[part.index("-----BEGIN CERT") :] for part in parts]
    return [ssl.PEM_cert_to_DER_cert(f"{block}-----END CERTIFICATE-----\n") for block in blocks]


@pytest.mark.parametrize("name", TRUST_STORES)
def test_who_is_trusted(authority: Authority, name: str) -> None:
    trust = load_trust(trusting(authority.folder, name))
    assert trust is not None
    assert der(trust) == der(authority.certificate.read_text())


@pytest.mark.parametrize("name", KEY_STORES)
def test_the_key_and_its_chain(authority: Authority, name: str) -> None:
    keys = load_keys(keeping(authority.folder, name))
    assert keys is not None
    expected = (authority.folder / "client.pem").read_text()
    assert der(keys.chain) == der(expected)
    begin = "-----BEGIN PRIVATE KEY-----"
    assert keys.key[keys.key.index(begin) :].strip() == expected[expected.index(begin) :].strip()


def test_pem_may_stand_in_the_properties(authority: Authority) -> None:
    trust = authority.certificate.read_text()
    chain, key = ((authority.folder / name).read_text() for name in ("client.crt", "client.p8"))
    properties = {
        "ssl.truststore.certificates": trust,
        "ssl.keystore.certificate.chain": chain,
        "ssl.keystore.key": key,
        "ssl.key.password": KEY_PASSWORD,
    }
    assert load_trust(properties) == trust
    assert load_keys(properties) == (key, chain, KEY_PASSWORD)


def test_no_store() -> None:
    assert load_trust({}) is None
    assert load_keys({}) is None


@pytest.mark.parametrize("name", TRUST_STORES[:2])
def test_a_wrong_password_of_a_truststore(authority: Authority, name: str) -> None:
    with pytest.raises(StoreError, match=rf"^ssl\.truststore\.location=.*{name}: .* its password is wrong$"):
        load_trust(trusting(authority.folder, name, "s3cret"))


@pytest.mark.parametrize("name", KEY_STORES[:3])
def test_a_wrong_password_of_a_keystore(authority: Authority, name: str) -> None:
    with pytest.raises(StoreError, match=rf"^ssl\.keystore\.location=.*{name}: .* its password is wrong$") as caught:
        load_keys(keeping(authority.folder, name, "s3cret"))
    assert "s3cret" not in str(caught.value)


def test_a_wrong_password_of_a_key(authority: Authority) -> None:
    properties = keeping(authority.folder, "client.jks") | {"ssl.key.password": "s3cret"}
    with pytest.raises(StoreError, match="the password of the key is wrong"):
        load_keys(properties)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_trust(trusting(tmp_path, "none.jks"))


def test_stores_of_unknown_kinds(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    with pytest.raises(StoreError, match="this is no store of type JKS, PKCS12, PEM"):
        load_trust(trusting(tmp_path, "text"))
    with pytest.raises(StoreError, match=r"Invalid value BKS for configuration ssl\.keystore\.type"):
        load_keys(keeping(tmp_path, "text") | {"ssl.keystore.type": "BKS"})


def test_stores_without_what_is_wanted(authority: Authority) -> None:
    with pytest.raises(StoreError, match="there is no private key in it"):
        load_keys({"ssl.keystore.location": str(authority.folder / "trust.jks"), "ssl.keystore.password": PASSWORD})
    with pytest.raises(StoreError, match="there is no private key in it"):
        load_keys({"ssl.keystore.location": str(authority.folder / "trust.pkcs12"), "ssl.keystore.password": PASSWORD})
    with pytest.raises(StoreError, match="there is no trusted certificate in it"):
        load_trust(trusting(authority.folder, "client.jks"))


def test_another_prefix(authority: Authority) -> None:
    properties = {f"zookeeper.{name}": value for name, value in trusting(authority.folder, "trust.jks").items()}
    assert load_trust(properties, "zookeeper.ssl.") is not None
