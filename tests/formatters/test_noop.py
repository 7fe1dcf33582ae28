"""The formatter that shows nothing."""

from kafkacli.client.chunks import Records
from kafkacli.formatters.noop import NoOpFormatter
from tests.formatters.records import record


def test_nothing() -> None:
    formatter = NoOpFormatter({})
    assert formatter.text(record()) == b""
    assert formatter.texts(Records([record(), record()])) == b""
