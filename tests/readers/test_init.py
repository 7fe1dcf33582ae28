"""Readers by the names of Java classes."""

import pytest

from kafkacli.java_classes import JavaError
from kafkacli.readers import new_reader


def test_an_unknown_reader_is_javas_error() -> None:
    with pytest.raises(JavaError) as caught:
        new_reader("my.Reader", {})
    assert str(caught.value).startswith(
        "java.lang.ClassNotFoundException: my.Reader is none of those known here: kafka."
    )
