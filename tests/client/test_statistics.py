"""What librdkafka counts, gathered over several reports."""

import json

from kafkacli.client.statistics import Statistics


def report(rtt: dict[str, int], sizes: dict[str, int]) -> str:
    nothing = {"cnt": 0, "sum": 0, "max": 0}
    broker = {"nodeid": 3, "rtt": rtt, "throttle": nothing}
    return json.dumps({"brokers": {"b": broker}, "topics": {"t": {"batchsize": sizes, "batchcnt": nothing}}})


def test_averages_are_of_all_reports() -> None:
    statistics = Statistics()
    statistics.take(report({"cnt": 1, "sum": 10, "max": 10}, {"cnt": 2, "sum": 6, "max": 5}))
    statistics.take(report({"cnt": 3, "sum": 2, "max": 1}, {"cnt": 0, "sum": 0, "max": 9}))
    assert statistics.reports == 2
    assert statistics.window("rtt").average == statistics.window("rtt", "3").average == 3
    assert statistics.window("rtt").largest == 10
    assert statistics.window("batchsize", "t").largest == 5
    assert statistics.window("throttle").average is None


def test_nothing_is_known_before_the_first() -> None:
    assert Statistics().latest is None
    assert Statistics().window("rtt").average is None
