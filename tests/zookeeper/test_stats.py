"""What a server counts of its work."""

from __future__ import annotations

from kafkacli.zookeeper.stats import ServerStats, Stats


def test_latencies_of_the_frames_that_left() -> None:
    stats = Stats()
    assert stats.latencies == (0, 0, 0)
    for waited_ms in (3.9, 1.2, 10.0):
        stats.note_sent(waited_ms)
    stats.note_word()
    assert (stats.received, stats.sent) == (0, 4)
    assert stats.latencies == (1, 5, 10)
    assert stats.latency_last_ms == 10
    stats.reset()
    assert (stats.received, stats.sent, stats.latencies) == (0, 0, (0, 0, 0))


def test_sizes_of_a_servers_replies() -> None:
    stats = ServerStats()
    assert (stats.reply_last_bytes, stats.reply_min_bytes, stats.reply_max_bytes) == (-1, -1, -1)
    for size in (20, 0, 300, 40):
        stats.note_reply(size, 1.0)
    assert (stats.reply_last_bytes, stats.reply_min_bytes, stats.reply_max_bytes) == (40, 0, 300)
    assert (stats.sent, stats.latencies) == (4, (1, 1, 1))
    stats.reset()
    assert (stats.reply_last_bytes, stats.reply_min_bytes, stats.reply_max_bytes) == (-1, -1, -1)
