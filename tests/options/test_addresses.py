"""Addresses and properties on command lines."""

import pytest

from kafkacli.options.addresses import check_addresses, key_values
from kafkacli.options.jopt import Parsed, UsageError
from kafkacli.options.table import OptionTable

PARSED = Parsed(OptionTable("x.sh", "", ()), 1)


@pytest.mark.parametrize("text", ["a:1", "a:1,b:2", "[::1]:9092", "PLAINTEXT://h.x-y:1", "a:1,", ":1"])
def test_good_addresses(text: str) -> None:
    check_addresses(PARSED, text)


@pytest.mark.parametrize("text", ["", "a", "a:", "a:x", "a:1,b", ",a:1"])
def test_addresses_without_port(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_addresses(PARSED, text)
    assert str(caught.value) == "Please provide valid host:port like host1:9091,host2:9092\n "


def test_key_values() -> None:
    assert key_values(["a=1", "b=x=y", "c", "d=", "a=2"]) == {"a": "2", "b": "x=y", "c": "", "d": ""}
