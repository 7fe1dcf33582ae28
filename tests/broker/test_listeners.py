"""Listener lists as server.properties has them."""

import pytest

from kafkacli.broker.listeners import DEFAULT_SECURITY_PROTOCOLS, ListenerError, java_address, parse_endpoints

PROTOCOLS = {**DEFAULT_SECURITY_PROTOCOLS, "INTERNAL": "PLAINTEXT"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PLAINTEXT://127.0.0.1:9092", [("PLAINTEXT", "PLAINTEXT", "127.0.0.1", 9092)]),
        ("PLAINTEXT://:0", [("PLAINTEXT", "PLAINTEXT", "", 0)]),
        ("plaintext://Host-1.example:1", [("PLAINTEXT", "PLAINTEXT", "Host-1.example", 1)]),
        ("PLAINTEXT://[::1]:9092", [("PLAINTEXT", "PLAINTEXT", "::1", 9092)]),
        (
            "INTERNAL://a:1 , SSL://b:2,",
            [("INTERNAL", "PLAINTEXT", "a", 1), ("SSL", "SSL", "b", 2)],
        ),
        ("PLAINTEXT://a:0,SSL://a:0", [("PLAINTEXT", "PLAINTEXT", "a", 0), ("SSL", "SSL", "a", 0)]),
        ("", []),
    ],
)
def test_reads_endpoints(text: str, found: list[tuple[str, str, str, int]]) -> None:
    assert parse_endpoints(text, PROTOCOLS) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "127.0.0.1:9092",
            "Error creating broker listeners from '127.0.0.1:9092': Unable to parse 127.0.0.1:9092 to a broker endpoint",
        ),
        (
            "PLAINTEXT://127.0.0.1",
            "Error creating broker listeners from 'PLAINTEXT://127.0.0.1': Unable to parse PLAINTEXT://127.0.0.1 to a broker endpoint",
        ),
        (
            "OTHER://a:1",
            "Error creating broker listeners from 'OTHER://a:1': No security protocol defined for listener OTHER",
        ),
        (
            "PLAINTEXT://a:1,SSL://a:1",
            "requirement failed: Each listener must have a different port, listeners: PLAINTEXT://a:1,SSL://a:1",
        ),
        (
            "SSL://a:1,SSL://a:2",
            "requirement failed: Each listener must have a different name, listeners: SSL://a:1,SSL://a:2",
        ),
    ],
)
def test_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ListenerError) as raised:
        parse_endpoints(text, PROTOCOLS)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::1", "0:0:0:0:0:0:0:1"),
        ("fe80::a0%eth0", "fe80:0:0:0:0:0:0:a0%eth0"),
    ],
)
def test_addresses_as_java_spells_them(host: str, shown: str) -> None:
    assert java_address(host) == shown
