"""kafka-replica-verification.sh: reads all replicas of topics side by side, and tells where they differ.

Source: Apache `ReplicaVerificationTool.scala` of 2.6.2.
"""

from __future__ import annotations

import time

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable
from kafkacli.signals import EndingSignals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.replicas import Fetched
    from kafkacli.client.topics import Topic, TopicPartition
    from kafkacli.record.header import BatchHeader

OPTIONS = OptionTable(
    "kafka-replica-verification.sh",
    "Read all replicas of topics side by side, and tell where they differ and how far they lag behind.",
    (
        Option("broker-list", argument="host:port,...", help="The brokers to ask first. Needed."),
        Option(
            "fetch-size",
            argument="bytes",
            kind="integer",
            default="1048576",
            help="How much of a partition one request brings at most.",
        ),
        HELP,
        OUTPUT,
        Option(
            "max-wait-ms",
            argument="ms",
            kind="integer",
            default="1000",
            help="How long a broker may wait for new records before it answers.",
        ),
        Option(
            "report-interval-ms",
            argument="ms",
            kind="long",
            default="30000",
            help="How often the largest lag is told.",
        ),
        Option(
            "time",
            argument="time",
            kind="long",
            default="-1",
            help="Where to begin: -1, the end; -2, the beginning; or a time in ms since 1970.",
        ),
        Option(
            "topic-white-list",
            argument="pattern",
            default=".*",
            help="The topics: a regular expression, where a comma stands for `or`.",
        ),
        VERSION,
    ),
    synopsis="--broker-list <host:port,...> [OPTION]...",
    examples=(
        (
            "kafka-replica-verification.sh --broker-list localhost:9092 --topic-white-list 'orders.*' --time -2",
            "compare these topics from their beginning on",
        ),
    ),
)
_LOGGER = "kafka.tools.ReplicaVerificationTool$"


