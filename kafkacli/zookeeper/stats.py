"""What a server counts of its own work: packets, latencies, sizes of replies.

Source: ServerStats.java, BufferStats.java, ServerCnxn.java (3.5.9).
"""

from __future__ import annotations


class Stats:
    """Counters since the start, or since `srst` (a connection's: `crst`)."""

    __slots__ = (
        "latency_count",
        "latency_last_ms",
        "latency_max_ms",
        "latency_min_ms",
        "latency_total_ms",
        "received",
        "reply_last_bytes",
        "reply_max_bytes",
        "reply_min_bytes",
        "sent",
    )

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin again at zero."""
        self.received = self.sent = 0
        self.latency_count = 0
        self.latency_total_ms = 0.0
        self.latency_min_ms: float | None = None
        self.latency_max_ms = self.latency_last_ms = 0.0
        self.reply_last_bytes = self.reply_min_bytes = self.reply_max_bytes = -1  # none yet

    def note_sent(self, size: int, waited_ms: float) -> None:
        """Count one frame that left: its size in bytes, and how long it waited for the disk."""
        self.sent += 1
        self.reply_last_bytes = size
        if size > self.reply_max_bytes:
            self.reply_max_bytes = size
        if not 0 <= self.reply_min_bytes <= size:
            self.reply_min_bytes = size
        self.latency_count += 1
        self.latency_last_ms = waited_ms
        self.latency_total_ms += waited_ms
        if waited_ms > self.latency_max_ms:
            self.latency_max_ms = waited_ms
        if self.latency_min_ms is None or waited_ms < self.latency_min_ms:
            self.latency_min_ms = waited_ms

    @property
    def latencies(self) -> tuple[int, int, int]:
        """Smallest, average and largest latency in whole ms."""
        average = self.latency_total_ms / self.latency_count if self.latency_count else 0
        return int(self.latency_min_ms or 0), int(average), int(self.latency_max_ms)
