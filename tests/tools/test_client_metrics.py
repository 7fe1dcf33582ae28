"""The metrics of --print-metrics: their names are Java's."""

from kafkacli.client.statistics import Statistics
from kafkacli.tools.client_metrics import consumer_metrics, producer_metrics, render


def test_the_table() -> None:
    table = render({"b:long:{x=1}": 1.5, "a:b:{}": float("nan"), "c": "text"})
    assert table == ("\nMetric Name    Value\na:b:{}       : NaN\nb:long:{x=1} : 1.500\nc            : text\n")


def test_nothing_was_counted() -> None:
    assert producer_metrics(Statistics()) == consumer_metrics(Statistics()) == {}
