"""What the connections of a producer or a consumer take of its properties."""

import pytest

from kafkacli.client.client_config import ClientConfig
from kafkacli.client.client_properties import Side
from kafkacli.client.client_settings import client_buffers, client_servers, client_settings
from kafkacli.config_types import ConfigError


def config(servers: str = "localhost:1", **properties: str) -> ClientConfig:
    named = {name.replace("_", "."): value for name, value in properties.items()}
    return ClientConfig(Side.CONSUMER, {"bootstrap.servers": servers, **named})


@pytest.mark.parametrize(
    ("servers", "message"),
    [
        ("", "No resolvable bootstrap urls given in bootstrap.servers"),
        ("no.such.host.invalid:1", "No resolvable bootstrap urls given in bootstrap.servers"),
        ("localhost", "Invalid url in bootstrap.servers: localhost"),
        ("localhost:x", "Invalid url in bootstrap.servers: localhost:x"),
    ],
)
def test_servers_that_cannot_be(servers: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        client_servers(config(servers))
    assert str(caught.value) == message


def test_servers_that_can() -> None:
    servers = "no.such.invalid:1,PLAINTEXT://localhost:2,[::1]:3"
    assert client_servers(config(servers)) == [("localhost", 2), ("::1", 3)]


def test_settings() -> None:
    settings = client_settings(config(client_id="me", request_timeout_ms="70000", default_api_timeout_ms="5"))
    assert (settings.client_id, settings.request_timeout_ms, settings.security) == ("me", 70_000, None)
    with pytest.raises(ConfigError, match="CARRIER_PIGEON") as caught:
        client_settings(config(security_protocol="carrier_pigeon"))
    assert caught.value.exception == "org.apache.kafka.common.config.ConfigException"


def test_buffers() -> None:
    assert client_buffers(config()) == (-1, -1)
    assert client_buffers(config(receive_buffer_bytes="7", send_buffer_bytes="8")) == (8, 7)
