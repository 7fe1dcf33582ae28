"""Logins and stores for librdkafka."""

import pytest

from kafkacli.client.librdkafka_properties import Side
from kafkacli.client.librdkafka_settings import ClientConfig
from kafkacli.config_types import ConfigError
from tests.support.certificates import KEY_PASSWORD, PASSWORD, Authority

PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="a\\"b;c";'


def settings(**properties: str) -> dict[str, object]:
    return ClientConfig(Side.PRODUCER, {name.replace("_", "."): value for name, value in properties.items()}).settings()


def test_a_login_with_a_password() -> None:
    made = settings(security_protocol="sasl_plaintext", sasl_mechanism="SCRAM-SHA-256", sasl_jaas_config=PLAIN)
    assert made["security.protocol"] == "sasl_plaintext"
    assert made["sasl.username"] == "me"
    assert made["sasl.password"] == 'a"b;c'


def test_a_login_without_its_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_OPTS", raising=False)
    with pytest.raises(ConfigError, match="Could not find a 'KafkaClient' entry in the JAAS configuration"):
        settings(security_protocol="SASL_SSL", sasl_mechanism="PLAIN")


def test_a_token_is_made_when_it_is_wanted() -> None:
    login = 'm required unsecuredLoginStringClaim_sub="me" unsecuredLoginExtension_a="b";'
    made = settings(security_protocol="SASL_PLAINTEXT", sasl_mechanism="OAUTHBEARER", sasl_jaas_config=login)
    callback = made["oauth_cb"]
    assert callable(callback)
    token, expiry_s, principal, extensions = callback("")
    assert token.count(".") == 2
    assert expiry_s > 0
    assert (principal, extensions) == ("me", {"a": "b"})


def test_delegation_tokens_are_not_for_librdkafka() -> None:
    login = 'm required username="i" password="s3cret" tokenauth="true";'
    with pytest.raises(ConfigError, match="can't log in with delegation tokens"):
        settings(security_protocol="SASL_SSL", sasl_mechanism="SCRAM-SHA-512", sasl_jaas_config=login)


def test_kerberos_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    login = "m required serviceName=kafka principal='me@R' keyTab='/k';"
    made = settings(security_protocol="SASL_PLAINTEXT", sasl_mechanism="GSSAPI", sasl_jaas_config=login)
    names = ("service.name", "principal", "keytab")
    assert [made[f"sasl.kerberos.{name}"] for name in names] == ["kafka", "me@R", "/k"]


def test_stores_go_in_memory_and_for_tls_only(authority: Authority) -> None:
    stores = {
        "ssl_truststore_location": str(authority.folder / "trust.jks"),
        "ssl_truststore_password": PASSWORD,
        "ssl_keystore_location": str(authority.folder / "client.jks"),
        "ssl_keystore_password": PASSWORD,
        "ssl_key_password": KEY_PASSWORD,
    }
    assert not [name for name in settings(**stores) if name.endswith("pem")]
    made = settings(security_protocol="SSL", **stores)
    assert str(made["ssl.ca.pem"]).startswith("-----BEGIN CERTIFICATE-----")
    assert str(made["ssl.certificate.pem"]).count("BEGIN CERTIFICATE") == 2
    assert str(made["ssl.key.pem"]).startswith("-----BEGIN PRIVATE KEY-----")
    assert not [name for name in made if name.endswith((".location", "keystore.password"))]


def test_an_encrypted_key_comes_with_its_password(authority: Authority) -> None:
    made = ClientConfig(
        Side.CONSUMER,
        {
            "security.protocol": "SSL",
            "ssl.keystore.key": (authority.folder / "client.p8").read_text(),
            "ssl.keystore.certificate.chain": (authority.folder / "client.pem").read_text(),
            "ssl.key.password": KEY_PASSWORD,
            "ssl.cipher.suites": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        },
    )
    assert made.unknown == []
    assert made.settings()["ssl.key.password"] == KEY_PASSWORD
    assert made.settings()["ssl.cipher.suites"] == "ECDHE-RSA-AES128-GCM-SHA256"


@pytest.mark.parametrize("store", ["ssl_truststore_location", "ssl_keystore_location"])
def test_a_missing_store_is_named(store: str) -> None:
    with pytest.raises(ConfigError, match="/none: No such file or directory"):
        settings(security_protocol="SSL", **{store: "/none"})
