"""kcat's format strings (-f): what a record looks like in them, and records read from text that was written so.

    %s value   %S its length   %k key   %K its length   %R the value's length as 4 bytes, big-endian
    %t topic   %p partition    %o offset   %T timestamp in ms   %h headers, NAME=VALUE,...   %% a percent sign
    \\n \\r \\t \\0 \\\\ and \\xNN, a byte in hexadecimal; another character behind a backslash stands for itself

A key or value of null shows as nothing, its length as -1, a header without a value as NAME. Source: kcat's `-f`.
"""

from __future__ import annotations

from kafkacli.record.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kafkacli.interchange import ShownRecord

_FIELDS = "sSkKRtpoTh"
_ESCAPES = {"n": b"\n", "r": b"\r", "t": b"\t", "0": b"\0"}
_NUMBERS = "SKpoT"

Part = str | bytes
"""A field's letter, or what stands between fields."""


class FormatError(ValueError):
    """A format string that is none, or text that doesn't follow one."""


class Unfinished(Exception):
    """The text ends within a record."""


def parse_format(text: str) -> list[Part]:
    """Return the fields of a format string and what stands between them. Raises FormatError."""
    parts: list[Part] = []
    literal = b""
    position = 0
    while position < len(text):
        letter = text[position]
        following = text[position + 1 : position + 2]
        position += 1 if letter not in "%\\" else 2
        if letter == "%" and following in _FIELDS and following:
            parts += [literal, following] if literal else [following]
            literal = b""
        elif letter == "%" and following != "%":
            raise FormatError(f"%{following} is no field of a format; there are %{' %'.join(_FIELDS)} %%")
        elif letter == "\\" and following == "x":
            digits = text[position : position + 2]
            try:
                literal += bytes.fromhex(digits if len(digits) == 2 else "-")
            except ValueError:
                raise FormatError(f"\\x{digits} is no byte in hexadecimal") from None
            position += 2
        elif letter == "\\":
            literal += _ESCAPES.get(following, following.encode("utf-8", "surrogateescape") or b"\\")
        else:
            literal += letter.encode("utf-8", "surrogateescape")
    return [*parts, literal] if literal else parts


def render(parts: Sequence[Part], record: ShownRecord) -> bytes:
    """Return what one record looks like."""
    return b"".join([part if isinstance(part, bytes) else _shown(part, record) for part in parts])


def _shown(field: str, record: ShownRecord) -> bytes:
    if field == "s":
        return record.value() or b""
    if field == "k":
        return record.key() or b""
    if field == "T":
        kind, timestamp = record.timestamp()
        return b"%d" % (timestamp if kind else -1)
    if field == "S":
        return b"%d" % _length(record.value())
    if field == "K":
        return b"%d" % _length(record.key())
    if field == "R":
        return _length(record.value()).to_bytes(4, "big", signed=True)
    if field == "t":
        return str(record.topic()).encode()
    if field == "p":
        return b"%d" % record.partition()
    if field == "o":
        return b"%d" % record.offset()
    return b",".join(
        [name.encode() + (b"" if value is None else b"=" + value) for name, value in record.headers() or ()]
    )


def _length(data: bytes | None) -> int:
    return -1 if data is None else len(data)


class FormatReader:
    """Reads records from text that follows a format; in blocks of bytes, in whatever pieces.

    A field ends where the text after it in the format begins, the last one at the end of all; a key or value whose length
    came before it (%K, %S, %R) has just so many bytes, whatever they are. Raises FormatError for a format that can't be
    read so: two fields in a row without a length.
    """

    def __init__(self, text: str) -> None:
        self._parts = parse_format(text)
        if not any(part in ("s", "k") for part in self._parts):
            raise FormatError("a format for reading needs %s or %k")
        known: set[str] = set()
        for part, following in zip(self._parts, [*self._parts[1:], b""], strict=True):
            if isinstance(part, str):
                if isinstance(following, str) and part != "R" and part not in known:
                    raise FormatError(f"nothing says where %{part} ends: the next field follows at once")
                known |= {"S": {"s"}, "R": {"s"}, "K": {"k"}}.get(part, set())
        self._rest = b""
        self._count = 0

    def read(self, block: bytes) -> Iterator[tuple[int | None, Record]]:
        """Yield (partition or None, record) of what ends in this block; b"" stands for the end of input.

        Raises FormatError, after the records before it, for text that doesn't follow the format.
        """
        data = self._rest + block
        position = 0
        try:
            while position < len(data):
                try:
                    partition, record, position = self._record(data, position, is_end=not block)
                except Unfinished:
                    if not block:
                        raise self._wrong("the input ends within it") from None
                    return
                self._count += 1
                yield partition, record
        finally:
            self._rest = data[position:]

    def _record(self, data: bytes, position: int, *, is_end: bool) -> tuple[int | None, Record, int]:
        found: dict[str, bytes | None] = {}
        lengths: dict[str, int] = {}
        for index, part in enumerate(self._parts):
            if isinstance(part, bytes):
                position = self._past_literal(data, position, part, is_end and index == len(self._parts) - 1)
            elif part == "R":
                lengths["s"] = int.from_bytes(_exactly(data, position, 4), "big", signed=True)
                position += 4
            elif part in lengths:
                found[part] = None if lengths[part] < 0 else _exactly(data, position, lengths[part])
                position += max(lengths[part], 0)
            else:
                end = self._end(data, position, index, is_end)
                found[part] = data[position:end]
                if part in ("S", "K"):
                    lengths[part.lower()] = self._number(part, data[position:end])
                position = end
        partition = self._number("p", found["p"] or b"") if "p" in found else None
        timestamp = self._number("T", found["T"] or b"") if "T" in found else -1
        record = Record(-1, timestamp, found.get("k"), found.get("s"), _headers(found.get("h") or b""))
        return partition, record, position

    def _past_literal(self, data: bytes, position: int, literal: bytes, may_end: bool) -> int:
        """A last line may lack its end."""
        there = data[position : position + len(literal)]
        if there == literal:
            return position + len(literal)
        if literal.startswith(there):
            if may_end and not there:
                return position
            raise Unfinished
        raise self._wrong(f"{there!r} where {literal!r} should be")

    def _end(self, data: bytes, position: int, index: int, is_end: bool) -> int:
        if index + 1 < len(self._parts):
            following = self._parts[index + 1]
            assert isinstance(following, bytes)
            if (end := data.find(following, position)) >= 0:
                return end
            if index + 2 < len(self._parts):
                raise Unfinished
        if not is_end:
            raise Unfinished
        return len(data)

    def _number(self, field: str, text: bytes) -> int:
        try:
            return int(text)
        except ValueError:
            raise self._wrong(f"{text!r} is no number for %{field}") from None

    def _wrong(self, what: str) -> FormatError:
        return FormatError(f"record {self._count + 1} does not follow the format: {what}")


def _exactly(data: bytes, position: int, size: int) -> bytes:
    if len(data) - position < size:
        raise Unfinished
    return data[position : position + size]


def _headers(text: bytes) -> tuple[tuple[str, bytes | None], ...]:
    headers: list[tuple[str, bytes | None]] = []
    for one in text.split(b",") if text else ():
        name, equals, value = one.partition(b"=")
        headers.append((name.decode("utf-8", "replace"), value if equals else None))
    return tuple(headers)
