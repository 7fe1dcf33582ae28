"""Counters."""

from kafkacli.zookeeper.stats import Stats


def test_latencies_are_whole_milliseconds() -> None:
    stats = Stats()
    assert stats.latencies == (0, 0, 0)
    for size, latency_ms in ((16, 3.9), (90, 1.2), (40, 10.0)):
        stats.note_sent(size, latency_ms)
    assert stats.latencies == (1, 5, 10)
    assert (stats.latency_last_ms, stats.sent) == (10.0, 3)
    assert (stats.reply_last_bytes, stats.reply_min_bytes, stats.reply_max_bytes) == (40, 16, 90)
    stats.received = 4
    stats.reset()
    assert (stats.latencies, stats.received, stats.latency_count) == ((0, 0, 0), 0, 0)
    assert (stats.reply_last_bytes, stats.reply_min_bytes, stats.reply_max_bytes) == (-1, -1, -1)
