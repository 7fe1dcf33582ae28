"""Logins and stores for librdkafka."""

import pytest

from kafkacli.client.librdkafka_properties import Side
from kafkacli.client.librdkafka_security import read_jaas
from kafkacli.client.librdkafka_settings import ClientConfig
from kafkacli.config_types import ConfigError

PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="a\\"b;c";'


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (PLAIN, {"username": "me", "password": 'a"b;c'}),
        ("x.Module required\n  username=me\n  password='a b' ;", {"username": "me", "password": "a b"}),
        ("x.Module REQUIRED;", {}),
    ],
)
def test_jaas(text: str, options: dict[str, str]) -> None:
    assert read_jaas(text) == options


@pytest.mark.parametrize("text", ["", "x.Module", 'x.Module username="me";'])
def test_no_jaas(text: str) -> None:
    with pytest.raises(ConfigError):
        read_jaas(text)


def settings(**properties: str) -> dict[str, object]:
    return ClientConfig(Side.PRODUCER, {name.replace("_", "."): value for name, value in properties.items()}).settings()


def test_a_login_with_a_password() -> None:
    made = settings(security_protocol="SASL_PLAINTEXT", sasl_mechanism="SCRAM-SHA-256", sasl_jaas_config=PLAIN)
    assert made["sasl.username"] == "me"
    assert made["sasl.password"] == 'a"b;c'


def test_a_login_without_its_configuration() -> None:
    with pytest.raises(ConfigError, match="Could not find a 'KafkaClient' entry in the JAAS configuration"):
        settings(security_protocol="SASL_SSL", sasl_mechanism="PLAIN")


def test_stores_are_read_for_tls_only() -> None:
    stores = {"ssl_truststore_location": "/t", "ssl_truststore_type": "PEM"}
    assert "ssl.ca.location" not in settings(**stores)
    assert settings(security_protocol="SSL", **stores)["ssl.ca.location"] == "/t"


def test_key_stores() -> None:
    pkcs12 = settings(
        security_protocol="SSL", ssl_keystore_location="/k", ssl_keystore_type="PKCS12", ssl_keystore_password="p"
    )
    assert (pkcs12["ssl.keystore.location"], pkcs12["ssl.keystore.password"]) == ("/k", "p")
    pem = settings(security_protocol="SSL", ssl_keystore_location="/k", ssl_keystore_type="PEM", ssl_key_password="p")
    assert pem["ssl.key.location"] == pem["ssl.certificate.location"] == "/k"
    assert pem["ssl.key.password"] == "p"


@pytest.mark.parametrize("store", ["ssl_truststore_location", "ssl_keystore_location"])
def test_java_key_stores_are_refused(store: str) -> None:
    with pytest.raises(ConfigError, match="Invalid value JKS for configuration ssl"):
        settings(security_protocol="SSL", **{store: "/s"})
