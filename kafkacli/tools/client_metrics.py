"""The metrics of --print-metrics: Java's names and layout, and of them what is counted here.

Source: Apache `ToolsUtils.java` and `ToolsUtils.scala` of 2.6.2; SenderMetricsRegistry, FetcherMetricsRegistry for the names.
"""

from __future__ import annotations

from time import monotonic

from kafkacli import KAFKA_VERSION
from kafkacli.client.traffic import NodeTraffic
from kafkacli.java_numbers import fixed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.client.topics import TopicPartition
    from kafkacli.client.traffic import Traffic

    Metrics = dict[str, float | str]

_NOT_COUNTED = float("nan")


def render(metrics: Metrics) -> str:
    """Return the table, sorted by name, beginning with an empty line."""
    rows = {**metrics}
    width = max(map(len, rows), default=0)
    lines = [f"\n{'Metric Name':<{width}}   Value"]
    for name in sorted(rows):
        value = rows[name]
        lines.append(f"{name:<{width}} : {value if isinstance(value, str) else fixed(value, 3)}")
    return "\n".join(lines) + "\n"


def producer_metrics(traffic: Traffic) -> Metrics:
    """Return the metrics of a producer."""
    client = f"{{client-id={traffic.client_id}}}"
    seconds = max(monotonic() - traffic.began, 1e-3)
    records = sum(count for _, count in traffic.topics.values())
    group = "producer-metrics"
    metrics: Metrics = {
        **_traffic_metrics("producer", traffic, seconds),
        f"{group}:batch-size-avg:{client}": traffic.batches.average,
        f"{group}:batch-size-max:{client}": traffic.batches.largest,
        f"{group}:produce-throttle-time-avg:{client}": traffic.throttle.average,
        f"{group}:produce-throttle-time-max:{client}": traffic.throttle.largest,
        f"{group}:record-send-rate:{client}": records / seconds,
        f"{group}:record-send-total:{client}": records,
        f"{group}:records-per-request-avg:{client}": traffic.records_in_batches.average,
    }
    for topic, (size, records) in traffic.topics.items():
        tags = f"{{client-id={traffic.client_id}, topic={topic}}}"
        metrics[f"producer-topic-metrics:byte-rate:{tags}"] = size / seconds
        metrics[f"producer-topic-metrics:byte-total:{tags}"] = size
        metrics[f"producer-topic-metrics:record-send-rate:{tags}"] = records / seconds
        metrics[f"producer-topic-metrics:record-send-total:{tags}"] = records
    return metrics | _general(client, len(metrics))


def consumer_metrics(traffic: Traffic, lags: Mapping[TopicPartition, int]) -> Metrics:
    """Return the metrics of a consumer. lags: of the partitions that it reads, -1 where nothing is known."""
    client = f"{{client-id={traffic.client_id}}}"
    seconds = max(monotonic() - traffic.began, 1e-3)
    sizes, counts = (sum(row[column] for row in traffic.topics.values()) for column in (0, 1))
    group = "consumer-fetch-manager-metrics"
    metrics: Metrics = {
        **_traffic_metrics("consumer", traffic, seconds),
        f"{group}:bytes-consumed-rate:{client}": sizes / seconds,
        f"{group}:bytes-consumed-total:{client}": sizes,
        f"{group}:fetch-rate:{client}": traffic.throttle.count / seconds,
        f"{group}:fetch-throttle-time-avg:{client}": traffic.throttle.average,
        f"{group}:fetch-throttle-time-max:{client}": traffic.throttle.largest,
        f"{group}:fetch-total:{client}": traffic.throttle.count,
        f"{group}:records-consumed-rate:{client}": counts / seconds,
        f"{group}:records-consumed-total:{client}": counts,
        f"consumer-coordinator-metrics:assigned-partitions:{client}": len(lags),
    }
    for topic, (size, records) in traffic.topics.items():
        tags = f"{{client-id={traffic.client_id}, topic={topic}}}"
        metrics[f"{group}:bytes-consumed-rate:{tags}"] = size / seconds
        metrics[f"{group}:bytes-consumed-total:{tags}"] = size
        metrics[f"{group}:records-consumed-rate:{tags}"] = records / seconds
        metrics[f"{group}:records-consumed-total:{tags}"] = records
    for (topic, number), lag in lags.items():
        tags = f"{{client-id={traffic.client_id}, topic={topic}, partition={number}}}"
        metrics[f"{group}:records-lag:{tags}"] = lag if lag >= 0 else _NOT_COUNTED
    return metrics | _general(client, len(metrics))


def _traffic_metrics(side: str, traffic: Traffic, seconds: float) -> Metrics:
    """Return the metrics of the connections, of all and of each node."""
    nodes = list(traffic.nodes.items())
    every = [node for _, node in nodes]
    trips = [node.round_trips for node in every]
    count = sum(trip.count for trip in trips)
    sums = {name: sum(getattr(node, name) for node in every) for name in NodeTraffic.__slots__ if name != "round_trips"}
    requests, answers = sums["requests"], sums["answers"]
    values = {
        "connection-close-rate": sums["disconnects"] / seconds,
        "connection-close-total": sums["disconnects"],
        "connection-count": sums["connects"] - sums["disconnects"],
        "connection-creation-rate": sums["connects"] / seconds,
        "connection-creation-total": sums["connects"],
        "incoming-byte-rate": sums["bytes_in"] / seconds,
        "incoming-byte-total": sums["bytes_in"],
        "network-io-rate": (requests + answers) / seconds,
        "network-io-total": requests + answers,
        "outgoing-byte-rate": sums["bytes_out"] / seconds,
        "outgoing-byte-total": sums["bytes_out"],
        "request-latency-avg": 1000 * sum(trip.total for trip in trips) / count if count else _NOT_COUNTED,
        "request-latency-max": 1000 * max([trip.largest for trip in trips], default=0.0),
        "request-rate": requests / seconds,
        "request-size-avg": sums["bytes_out"] / max(requests, 1),
        "request-total": requests,
        "requests-in-flight": requests - answers,
        "response-rate": answers / seconds,
        "response-total": answers,
    }
    metrics: Metrics = {
        f"{side}-metrics:{name}:{{client-id={traffic.client_id}}}": value for name, value in values.items()
    }
    for number, node in nodes:
        values = {
            "incoming-byte-rate": node.bytes_in / seconds,
            "incoming-byte-total": node.bytes_in,
            "outgoing-byte-rate": node.bytes_out / seconds,
            "outgoing-byte-total": node.bytes_out,
            "request-latency-avg": 1000 * node.round_trips.average,
            "request-latency-max": 1000 * node.round_trips.largest,
            "request-rate": node.requests / seconds,
            "request-size-avg": node.bytes_out / max(node.requests, 1),
            "request-total": node.requests,
            "response-rate": node.answers / seconds,
            "response-total": node.answers,
        }
        tags = f"{{client-id={traffic.client_id}, node-id=node-{number}}}"
        metrics |= {f"{side}-node-metrics:{name}:{tags}": value for name, value in values.items()}
    return metrics


def _general(client: str, count: int) -> Metrics:
    version, _, commit = KAFKA_VERSION.partition(" (Commit:")
    return {
        f"app-info:commit-id:{client}": commit.rstrip(")"),
        f"app-info:version:{client}": version,
        f"kafka-metrics-count:count:{client}": count,
    }
