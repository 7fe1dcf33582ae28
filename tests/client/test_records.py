"""What reading and writing records have in common."""

from kafkacli.client.client_config import ClientConfig
from kafkacli.client.client_properties import Side
from kafkacli.client.records import warn_of_unknown


def test_unknown_properties_are_told() -> None:
    told: list[tuple[str, str]] = []
    warn_of_unknown(ClientConfig(Side.CONSUMER, {"foo": "1", "b": ""}), lambda *words: told.append(words))
    assert told == [
        ("WARN", "The configuration 'b' was supplied but isn't a known config."),
        ("WARN", "The configuration 'foo' was supplied but isn't a known config."),
    ]
