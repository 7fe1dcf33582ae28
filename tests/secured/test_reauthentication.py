"""A broker that ends logins (connections.max.reauth.ms, KIP-368): the tools log in again before that."""

import time
from pathlib import Path

import pytest

from kafkacli.client import connection as connections
from kafkacli.client.connection import ConnectFailed, Connection
from kafkacli.client.settings import ClientSettings
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse
from tests.secured.conftest import Ours
from tests.support.secured import LOGIN_MS, Secured, write_properties

pytestmark = pytest.mark.apache

TOPIC = "of-long-logins"


def ask_on_and_on(secured: Secured) -> int:
    """Ask on one connection for longer than a login lives. Returns how often it logged in."""
    settings = ClientSettings(secured.properties("ONLY_PLAIN", "PLAIN"))
    end = time.monotonic() + LOGIN_MS / 1000 + 0.4
    connection = Connection("localhost", secured.ports["ONLY_PLAIN"], settings, time.monotonic() + 10)
    logins = {connection.log_in_at}
    try:
        while time.monotonic() < end:
            connection.send(MetadataRequest(topics=[]), MetadataResponse, time.monotonic() + 10)
            logins.add(connection.log_in_at)
    finally:
        connection.close()
    return len(logins)


def test_a_connection_outlives_its_login(secured: Secured) -> None:
    assert ask_on_and_on(secured) == 2


def test_without_another_login_the_broker_closes_it(secured: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_SHARE_OF_LOGIN", 1000)
    with pytest.raises(ConnectFailed, match="the broker closed the connection"):
        ask_on_and_on(secured)


def test_what_reads_records_goes_on(secured: Secured, ours: Ours, folder: Path) -> None:
    """A consumer that waits for longer than a login lives says nothing of it."""
    config = str(write_properties(folder / "c", secured.properties("ONLY_PLAIN", "PLAIN")))
    plain = ("--bootstrap-server", secured.bootstrap("PLAINTEXT"), "--topic", TOPIC)
    assert ours.run("kafka-console-producer.sh", *plain, stdin="a\n").returncode == 0
    where = ("--bootstrap-server", secured.bootstrap("ONLY_PLAIN"), "--topic", TOPIC, "--partition", "0")
    words = ("--consumer.config", config, "--offset", "earliest", "--timeout-ms", str(LOGIN_MS + 700))
    read = ours.run("kafka-console-consumer.sh", *where, *words)
    assert read.stdout.endswith("a\n"), read
    assert all(line.endswith("messages") or "TimeoutException" in line for line in read.stderr.splitlines()), read
