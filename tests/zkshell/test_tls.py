"""TLS from Kafka's names."""

import ssl
from pathlib import Path

import pytest

from kafkacli.zkshell.tls import tls_arguments


def test_nothing_unless_it_is_enabled() -> None:
    assert tls_arguments({"zookeeper.ssl.truststore.location": "/none"}) == {}


def test_stores_and_names(tmp_path: Path) -> None:
    pem = tmp_path / "store.pem"
    pem.write_text(ssl.DER_cert_to_PEM_cert(b"certificate"))
    assert tls_arguments(
        {
            "zookeeper.ssl.client.enable": "true",
            "zookeeper.ssl.truststore.location": str(pem),
            "zookeeper.ssl.keystore.location": str(pem),
            "zookeeper.ssl.keystore.password": "secret",
            "zookeeper.ssl.endpoint.identification.algorithm": "",
        }
    ) == {
        "use_ssl": True,
        "ca": str(pem),
        "certfile": str(pem),
        "keyfile": str(pem),
        "keyfile_password": "secret",
        "check_hostname": False,
    }


def test_a_store_of_another_kind_is_named(tmp_path: Path) -> None:
    store = tmp_path / "store.jks"
    store.write_bytes(b"\xfe\xed\xfe\xed")
    with pytest.raises(ValueError, match=r"zookeeper\.ssl\.truststore\.location=.*store\.jks is no PEM file"):
        tls_arguments({"zookeeper.ssl.client.enable": "true", "zookeeper.ssl.truststore.location": str(store)})