def main(arguments: list[str]) -> int:
    """Run kafka-replica-verification.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if (
        status := answer_help(options, "Validate that all replicas for a set of topics have the same data.")
    ) is not None:
        return status
    options.require("broker-list")
    from kafkacli.client.cluster import CallTimedOut
    from kafkacli.client.java_errors import cause_text
    from kafkacli.client.settings import SettingsError
    from kafkacli.errors import ApiError

    try:
        with EndingSignals() as signals:
            status = _run(options, lambda: signals.status is not None or console.broken())
            return signals.status or status
    except JavaError as error:
        console.err(f'Exception in thread "main" {error}')
    except SettingsError as error:
        console.err(f'Exception in thread "main" org.apache.kafka.common.config.ConfigException: {error}')
    except (ApiError, CallTimedOut) as error:
        console.err(f'Exception in thread "main" java.util.concurrent.ExecutionException: {cause_text(error)}')
    return Exit.FAILURE


class Mismatch(Exception):
    """Two replicas have batches that end with different offsets: there is nothing to compare from there on."""


class Comparison:
    """What was compared so far. tell: takes the text of a finding and its facts. Times in ms."""

    def __init__(self, offsets: Mapping[TopicPartition, int], interval_ms: int, tell: Callable[..., None]) -> None:
        self.offsets = dict(offsets)  # from which on to compare
        self._interval_ms = interval_ms
        self._tell = tell
        self._last_report = _now()

    def compare(self, fetched: Mapping[TopicPartition, Mapping[int, Fetched]]) -> None:
        """Compare what the replicas (by broker id) of each partition have. Raises Mismatch."""
        most_lag, at = -1, -1
        where: TopicPartition | None = None
        for partition, replicas in sorted(fetched.items()):
            self._compare_partition(partition, replicas)
            offset = self.offsets[partition]
            lag = max(replica.high_watermark for replica in replicas.values()) - offset
            if lag > most_lag:
                most_lag, where, at = lag, partition, offset
        now = _now()
        if now - self._last_report > self._interval_ms:
            self._tell(
                f"max lag is {most_lag} for partition {_shown(where)} at offset {at} among {len(fetched)} partitions",
                type="lag",
                topic=where and where[0],
                partition=where and where[1],
                offset=None if where is None else at,
                lag=None if where is None else most_lag,
                partitions=len(fetched),
            )
            self._last_report = now

    def _compare_partition(self, partition: TopicPartition, replicas: Mapping[int, Fetched]) -> None:
        """Go on batch by batch, up to the first one that a replica lacks or has above its high watermark."""
        from kafkacli.record.header import iter_headers

        batches = [(broker_id, replica, iter_headers(replica.records)) for broker_id, replica in replicas.items()]
        while True:
            first = None
            is_everywhere = True
            for broker_id, replica, headers in batches:
                _, header = next(headers, (0, None))
                if header is None or header.last_offset >= replica.high_watermark:
                    is_everywhere = False
                elif first is None:
                    first = (broker_id, header)
                else:
                    self._compare_batches(partition, first, (broker_id, header))
            if first is None or not is_everywhere:
                return
            self.offsets[partition] = first[1].last_offset + 1

    def _compare_batches(
        self, partition: TopicPartition, first: tuple[int, BatchHeader], other: tuple[int, BatchHeader]
    ) -> None:
        (first_id, one), (other_id, two) = first, other
        facts = {"topic": partition[0], "partition": partition[1], "replica": first_id, "other_replica": other_id}
        if one.last_offset != two.last_offset:
            self._tell(
                f"partition {_shown(partition)}: replica {first_id}'s offset {one.last_offset} doesn't match "
                f"replica {other_id}'s offset {two.last_offset}",
                **facts,
                type="offset",
                offset=self.offsets[partition],
                value=one.last_offset,
                other_value=two.last_offset,
            )
            raise Mismatch
        if one.crc != two.crc:
            self._tell(
                f"partition {_shown(partition)} has unmatched checksum at offset {two.last_offset}; "
                f"replica {first_id}'s checksum {one.crc}; replica {other_id}'s checksum {two.crc}",
                **facts,
                type="checksum",
                offset=two.last_offset,
                value=one.crc,
                other_value=two.crc,
            )


def _run(options: Parsed, is_ended: Callable[[], bool]) -> int:
    from kafkacli.client.connect import connect
    from kafkacli.client.topics import describe_topics, list_topics
    from kafkacli.options.addresses import check_addresses

    is_wanted = _pattern(options.value("topic-white-list") or "")
    fetch_size, max_wait_ms = options.integer("fetch-size") or 0, options.integer("max-wait-ms") or 0
    begin, interval_ms = options.integer("time") or 0, options.integer("report-interval-ms") or 0
    servers = options.value("broker-list") or ""
    check_addresses(options, servers)
    with connect(servers) as cluster:
        names = [name for name, _ in list_topics(cluster) if is_wanted(name)]
        if not names:
            text = "No topics found. [topic-white-list] if specified, is either filtering out all topics or there is no topic."
            console.log("ERROR", text, _LOGGER)
            return Exit.FAILURE
        topics = describe_topics(cluster, names)
        offsets = _first_offsets(cluster, topics, begin)
    comparison = Comparison(offsets, interval_ms, _teller())
    console.out(f"{_time()}: verification process is started.")
    console.flush()
    try:
        _compare_on(comparison, servers, _by_broker(topics), (fetch_size, max_wait_ms), is_ended)
    except Mismatch:
        return Exit.FAILURE
    return Exit.OK


def _first_offsets(cluster: Cluster, topics: list[Topic], begin: int) -> dict[TopicPartition, int]:
    from kafkacli.client.offsets import UNKNOWN_OFFSET, list_offsets

    offsets = list_offsets(cluster, [(topic.name, row.index) for topic in topics for row in topic.partitions], begin)
    if UNKNOWN_OFFSET in offsets.values():
        raise JavaError(
            "java.lang.NullPointerException",
            'Cannot invoke "org.apache.kafka.clients.consumer.OffsetAndTimestamp.offset()" because "v" is null',
        )
    return offsets


def _by_broker(topics: list[Topic]) -> dict[int, list[TopicPartition]]:
    """Return the partitions that each broker has replicas of."""
    found: dict[int, list[TopicPartition]] = {}
    for topic in topics:
        for row in topic.partitions:
            for broker_id in row.replicas:
                found.setdefault(broker_id, []).append((topic.name, row.index))
    return dict(sorted(found.items()))


def _compare_on(
    comparison: Comparison,
    servers: str,
    by_broker: Mapping[int, list[TopicPartition]],
    limits: tuple[int, int],
    is_ended: Callable[[], bool],
) -> None:
    """Fetch from every broker at once and compare, again and again."""
    from concurrent.futures import ThreadPoolExecutor

    from kafkacli.client.replicas import ReplicaReader

    readers = [ReplicaReader(servers, broker_id, *limits) for broker_id in by_broker]
    try:
        with ThreadPoolExecutor(len(readers)) as pool:
            while not is_ended():
                wanted = [
                    {partition: comparison.offsets[partition] for partition in by_broker[reader.broker_id]}
                    for reader in readers
                ]
                answers = pool.map(lambda reader, offsets: reader.fetch(offsets), readers, wanted)
                fetched: dict[TopicPartition, dict[int, Fetched]] = {}
                for reader, answer in zip(readers, answers, strict=True):
                    for partition, replica in answer.items():
                        fetched.setdefault(partition, {})[reader.broker_id] = replica
                comparison.compare(fetched)
    finally:
        for reader in readers:
            reader.close()


def _pattern(text: str) -> Callable[[str], object]:
    """As Kafka's Whitelist: a comma stands for `or`, quotes and blanks fall away. Raises JavaError."""
    import re

    from kafkacli.java_patterns import compile_pattern

    plain = text.strip().replace(",", "|").replace(" ", "").strip("\"'")
    try:
        return compile_pattern(plain).fullmatch
    except re.error:
        raise JavaError("java.lang.RuntimeException", f"{plain} is an invalid regex.") from None


def _shown(partition: TopicPartition | None) -> str:
    return "null" if partition is None else f"{partition[0]}-{partition[1]}"


def _teller() -> Callable[..., None]:
    """Return what writes each finding: its text behind the time, or the document that --output asks for."""
    if console.is_plain():
        stream = None
    else:
        from kafkacli.output.schemas import SCHEMAS
        from kafkacli.output.show import Stream

        stream, none = (
            Stream("replica-verification"),
            dict.fromkeys(field.name for field in SCHEMAS["replica-verification"].fields),
        )

    def tell(text: str, **facts: object) -> None:
        if stream is None:
            console.out(f"{_time()}: {text}")
        else:
            stream.show({**none, "time_ms": _now(), **facts})
        console.flush()

    return tell


def _time() -> str:
    now = time.time()
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(now))},{int(now * 1000) % 1000:03d}"


def _now() -> int:
    return int(time.time() * 1000)
