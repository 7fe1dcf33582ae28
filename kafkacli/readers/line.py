"""kafka.tools.ConsoleProducer$LineMessageReader: a record a line, with a key before the first separator if asked for.

Properties: parse.key, key.separator (a tab when absent), ignore.error (a line without separator is a value without key),
null.marker (since 3.2: the text of a key or value that stands for null).
Input comes in blocks of bytes, in whatever pieces; lines end as in Java's BufferedReader with LF, CR or CRLF. What is no
UTF-8 becomes U+FFFD, as in the original, which decodes and encodes every line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat

from kafkacli.java_classes import JavaError, is_true

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Record = tuple[bytes | None, bytes | None]
    """Key and value."""


class LineReader:
    """Cuts blocks into records."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        self.has_keys = is_true(properties, "parse.key")
        self._separator = properties.get("key.separator", "\t").encode()
        self._ignores_errors = is_true(properties, "ignore.error")
        marker = properties.get("null.marker")
        self.null_marker = None if marker is None else marker.encode()
        self._number = 0  # lines so far
        self._rest = b""  # the beginning of a line whose end is still to come
        self._skips_line_feed = False

    @property
    def has_values_only(self) -> bool:
        """Whether every line is a value as it stands."""
        return not self.has_keys and self.null_marker is None

    def read(self, block: bytes) -> Iterator[Record]:
        """Return the records of the lines that end in this block; b"" stands for the end of input, which ends a line too.

        Raises JavaError, after the records before it, for a line without a key.
        """
        return self.records(self.lines(block))

    def records(self, lines: Iterable[bytes]) -> Iterator[Record]:
        """Return the records that lines are. Raises as `read`."""
        records = self._keyed(lines) if self.has_keys else ((None, line) for line in lines)
        if (marker := self.null_marker) is None:
            return records
        return ((None if key == marker else key, None if value == marker else value) for key, value in records)

    def pairs(self, lines: Sequence[bytes]) -> tuple[Sequence[bytes], Sequence[bytes]] | None:
        """Return the keys and the values of lines, None where one of them has no key, or may stand for null."""
        if not self.has_keys or not self._separator or not lines or self.null_marker is not None:
            return None
        keys, found, values = zip(*map(bytes.partition, lines, repeat(self._separator)), strict=True)
        if b"" in found:
            return None
        self._number += len(lines)
        return keys, values

    def lines(self, block: bytes) -> list[bytes]:
        """Return the lines that end in this block."""
        if not block:
            last, self._rest = self._rest, b""
            return _as_utf8(last).splitlines()
        if self._skips_line_feed and block[0] == 10:
            block = block[1:]
        self._skips_line_feed = block.endswith(b"\r")
        end = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        if not end:
            self._rest += block
            return []
        whole, self._rest = self._rest + block[:end], block[end:]
        return _as_utf8(whole).splitlines()

    def _keyed(self, lines: Iterable[bytes]) -> Iterator[Record]:
        for line in lines:
            self._number += 1
            key, found, value = line.partition(self._separator) if self._separator else (b"", b"", line)
            if found or not self._separator:
                yield key, value
            elif self._ignores_errors:
                yield None, line
            else:
                shown = line.decode()
                raise JavaError(
                    "org.apache.kafka.common.KafkaException", f"No key found on line {self._number}: {shown}"
                )


def _as_utf8(text: bytes) -> bytes:
    if text.isascii():
        return text
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode(errors="replace").encode()
    return text
