"""The formatter that shows nothing."""

from kafkacli.formatters.noop import NoOpFormatter
from tests.formatters.records import record


def test_nothing() -> None:
    formatter = NoOpFormatter({})
    assert formatter.text(record()) == b""
    assert formatter.texts([record(), record()]) == b""
