"""Records as text and back: JSON lines, kcat's format strings, and which records of a topic are meant. No IO, no clock."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    class ShownRecord(Protocol):
        """A record that was read; what librdkafka's have of methods."""

        def topic(self) -> str | None: ...
        def partition(self) -> int: ...
        def offset(self) -> int: ...
        def key(self) -> bytes | None: ...
        def value(self) -> bytes | None: ...
        def headers(self) -> Sequence[tuple[str, bytes | None]] | None: ...
        def timestamp(self) -> tuple[int, int]:
            """The type, 0 for none, 1 of the producer, 2 of the broker; and ms since 1970."""
