"""Spans of partitions as the formatters get them. Which spans: test_spans.py."""

from kafkacli.client.cluster import Cluster
from kafkacli.client.span_reading import SpanConsumer
from tests.support.broker import RunningBroker
from tests.support.console import produce


def test_no_more_than_the_span_and_the_limit(broker: RunningBroker) -> None:
    assert produce(broker.bootstrap, "span", b"a\nb\nc\nd\ne\n").status == 0
    consumer = SpanConsumer(Cluster(broker.bootstrap), {("span", 0): (1, 4)}, committed=False)
    found = []
    while not consumer.is_done:
        found.append([value for run in consumer.receive(2, None) for value in run.values()])
    assert [values for values in found if values] == [[b"b", b"c"], [b"d"]]
    consumer.close()


def test_whole_batches_stay_whole(broker: RunningBroker) -> None:
    assert produce(broker.bootstrap, "spans", b"a\nb\n").status == 0
    consumer = SpanConsumer(Cluster(broker.bootstrap), {("spans", 0): (0, None)}, committed=True)
    (run,) = consumer.receive(None, None)
    assert run.values() == [b"a", b"b"]
    assert not consumer.is_done
    assert consumer.receive(None, 0.01) == []
    consumer.close()
