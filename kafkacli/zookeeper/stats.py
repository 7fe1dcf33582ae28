"""What a server counts of its own work: packets and latencies. Source: ServerStats.java (3.5.9)."""

from __future__ import annotations


class Stats:
    """Counters since the start, or since `srst`."""

    __slots__ = (
        "latency_count",
        "latency_last_ms",
        "latency_max_ms",
        "latency_min_ms",
        "latency_total_ms",
        "received",
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

    def note_latency(self, latency_ms: float) -> None:
        """Count one answered request."""
        self.latency_count += 1
        self.latency_last_ms = latency_ms
        self.latency_total_ms += latency_ms
        self.latency_max_ms = max(self.latency_max_ms, latency_ms)
        if self.latency_min_ms is None or latency_ms < self.latency_min_ms:
            self.latency_min_ms = latency_ms

    @property
    def latencies(self) -> tuple[int, int, int]:
        """Smallest, average and largest latency in whole ms."""
        average = self.latency_total_ms / self.latency_count if self.latency_count else 0
        return int(self.latency_min_ms or 0), int(average), int(self.latency_max_ms)
