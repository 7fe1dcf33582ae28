"""The schemas of what measures and checks clients and replicas: one document of a whole run, or a line for each event."""

from __future__ import annotations

from kafkacli.output.schema import OBJECT, STREAM, Field, Schema

CLIENTS = (
    Schema(
        "producer-perf",
        ("kafka-producer-perf-test.sh",),
        "What was measured of a producer, over the whole run.",
        (
            Field("records", "integer", "Records that were acknowledged or failed."),
            Field("bytes", "integer", "Their bytes."),
            Field("elapsed_ms", "integer", "How long it took."),
            Field("records_per_second", "number", "Their rate."),
            Field("megabytes_per_second", "number", "Their rate in MiB."),
            Field("average_latency_ms", "number", "From the sending to the acknowledgement, on average."),
            Field("largest_latency_ms", "number", "The longest."),
            Field("latency_ms", "{integer}", "By share of the records: p50, p95, p99, p99.9."),
        ),
        OBJECT,
    ),
    Schema(
        "consumer-perf",
        ("kafka-consumer-perf-test.sh",),
        "What was measured of a consumer, over the whole run.",
        (
            Field("start_ms", "integer", "When it began: epoch milliseconds."),
            Field("end_ms", "integer", "When it ended."),
            Field("records", "integer", "Records that were read."),
            Field("bytes", "integer", "Their bytes."),
            Field("records_per_second", "number", "Their rate."),
            Field("megabytes_per_second", "number", "Their rate in MiB."),
            Field("rebalance_ms", "integer", "How long the group took to give partitions."),
            Field("fetch_ms", "integer", "The time less that."),
        ),
        OBJECT,
    ),
    Schema(
        "e2e-latency",
        ("kafka-e2e-latency.sh",),
        "How long records took from a producer to a consumer, over the whole run.",
        (
            Field("records", "integer", "How many there were."),
            Field("average_latency_ms", "number", "On average."),
            Field("latency_ms", "{integer}", "By share of the records: p50, p99, p99.9."),
        ),
        OBJECT,
    ),
    Schema(
        "replica-verification",
        ("kafka-replica-verification.sh",),
        "What was found in replicas, as it is found.",
        (
            Field("time_ms", "integer", "When: epoch milliseconds."),
            Field("type", "string", "lag, offset (batches end at different ones) or checksum."),
            Field("topic", "string?", "The topic: that of the largest lag; null while nothing was compared."),
            Field("partition", "integer?", "And the partition."),
            Field("offset", "integer?", "How far replicas were compared, or where they differ."),
            Field("lag", "integer?", "lag: how many records the slowest replica is behind."),
            Field("partitions", "integer?", "lag: of how many partitions."),
            Field("replica", "integer?", "offset, checksum: the broker id of one replica."),
            Field("value", "integer?", "Its offset or checksum."),
            Field("other_replica", "integer?", "The broker id of the other."),
            Field("other_value", "integer?", "Its offset or checksum."),
        ),
        STREAM,
    ),
    Schema(
        "verifiable-events",
        ("kafka-verifiable-producer.sh", "kafka-verifiable-consumer.sh"),
        "What happens to a verifiable client. The plain form is JSON too, with the details beside the name.",
        (
            Field("timestamp", "integer", "When: epoch milliseconds."),
            Field("name", "string", "What: startup_complete, producer_send_success, records_consumed, ..."),
            Field("details", "{any}", "What of it, by the names of the plain form."),
        ),
        STREAM,
    ),
)
