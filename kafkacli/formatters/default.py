"""kafka.tools.DefaultMessageFormatter: columns of a record, chosen by properties.

print.timestamp, print.key, print.value (the one that is on when absent), print.partition; key.separator between columns,
line.separator after the last; key.deserializer and value.deserializer, whose own properties begin with those names and a
dot. From 2.7 on: print.offset, print.headers, headers.separator, headers.deserializer, null.literal.
Source: ConsoleConsumer.scala of 2.6.2. There print.partition is a bare number in the last column, and a separator looks
only at the column that comes next: without the value, the partition stands on a line of its own.
"""

from __future__ import annotations

from kafkacli.formatters import Formatter
from kafkacli.formatters.deserializers import DESERIALIZERS
from kafkacli.java_classes import is_true, load_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from confluent_kafka import Message

    Column = Callable[[Message], bytes]
    Deserialize = Callable[[bytes], bytes]

_TIMESTAMP_TYPES = {1: b"CreateTime:%d", 2: b"LogAppendTime:%d"}  # as librdkafka numbers them


class DefaultFormatter(Formatter):
    """Prints the columns that the properties ask for."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        super().__init__(properties)
        self._null = properties.get("null.literal", "null").encode()
        self._end = properties.get("line.separator", "\n").encode()
        self._header_end = properties.get("headers.separator", ",").encode()
        self._key_of = _deserializer(properties, "key.deserializer")
        self._value_of = _deserializer(properties, "value.deserializer")
        self._header_of = _deserializer(properties, "headers.deserializer")
        timestamp, offset, headers, key, partition = (
            is_true(properties, f"print.{name}") for name in ("timestamp", "offset", "headers", "key", "partition")
        )
        value = is_true(properties, "print.value", True)
        between = properties.get("key.separator", "\t").encode()
        self._columns: list[tuple[Column, bytes]] = [
            (column, between if another else self._end)
            for is_wanted, column, another in (
                (timestamp, _timestamp, offset or headers or key or value),
                (offset, _offset, headers or key or value),
                (headers, self._headers, key or value),
                (key, self._key, value),
                (value, self._value, partition),
                (partition, _partition, False),
            )
            if is_wanted
        ]
        self._is_plain = value and len(self._columns) == 1 and self._value_of is None

    def text(self, record: Message) -> bytes:
        """Return the columns of one record."""
        return b"".join([part for column, separator in self._columns for part in (column(record), separator)])

    def texts(self, records: Sequence[Message]) -> bytes:
        """Return the columns of many records; nothing but values, the usual case, without a call for each."""
        if not self._is_plain:
            return super().texts(records)
        values = [record.value() for record in records]
        if None in values:
            values = [self._null if value is None else value for value in values]
        values.append(b"")
        return self._end.join(values)

    def _key(self, record: Message) -> bytes:
        return self._shown(record.key(), self._key_of)

    def _value(self, record: Message) -> bytes:
        return self._shown(record.value(), self._value_of)

    def _headers(self, record: Message) -> bytes:
        headers = record.headers()
        if not headers:
            return b"NO_HEADERS"
        return self._header_end.join(
            [name.encode() + b":" + self._shown(value, self._header_of) for name, value in headers]
        )

    def _shown(self, data: bytes | None, deserialize: Deserialize | None) -> bytes:
        """As the original, hand even the word for null to the deserializer."""
        data = self._null if data is None else data
        return data if deserialize is None else deserialize(data)


def _timestamp(record: Message) -> bytes:
    kind, milliseconds = record.timestamp()
    return _TIMESTAMP_TYPES[kind] % milliseconds if kind in _TIMESTAMP_TYPES else b"NO_TIMESTAMP"


def _offset(record: Message) -> bytes:
    return b"Offset:%d" % record.offset()


def _partition(record: Message) -> bytes:
    return b"%d" % record.partition()


def _deserializer(properties: Mapping[str, str], name: str) -> Deserialize | None:
    if name not in properties:
        return None
    prefix = name + "."
    own = {
        key.removeprefix(prefix): value for key, value in properties.items() if key.startswith(prefix) and key != prefix
    }
    own["is.key"] = str(name == "key.deserializer")
    made: Deserialize = load_class(DESERIALIZERS, properties[name])(own)
    return made
