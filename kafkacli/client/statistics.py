"""What librdkafka counts, gathered over a client's life: its reports hold totals, and averages of the time since the last one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Window:
    """Averages and extremes over several reports."""

    __slots__ = ("count", "largest", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0
        self.largest = 0

    def add(self, part: dict[str, int]) -> None:
        """Take one report's part."""
        self.count += part["cnt"]
        self.total += part["sum"]
        if part["cnt"]:
            self.largest = max(self.largest, part["max"])

    @property
    def average(self) -> float | None:
        """The mean, None when nothing was counted."""
        return self.total / self.count if self.count else None


class Statistics:
    """The reports of one client. latest: the last one, as librdkafka's STATISTICS.md describes it; None before the first."""

    def __init__(self) -> None:
        self.latest: dict[str, Any] | None = None
        self.reports = 0
        self._windows: dict[tuple[str, str], Window] = {}

    def take(self, text: str) -> None:
        """Take a report, JSON."""
        from json import loads

        report = loads(text)
        self.latest = report
        self.reports += 1
        for broker in report["brokers"].values():
            for name in ("rtt", "throttle"):
                self.window(name, str(broker["nodeid"])).add(broker[name])
                self.window(name).add(broker[name])
        for topic, row in report["topics"].items():
            for name in ("batchsize", "batchcnt"):
                self.window(name, topic).add(row[name])
                self.window(name).add(row[name])

    def window(self, name: str, of: str = "") -> Window:
        """Return what was gathered under one of librdkafka's names.

        name: rtt (microseconds) or throttle (milliseconds) of a node, batchsize (bytes) or batchcnt (records) of a topic.
        of: the node's number or the topic, '' for all of them together.
        """
        return self._windows.setdefault((name, of), Window())
