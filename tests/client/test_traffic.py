"""What a client counts."""

import math

from kafkacli.client.traffic import Measure, Traffic


def test_a_measure() -> None:
    measure = Measure()
    assert math.isnan(measure.average)
    for value in (3, 1):
        measure.add(value)
    assert (measure.count, measure.average, measure.largest) == (2, 2, 3)


def test_batches_by_topic_and_nodes() -> None:
    traffic = Traffic("me")
    traffic.batch("a", 100, 2)
    traffic.batch("a", 50, 1)
    traffic.batch("b", 7, 1)
    assert traffic.topics == {"a": (150, 3), "b": (7, 1)}
    assert (traffic.batches.count, traffic.records_in_batches.largest) == (3, 2)
    traffic.node(1).requests += 1
    assert traffic.node(1).requests == 1
