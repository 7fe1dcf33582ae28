"""Broker ids on the command line."""

import pytest

from kafkacli.client.java_errors import Thrown, thrown_text
from kafkacli.tools.broker_list import broker_ids


def test_ids_are_numbers() -> None:
    assert broker_ids(["1", "+2", "-3", "2147483647"]) == [1, 2, -3, 2**31 - 1]


@pytest.mark.parametrize("word", ["", "x", "1.0", "2147483648", " 1", "+", "1_0"])
def test_what_is_no_number_is_refused(word: str) -> None:
    with pytest.raises(Thrown) as caught:
        broker_ids(["1", word])
    assert thrown_text(caught.value) == f'java.lang.NumberFormatException: For input string: "{word}"'
