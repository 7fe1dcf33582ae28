"""Counters."""

from kafkacli.zookeeper.stats import Stats


def test_latencies_are_whole_milliseconds() -> None:
    stats = Stats()
    assert stats.latencies == (0, 0, 0)
    for latency_ms in (3.9, 1.2, 10.0):
        stats.note_latency(latency_ms)
    assert stats.latencies == (1, 5, 10)
    assert stats.latency_last_ms == 10.0
    stats.received = 4
    stats.reset()
    assert (stats.latencies, stats.received, stats.latency_count) == ((0, 0, 0), 0, 0)
