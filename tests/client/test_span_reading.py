"""Records as the formatters see them. The reading itself: test_spans.py."""

from confluent_kafka import Message

from kafkacli.client.chunks import FetchedRecord
from kafkacli.record.record import Record


def test_a_record_has_the_methods_of_a_message() -> None:
    record = FetchedRecord(("t", 3), Record(5, 17, b"k", None, (("h", b"v"),)), 2)
    message = Message(topic="t", partition=3, offset=5, key=b"k", timestamp=(2, 17), headers=[("h", b"v")])
    for name in ("topic", "partition", "offset", "key", "value", "timestamp"):
        assert getattr(record, name)() == getattr(message, name)()
    assert list(record.headers()) == message.headers()
