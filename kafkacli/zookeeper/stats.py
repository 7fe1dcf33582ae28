"""What a server, and each connection, counts: packets, latencies, sizes of replies.

Source: ServerStats.java, BufferStats.java, ServerCnxn.java (3.5.9).
"""

from __future__ import annotations

from math import inf


class Stats:
    """A connection's counters since it began, or since `crst`."""

    __slots__ = (
        "latency_last_ms", "latency_max_ms", "latency_min_ms", "latency_total_ms", "received", "sent", "unmeasured",
    )  # fmt: skip

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin again at zero."""
        self.received = self.sent = 0
        self.unmeasured = 0  # of those sent: answers to four-letter words
        self.latency_total_ms = self.latency_max_ms = self.latency_last_ms = 0.0
        self.latency_min_ms = inf

    def note_sent(self, waited_ms: float) -> None:
        """Count one frame that left, and how long it waited for the disk."""
        self.sent += 1
        self.latency_last_ms = waited_ms
        self.latency_total_ms += waited_ms
        if waited_ms > self.latency_max_ms:
            self.latency_max_ms = waited_ms
        if waited_ms < self.latency_min_ms:
            self.latency_min_ms = waited_ms

    def note_word(self) -> None:
        """Count the answer to a four-letter word."""
        self.sent += 1
        self.unmeasured += 1

    @property
    def latencies(self) -> tuple[int, int, int]:
        """Smallest, average and largest latency in whole ms."""
        measured = self.sent - self.unmeasured
        if not measured:
            return 0, 0, 0
        return int(self.latency_min_ms), int(self.latency_total_ms / measured), int(self.latency_max_ms)


class ServerStats(Stats):
    """A server's counters since the start, or since `srst`: also how large replies were, in bytes; -1: none yet."""

    __slots__ = ("reply_last_bytes", "reply_max_bytes", "reply_min_bytes")

    def reset(self) -> None:
        """Begin again at zero."""
        super().reset()
        self.reply_last_bytes = self.reply_min_bytes = self.reply_max_bytes = -1

    def note_reply(self, size: int, waited_ms: float) -> None:
        """Count one frame that left: its size in bytes, and how long it waited for the disk."""
        self.note_sent(waited_ms)
        self.reply_last_bytes = size
        if not self.reply_min_bytes <= size <= self.reply_max_bytes:
            self.reply_max_bytes = max(size, self.reply_max_bytes)
            self.reply_min_bytes = min(size, self.reply_min_bytes) if self.reply_min_bytes >= 0 else size
