"""GSSAPI: the exchange, against a stand-in for the library where Kerberos isn't to be had; and what is said without it."""

import importlib.util
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from kafkacli.client.jaas import Login
from kafkacli.client.sasl_gssapi import GssapiError, check_present, gssapi


class _GSSError(Exception):
    pass


class _Context:
    """Is complete after two tokens; wraps by brackets."""

    initiator_name = "me@REALM"

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments
        self.tokens: list[bytes | None] = []

    @property
    def complete(self) -> bool:
        return len(self.tokens) == 2

    def step(self, token: bytes | None = None) -> bytes | None:
        if token == b"bad":
            raise _GSSError("no ticket")
        self.tokens.append(token)
        return b"first" if len(self.tokens) == 1 else None

    def unwrap(self, data: bytes) -> SimpleNamespace:
        return SimpleNamespace(message=data.strip(b"[]"))

    def wrap(self, data: bytes, _encrypt: bool) -> SimpleNamespace:
        return SimpleNamespace(message=b"[" + data + b"]")


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The part of python-gssapi that is used."""
    made = SimpleNamespace(
        Name=lambda *words: words,
        NameType=SimpleNamespace(hostbased_service="service", kerberos_principal="principal"),
        SecurityContext=_Context,
        Credentials=lambda **words: words,
        exceptions=SimpleNamespace(GSSError=_GSSError),
    )
    monkeypatch.setitem(sys.modules, "gssapi", made)
    return made


@pytest.mark.usefixtures("library")
def test_the_exchange_ends_without_a_layer() -> None:
    messages = gssapi(Login("m", {}), "host", "kafka")
    assert next(messages) == b"first"
    assert messages.send(b"second") == b""
    assert messages.send(b"[\1\0\0\0]") == b"[\1\0\0\0me@REALM]"
    with pytest.raises(StopIteration):
        messages.send(b"")


@pytest.mark.usefixtures("library")
def test_what_fails_is_said() -> None:
    messages = gssapi(Login("m", {}), "host", "kafka")
    next(messages)
    with pytest.raises(GssapiError, match="Kerberos: no ticket"):
        messages.send(b"bad")
    messages = gssapi(Login("m", {}), "host", "kafka")
    next(messages)
    messages.send(b"second")
    with pytest.raises(GssapiError, match="wants a security layer"):
        messages.send(b"[\4\0\0\0]")


def test_a_key_table_is_used(library: SimpleNamespace) -> None:
    made: list[dict[str, Any]] = []

    def context(**arguments: Any) -> _Context:
        made.append(arguments)
        return _Context()

    library.SecurityContext = context
    options = {"useKeyTab": "true", "keyTab": "/k", "principal": "me@R"}
    next(gssapi(Login("m", options), "host", "kafka"))
    assert made[0]["name"] == ("kafka@host", "service")
    assert made[0]["creds"] == {
        "name": ("me@R", "principal"),
        "usage": "initiate",
        "store": {"client_keytab": "/k"},
    }


def test_without_the_package_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(GssapiError, match="needs the Python package gssapi"):
        check_present()
