"""What a client counts while it works, for the metrics that the perf tools print: connections by node, records by topic."""

from __future__ import annotations

from time import monotonic


class Measure:
    """Values of one kind: how many, their sum, the largest."""

    __slots__ = ("count", "largest", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self.largest = 0.0

    def add(self, value: float) -> None:
        """Take one."""
        self.count += 1
        self.total += value
        self.largest = max(self.largest, value)

    @property
    def average(self) -> float:
        """The mean, NaN of nothing."""
        return self.total / self.count if self.count else float("nan")


class NodeTraffic:
    """What went over the connections to one broker. round_trips: seconds from a request to its answer."""

    __slots__ = ("answers", "bytes_in", "bytes_out", "connects", "disconnects", "requests", "round_trips")

    def __init__(self) -> None:
        self.requests = self.answers = self.bytes_in = self.bytes_out = self.connects = self.disconnects = 0
        self.round_trips = Measure()


class Traffic:
    """What one client did. topics: bytes of batches, and records, by topic. batches: bytes of each. throttle: ms."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        self.began = monotonic()
        self.nodes: dict[int, NodeTraffic] = {}
        self.topics: dict[str, tuple[int, int]] = {}
        self.batches = Measure()
        self.records_in_batches = Measure()
        self.throttle = Measure()

    def node(self, number: int) -> NodeTraffic:
        """Return what is counted of one broker."""
        return self.nodes.setdefault(number, NodeTraffic())

    def batch(self, topic: str, size: int, records: int) -> None:
        """Take note of a batch that was acknowledged, or read."""
        self.batches.add(size)
        self.records_in_batches.add(records)
        size_before, records_before = self.topics.get(topic, (0, 0))
        self.topics[topic] = (size_before + size, records_before + records)
