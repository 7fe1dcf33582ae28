"""Kerberos logins to ZooKeeper as pure-sasl has mechanisms; the whole exchange is in `tests/secured/test_zookeeper_kerberos.py`."""

import importlib.util
from collections.abc import Generator

import pytest
from puresasl.client import SASLClient

from kafkacli.client import zookeeper_gssapi
from kafkacli.client.jaas import Login
from kafkacli.client.sasl_gssapi import GssapiError
from kafkacli.client.zookeeper_gssapi import login_options

LOGIN = Login("com.sun.security.auth.module.Krb5LoginModule", {"useTicketCache": "true"})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Kerberos that takes everything: the (service, host) that it was asked for."""
    found: list[tuple[str, str]] = []

    def exchange(_login: Login, host: str, service: str) -> Generator[bytes, bytes, None]:
        found.append((service, host))
        answer = yield b"token"
        yield b"<" + answer + b">"

    monkeypatch.setattr(zookeeper_gssapi, "gssapi", exchange)
    monkeypatch.setattr(zookeeper_gssapi, "check_present", lambda what: None)
    return found


def test_the_messages_go_back_and_forth(asked: list[tuple[str, str]]) -> None:
    client = SASLClient(host="h", **login_options(LOGIN, {}))
    assert client.process(None) == b"token"
    assert client.process(b"challenge") == b"<challenge>"
    assert not client.complete
    assert client.process(None) is None  # the server has accepted
    assert client.complete


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ({}, ("zookeeper", "h")),
        ({"zookeeper.sasl.client.username": "zk"}, ("zk", "h")),
        ({"zookeeper.server.principal": "keeper/other@REALM"}, ("keeper", "other")),
        ({"zookeeper.server.principal": "keeper"}, ("keeper", "h")),
    ],
)
def test_the_servers_principal(asked: list[tuple[str, str]], system: dict[str, str], expected: tuple[str, str]) -> None:
    SASLClient(host="h", **login_options(LOGIN, system)).process(None)
    assert asked == [expected]


def test_without_the_package_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(GssapiError, match="a Kerberos login to ZooKeeper needs the Python package gssapi"):
        login_options(LOGIN, {})
