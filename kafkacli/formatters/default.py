"""kafka.tools.DefaultMessageFormatter: columns of a record, chosen by properties.

print.timestamp, print.key, print.value (the one that is on when absent), print.partition; key.separator between columns,
line.separator after the last; key.deserializer and value.deserializer, whose own properties begin with those names and a
dot. From 2.7 on: print.offset, print.headers, headers.separator, headers.deserializer, null.literal.
Source: ConsoleConsumer.scala of 2.6.2. There print.partition is a bare number in the last column, and a separator looks
only at the column that comes next: without the value, the partition stands on a line of its own.
"""

from __future__ import annotations

from itertools import chain, repeat

from kafkacli.formatters import Formatter
from kafkacli.formatters.deserializers import DESERIALIZERS
from kafkacli.java_classes import is_true, load_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kafkacli.client.chunks import FetchedRecord, Run

    Column = Callable[[Run], list[bytes]]
    """Gives what one column shows of each record: columns are made for many records at once, which costs half as much."""
    Deserialize = Callable[[bytes], bytes]
    Headers = Sequence[tuple[str, bytes | None]]

_TIMESTAMP_TYPES = {1: b"CreateTime:%d", 2: b"LogAppendTime:%d"}  # as `chunks.py` numbers them


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
                (timestamp, _timestamps, offset or headers or key or value),
                (offset, _offsets, headers or key or value),
                (headers, self._headers, key or value),
                (key, self._keys, value),
                (value, self._values, partition),
                (partition, _partitions, False),
            )
            if is_wanted
        ]

    def text(self, record: FetchedRecord) -> bytes:
        """Return the columns of one record."""
        from kafkacli.client.chunks import Records

        return self.texts(Records([record]))

    def texts(self, records: Run) -> bytes:
        """Return the columns of many records."""
        if len(self._columns) == 1:  # nothing but values is the usual case
            ((column, end),) = self._columns
            return end.join([*column(records), b""])
        parts = [part for column, end in self._columns for part in (column(records), repeat(end))]
        return b"".join(chain.from_iterable(zip(*parts, strict=False)))

    def _keys(self, records: Run) -> list[bytes]:
        return self._shown(records.keys(), self._key_of)

    def _values(self, records: Run) -> list[bytes]:
        return self._shown(records.values(), self._value_of)

    def _headers(self, records: Run) -> list[bytes]:
        return list(map(self._header_text, records.headers()))

    def _header_text(self, headers: Headers) -> bytes:
        if not headers:
            return b"NO_HEADERS"
        values = self._shown([value for _, value in headers], self._header_of)
        return self._header_end.join(
            [name.encode() + b":" + value for (name, _), value in zip(headers, values, strict=True)]
        )

    def _shown(self, data: list[bytes | None], deserialize: Deserialize | None) -> list[bytes]:
        """As the original, hand even the word for null to the deserializer."""
        null = self._null
        found = [null if one is None else one for one in data]
        return found if deserialize is None else list(map(deserialize, found))


def _timestamps(records: Run) -> list[bytes]:
    timestamps = records.timestamps()
    shown = {  # many records share theirs
        each: _TIMESTAMP_TYPES[each[0]] % each[1] if each[0] in _TIMESTAMP_TYPES else b"NO_TIMESTAMP"
        for each in set(timestamps)
    }
    return list(map(shown.__getitem__, timestamps))


def _offsets(records: Run) -> list[bytes]:
    return [b"Offset:%d" % offset for offset in records.offsets()]


def _partitions(records: Run) -> list[bytes]:
    numbers = records.partitions()
    shown = {number: b"%d" % number for number in set(numbers)}
    return list(map(shown.__getitem__, numbers))


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
