"""The metrics of --print-metrics: their names are Java's."""

from kafkacli.client.traffic import Traffic
from kafkacli.tools.client_metrics import consumer_metrics, producer_metrics, render


def test_the_table() -> None:
    table = render({"b:long:{x=1}": 1.5, "a:b:{}": float("nan"), "c": "text"})
    assert table == ("\nMetric Name    Value\na:b:{}       : NaN\nb:long:{x=1} : 1.500\nc            : text\n")


def test_nothing_was_counted() -> None:
    assert producer_metrics(Traffic("me"))["producer-metrics:record-send-total:{client-id=me}"] == 0
    idle = consumer_metrics(Traffic("me"), {})
    assert idle["consumer-fetch-manager-metrics:records-consumed-total:{client-id=me}"] == 0
    assert "NaN" in render(idle)


def test_a_consumer_that_read() -> None:
    traffic = Traffic("me")
    traffic.batch("t", 300, 3)
    traffic.throttle.add(7)
    traffic.node(1).bytes_in = 400
    metrics = consumer_metrics(traffic, {("t", 0): 2, ("t", 1): -1})
    group = "consumer-fetch-manager-metrics"
    assert metrics[f"{group}:records-consumed-total:{{client-id=me, topic=t}}"] == 3
    assert metrics[f"{group}:bytes-consumed-total:{{client-id=me}}"] == 300
    assert metrics[f"{group}:fetch-throttle-time-max:{{client-id=me}}"] == 7
    assert metrics[f"{group}:records-lag:{{client-id=me, topic=t, partition=0}}"] == 2
    assert "records-lag:{client-id=me, topic=t, partition=1} : NaN" in render(metrics)
    assert metrics["consumer-coordinator-metrics:assigned-partitions:{client-id=me}"] == 2
    assert metrics["consumer-node-metrics:incoming-byte-total:{client-id=me, node-id=node-1}"] == 400


def test_a_producer_that_sent() -> None:
    traffic = Traffic("me")
    traffic.batch("t", 300, 3)
    node = traffic.node(1)
    node.requests, node.answers, node.bytes_out, node.connects, node.disconnects = 3, 2, 600, 2, 1
    node.round_trips.add(0.25)
    metrics = producer_metrics(traffic)
    found = {
        name: metrics[f"producer-metrics:{name}:{{client-id=me}}"]
        for name in (
            "batch-size-avg",
            "records-per-request-avg",
            "request-size-avg",
            "requests-in-flight",
            "connection-count",
        )
    }
    assert list(found.values()) == [300, 3, 200, 1, 1]
    assert metrics["producer-node-metrics:request-latency-avg:{client-id=me, node-id=node-1}"] == 250
    assert metrics["producer-topic-metrics:byte-total:{client-id=me, topic=t}"] == 300
