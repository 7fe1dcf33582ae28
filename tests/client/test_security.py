"""What a client's properties say about security, and what is refused before anything connects."""

import importlib.util

import pytest

from kafkacli.client.client_properties import PROPERTIES as CLIENT_PROPERTIES
from kafkacli.client.security import PROPERTIES, Security
from kafkacli.config_types import ConfigError

LOGIN = 'm required username="me" password="s3cret";'


def test_nothing_is_secured_by_itself() -> None:
    security = Security({})
    assert (security.protocol, security.tls, security.login, security.mechanism) == ("PLAINTEXT", None, None, "")


def test_tls_and_login() -> None:
    security = Security({"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.jaas.config": LOGIN})
    assert security.tls is not None
    assert security.login is not None
    assert list(security.exchange("h")) == [b"\0me\0s3cret"]


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_scram_has_a_new_nonce_each_time(mechanism: str) -> None:
    security = sasl(mechanism, LOGIN)
    first, second = next(security.exchange("h")), next(security.exchange("h"))
    assert first.startswith(b"n,,n=me,r=")
    assert first != second


def test_delegation_tokens() -> None:
    security = sasl("SCRAM-SHA-256", LOGIN.replace(";", ' tokenauth="true";'))
    assert security.is_delegation_token
    assert next(security.exchange("h")).endswith(b",tokenauth=true")


def test_bearers() -> None:
    security = sasl("OAUTHBEARER", 'm required unsecuredLoginStringClaim_sub="me";')
    assert next(security.exchange("h")).startswith(b"n,,\1auth=Bearer ")


def sasl(mechanism: str, login: str, **more: str) -> Security:
    properties = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism, "sasl.jaas.config": login}
    return Security(properties | more)


@pytest.mark.parametrize(
    ("mechanism", "login", "message"),
    [
        ("PLAIN", "m required password=s3cret;", "has no username"),
        ("PLAIN", "m required;", "has no username and no password"),
        ("SCRAM-SHA-1", LOGIN, "Invalid value SCRAM-SHA-1 for configuration sasl.mechanism: there are PLAIN, "),
        ("OAUTHBEARER", "m required;", "there is no token"),
        ("PLAIN", "m required", "not terminated by semi-colon"),
    ],
)
def test_logins_that_cannot_be(mechanism: str, login: str, message: str) -> None:
    with pytest.raises((ConfigError, ValueError)) as caught:
        sasl(mechanism, login)
    assert message in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_kerberos_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match=r"pip install 'kafka-bin\[kerberos\]'"):
        Security({"security.protocol": "SASL_PLAINTEXT", "sasl.jaas.config": LOGIN})


def test_kerberos_needs_a_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    with pytest.raises(ConfigError, match="No serviceName defined in either JAAS or Kafka config"):
        sasl("GSSAPI", "m required;")
    assert sasl("GSSAPI", "m required serviceName=a;").kerberos_service == "a"
    named = sasl("GSSAPI", "m required;", **{"sasl.kerberos.service.name": "b"})
    assert named.kerberos_service == "b"


def test_an_unknown_protocol() -> None:
    with pytest.raises(
        ConfigError, match=r"Invalid value TLS for configuration security\.protocol: String must be one"
    ):
        Security({"security.protocol": "TLS"})


def test_every_security_property_of_the_java_clients_is_known() -> None:
    theirs = {row.name for row in CLIENT_PROPERTIES if row.name.startswith(("ssl.", "sasl.", "security."))}
    later = {
        "sasl.oauthbearer.token.endpoint.url",
        "ssl.keystore.certificate.chain",
        "ssl.keystore.key",
        "ssl.truststore.certificates",
    }
    assert {*PROPERTIES} == theirs | later
