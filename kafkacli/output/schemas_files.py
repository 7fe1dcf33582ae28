"""The schemas of what is read from files: segments and indexes of logs, state change logs. Streams, a line each."""

from __future__ import annotations

from kafkacli.output.schema import STREAM, Field, Schema

FILES = (
    Schema(
        "dump-log",
        ("kafka-dump-log.sh --files: segments",),
        "The batches of segments, each before its records (--deep-iteration, --print-data-log).",
        (
            Field("file", "string", "The path of the segment."),
            Field("type", "string", "batch or record."),
            Field("offset", "integer", "The record's offset, or the first of the batch."),
            Field("last_offset", "integer", "The last offset of the batch; the record's own."),
            Field("position", "integer", "Where the batch begins in the file, in bytes."),
            Field("size", "integer", "Bytes of the batch."),
            Field("magic", "integer", "The version of its format."),
            Field("compression", "string", "NONE, GZIP, SNAPPY, LZ4 or ZSTD."),
            Field("crc", "integer?", "The checksum that is stored."),
            Field("valid", "boolean", "Whether it is that of the bytes."),
            Field("timestamp_type", "string", "CreateTime, LogAppendTime or NoTimestampType."),
            Field("timestamp", "integer", "Epoch milliseconds of the record; the largest of the batch."),
            Field("sequence", "integer?", "The (first) sequence number; -1 or null without one."),
            Field("producer_id", "integer?", "The producer's id, -1 without one; null before magic 2."),
            Field("producer_epoch", "integer?", "Its epoch."),
            Field("leader_epoch", "integer?", "The epoch of the leader that took the batch."),
            Field("transactional", "boolean?", "Whether it belongs to a transaction."),
            Field("control", "boolean?", "Whether it marks the end of one."),
            Field("key_size", "integer?", "Bytes of the key; null without one, and for a batch."),
            Field("value_size", "integer?", "Bytes of the value."),
            Field("key", "string?", "The key as its decoder shows it, when content is asked for."),
            Field("value", "string?", "The value."),
            Field("header_keys", "[string]", "The names of the record's headers."),
        ),
        STREAM,
    ),
    Schema(
        "dump-offset-index",
        ("kafka-dump-log.sh --files: offset indexes (.index)",),
        "The entries of offset indexes.",
        (
            Field("file", "string", "The path of the index."),
            Field("offset", "integer", "The last offset of a batch."),
            Field("position", "integer", "Where the batch begins in the segment, in bytes."),
        ),
        STREAM,
    ),
    Schema(
        "dump-time-index",
        ("kafka-dump-log.sh --files: time indexes (.timeindex)",),
        "The entries of time indexes.",
        (
            Field("file", "string", "The path of the index."),
            Field("timestamp", "integer", "The largest timestamp so far: epoch milliseconds."),
            Field("offset", "integer", "The offset of its record."),
        ),
        STREAM,
    ),
    Schema(
        "dump-transaction-index",
        ("kafka-dump-log.sh --files: transaction indexes (.txnindex)",),
        "The aborted transactions.",
        (
            Field("file", "string", "The path of the index."),
            Field("producer_id", "integer", "The producer's id."),
            Field("first_offset", "integer", "Where the transaction begins."),
            Field("last_offset", "integer", "Where it ends."),
            Field("last_stable_offset", "integer", "The last stable offset when it was aborted."),
        ),
        STREAM,
    ),
    Schema(
        "dump-producer-snapshot",
        ("kafka-dump-log.sh --files: producer snapshots (.snapshot)",),
        "The producers that a log knows.",
        (
            Field("file", "string", "The path of the snapshot."),
            Field("producer_id", "integer", "The producer's id."),
            Field("producer_epoch", "integer", "Its epoch."),
            Field("coordinator_epoch", "integer", "The epoch of the coordinator that last ended a transaction of it."),
            Field(
                "transaction_first_offset", "integer?", "Where the transaction that is open begins; null without one."
            ),
            Field("first_sequence", "integer?", "The first sequence number of the last batch; null without one."),
            Field("last_sequence", "integer?", "Its last one."),
            Field("last_offset", "integer?", "The last offset of that batch."),
            Field("timestamp", "integer?", "The timestamp of that batch: epoch milliseconds."),
        ),
        STREAM,
    ),
    Schema(
        "state-changes",
        ("kafkacli state-change-log-merger",),
        "The lines of state change logs, by time.",
        (
            Field("time", "string", "The time as the log has it: YYYY-MM-DD hh:mm:ss,SSS."),
            Field("topic", "string", "The topic that the line is about."),
            Field("partition", "integer", "And the partition."),
            Field("line", "string", "The whole line."),
        ),
        STREAM,
    ),
)
