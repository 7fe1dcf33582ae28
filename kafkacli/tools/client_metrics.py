"""The metrics of --print-metrics: Java's names and layout, and of them what librdkafka counts.

Source: Apache `ToolsUtils.java` and `ToolsUtils.scala` of 2.6.2; SenderMetricsRegistry, FetcherMetricsRegistry for the names.
"""

from __future__ import annotations

from kafkacli import KAFKA_VERSION
from kafkacli.java_numbers import fixed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.statistics import Statistics, Window

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


def producer_metrics(statistics: Statistics) -> Metrics:
    """Return the metrics of a producer."""
    report = statistics.latest
    if report is None:
        return {}
    client = f"{{client-id={report['client_id']}}}"
    seconds = max(report["age"] / 1e6, 1e-3)
    sizes, counts, throttle = (statistics.window(name) for name in ("batchsize", "batchcnt", "throttle"))
    group = "producer-metrics"
    metrics: Metrics = {
        **_connection_metrics(group, client, statistics, seconds),
        **_node_metrics("producer", report["client_id"], statistics, seconds),
        f"{group}:batch-size-avg:{client}": _average(sizes),
        f"{group}:batch-size-max:{client}": sizes.largest,
        f"{group}:produce-throttle-time-avg:{client}": _average(throttle),
        f"{group}:produce-throttle-time-max:{client}": throttle.largest,
        f"{group}:record-send-rate:{client}": report["txmsgs"] / seconds,
        f"{group}:record-send-total:{client}": report["txmsgs"],
        f"{group}:records-per-request-avg:{client}": _average(counts),
    }
    for topic, row in report["topics"].items():
        tags = f"{{client-id={report['client_id']}, topic={topic}}}"
        records = sum(partition["txmsgs"] for partition in row["partitions"].values())
        size = statistics.window("batchsize", topic).total
        metrics[f"producer-topic-metrics:byte-rate:{tags}"] = size / seconds
        metrics[f"producer-topic-metrics:byte-total:{tags}"] = size
        metrics[f"producer-topic-metrics:record-send-rate:{tags}"] = records / seconds
        metrics[f"producer-topic-metrics:record-send-total:{tags}"] = records
    return metrics | _general(client, len(metrics))


def consumer_metrics(statistics: Statistics) -> Metrics:
    """Return the metrics of a consumer."""
    report = statistics.latest
    if report is None:
        return {}
    client = f"{{client-id={report['client_id']}}}"
    seconds = max(report["age"] / 1e6, 1e-3)
    throttle = statistics.window("throttle")
    fetches = sum(broker["req"].get("Fetch", 0) for broker in report["brokers"].values())
    group = "consumer-fetch-manager-metrics"
    metrics: Metrics = {
        **_connection_metrics("consumer-metrics", client, statistics, seconds),
        **_node_metrics("consumer", report["client_id"], statistics, seconds),
        f"{group}:bytes-consumed-rate:{client}": report["rxmsg_bytes"] / seconds,
        f"{group}:bytes-consumed-total:{client}": report["rxmsg_bytes"],
        f"{group}:fetch-rate:{client}": fetches / seconds,
        f"{group}:fetch-throttle-time-avg:{client}": _average(throttle),
        f"{group}:fetch-throttle-time-max:{client}": throttle.largest,
        f"{group}:fetch-total:{client}": fetches,
        f"{group}:records-consumed-rate:{client}": report["rxmsgs"] / seconds,
        f"{group}:records-consumed-total:{client}": report["rxmsgs"],
        f"consumer-coordinator-metrics:assigned-partitions:{client}": report.get("cgrp", {}).get("assignment_size", 0),
    }
    for topic, row in report["topics"].items():
        partitions = [part for number, part in row["partitions"].items() if number != "-1"]
        tags = f"{{client-id={report['client_id']}, topic={topic}}}"
        size, records = (sum(part[name] for part in partitions) for name in ("rxbytes", "rxmsgs"))
        metrics[f"{group}:bytes-consumed-rate:{tags}"] = size / seconds
        metrics[f"{group}:bytes-consumed-total:{tags}"] = size
        metrics[f"{group}:records-consumed-rate:{tags}"] = records / seconds
        metrics[f"{group}:records-consumed-total:{tags}"] = records
        for part in partitions:
            tags = f"{{client-id={report['client_id']}, topic={topic}, partition={part['partition']}}}"
            metrics[f"{group}:records-lag:{tags}"] = part["consumer_lag"] if part["consumer_lag"] >= 0 else _NOT_COUNTED
    return metrics | _general(client, len(metrics))


def _general(client: str, count: int) -> Metrics:
    version, _, commit = KAFKA_VERSION.partition(" (Commit:")
    return {
        f"app-info:commit-id:{client}": commit.rstrip(")"),
        f"app-info:version:{client}": version,
        f"kafka-metrics-count:count:{client}": count,
    }


def _connection_metrics(group: str, client: str, statistics: Statistics, seconds: float) -> Metrics:
    report = statistics.latest
    assert report is not None
    brokers = report["brokers"].values()
    connects, disconnects = (sum(broker[name] for broker in brokers) for name in ("connects", "disconnects"))
    rtt = statistics.window("rtt")
    values = {
        "connection-close-rate": disconnects / seconds,
        "connection-close-total": disconnects,
        "connection-count": sum(broker["state"] == "UP" for broker in brokers),
        "connection-creation-rate": connects / seconds,
        "connection-creation-total": connects,
        "incoming-byte-rate": report["rx_bytes"] / seconds,
        "incoming-byte-total": report["rx_bytes"],
        "network-io-rate": (report["tx"] + report["rx"]) / seconds,
        "network-io-total": report["tx"] + report["rx"],
        "outgoing-byte-rate": report["tx_bytes"] / seconds,
        "outgoing-byte-total": report["tx_bytes"],
        "request-latency-avg": _average(rtt) / 1000,
        "request-latency-max": rtt.largest / 1000,
        "request-rate": report["tx"] / seconds,
        "request-size-avg": report["tx_bytes"] / max(report["tx"], 1),
        "request-total": report["tx"],
        "requests-in-flight": sum(broker["waitresp_cnt"] for broker in brokers),
        "response-rate": report["rx"] / seconds,
        "response-total": report["rx"],
    }
    return {f"{group}:{name}:{client}": value for name, value in values.items()}


def _node_metrics(side: str, client_id: str, statistics: Statistics, seconds: float) -> Metrics:
    report = statistics.latest
    assert report is not None
    metrics: Metrics = {}
    for broker in report["brokers"].values():
        rtt = statistics.window("rtt", str(broker["nodeid"]))
        values = {
            "incoming-byte-rate": broker["rxbytes"] / seconds,
            "incoming-byte-total": broker["rxbytes"],
            "outgoing-byte-rate": broker["txbytes"] / seconds,
            "outgoing-byte-total": broker["txbytes"],
            "request-latency-avg": _average(rtt) / 1000,
            "request-latency-max": rtt.largest / 1000,
            "request-rate": broker["tx"] / seconds,
            "request-size-avg": broker["txbytes"] / max(broker["tx"], 1),
            "request-total": broker["tx"],
            "response-rate": broker["rx"] / seconds,
            "response-total": broker["rx"],
        }
        tags = f"{{client-id={client_id}, node-id=node-{broker['nodeid']}}}"
        metrics |= {f"{side}-node-metrics:{name}:{tags}": value for name, value in values.items()}
    return metrics


def _average(window: Window) -> float:
    return _NOT_COUNTED if window.average is None else window.average
