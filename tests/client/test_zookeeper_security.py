"""TLS and logins to ZooKeeper: from the file and from KAFKA_OPTS."""

import ssl
from pathlib import Path

import pytest

from kafkacli.client.zookeeper_security import has_certificate, tls_properties, zookeeper_login
from tests.support.certificates import PASSWORD, Authority
from tests.support.secured import write_properties


@pytest.fixture(autouse=True)
def no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_OPTS", raising=False)


def test_nothing_by_itself(tmp_path: Path) -> None:
    login = zookeeper_login()
    assert (login.tls, login.sasl, login.is_known) == (None, None, False)
    path = write_properties(tmp_path / "p", {"zookeeper.ssl.truststore.location": "/none"})
    assert zookeeper_login(str(path)).tls is None


def test_a_file(authority: Authority, tmp_path: Path) -> None:
    properties = {
        "zookeeper.ssl.client.enable": "true",
        "zookeeper.clientCnxnSocket": "org.apache.zookeeper.ClientCnxnSocketNetty",
        "zookeeper.ssl.truststore.location": str(authority.folder / "trust.jks"),
        "zookeeper.ssl.truststore.password": PASSWORD,
        "zookeeper.ssl.keystore.location": str(authority.folder / "client.p12"),
        "zookeeper.ssl.keystore.password": PASSWORD,
    }
    login = zookeeper_login(str(write_properties(tmp_path / "p", properties)))
    assert login.tls is not None
    assert login.is_known
    assert login.tls.check_hostname
    assert login.tls.maximum_version == ssl.TLSVersion.TLSv1_2
    properties |= {
        "zookeeper.ssl.endpoint.identification.algorithm": "",
        "zookeeper.ssl.enabled.protocols": "TLSv1.2,TLSv1.3",
    }
    del properties["zookeeper.clientCnxnSocket"]
    login = zookeeper_login(str(write_properties(tmp_path / "p", properties)))
    assert login.tls is not None
    assert not login.is_known
    assert not login.tls.check_hostname
    assert login.tls.maximum_version == ssl.TLSVersion.TLSv1_3


def test_system_properties_have_names_of_their_own() -> None:
    system = {
        "zookeeper.client.secure": "true",
        "zookeeper.clientCnxnSocket": "s",
        "zookeeper.ssl.keyStore.location": "/k",
        "zookeeper.ssl.trustStore.type": "PKCS12",
        "zookeeper.ssl.hostnameVerification": "false",
        "other": "x",
    }
    found = tls_properties(system, None)
    assert found == {
        "zookeeper.ssl.client.enable": "true",
        "zookeeper.clientCnxnSocket": "s",
        "zookeeper.ssl.keystore.location": "/k",
        "zookeeper.ssl.truststore.type": "PKCS12",
        "zookeeper.ssl.endpoint.identification.algorithm": "",
    }
    assert has_certificate(found)
    assert tls_properties({"zookeeper.ssl.hostnameVerification": "true"}, None) == {
        "zookeeper.ssl.endpoint.identification.algorithm": "HTTPS"
    }


def test_a_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "jaas.conf"
    path.write_text('Client { m required username="me" password="p"; }; Other { m required principal="x"; };')
    options = f"-Djava.security.auth.login.config={path}"
    monkeypatch.setenv("KAFKA_OPTS", options)
    login = zookeeper_login()
    assert login.is_known
    assert login.sasl == {"mechanism": "DIGEST-MD5", "username": "me", "password": "p", "service": "zookeeper"}
    monkeypatch.setenv("KAFKA_OPTS", f"{options} -Dzookeeper.sasl.client=false")
    assert zookeeper_login().sasl is None
    monkeypatch.setenv("KAFKA_OPTS", f"{options} -Dzookeeper.sasl.clientconfig=None")
    assert zookeeper_login().sasl is None
    monkeypatch.setenv("KAFKA_OPTS", f"{options} -Dzookeeper.sasl.clientconfig=Other")
    with pytest.raises(ValueError, match="gives no username and password"):
        zookeeper_login()
