"""A broker that ends logins (connections.max.reauth.ms, KIP-368): the tools log in again before that."""

import time

import pytest

from kafkacli.client import connection as connections
from kafkacli.client.connection import ConnectFailed, Connection
from kafkacli.client.settings import ClientSettings
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse
from tests.support.secured import LOGIN_MS, Secured

pytestmark = pytest.mark.apache


def ask_on_and_on(secured: Secured) -> int:
    """Ask on one connection for longer than a login lives. Returns how often it logged in."""
    settings = ClientSettings(secured.properties("ONLY_PLAIN", "PLAIN"))
    end = time.monotonic() + LOGIN_MS / 1000 + 0.4
    connection = Connection("localhost", secured.ports["ONLY_PLAIN"], settings, time.monotonic() + 10)
    logins = {connection._log_in_at}
    try:
        while time.monotonic() < end:
            connection.send(MetadataRequest(topics=[]), MetadataResponse, time.monotonic() + 10)
            logins.add(connection._log_in_at)
    finally:
        connection.close()
    return len(logins)


def test_a_connection_outlives_its_login(secured: Secured) -> None:
    assert ask_on_and_on(secured) == 2


def test_without_another_login_the_broker_closes_it(secured: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_SHARE_OF_LOGIN", 1000)
    with pytest.raises(ConnectFailed, match="the broker closed the connection"):
        ask_on_and_on(secured)
