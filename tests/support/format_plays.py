"""Plays about message formats: each to topics of each, in every codec, and what clients of each age get of it.

The bytes that codecs make are their own: what is compared is what the batches say, one by one.
"""

import re
from collections.abc import Sequence

from kafkacli.record.batch import Record
from tests.support.broker_play import Play
from tests.support.old_records import FRAMINGS, ODD_FRAMINGS, described, framed, plain
from tests.support.produced import fetch_request, produce_request
from tests.support.wrong_records import legacy_wrongs, negative_times, wrongs

FORMATS = ("0.9.0", "0.10.0", "2.6")
READERS = (1, 3, 10)  # versions of Fetch: magic 0, magic 1, any


def _topic(play: Play, name: str, **overrides: str) -> None:
    """Make a topic that keeps records of 1970."""
    play.topic(name, 1, retention_ms="-1", **overrides)


def tell_topic(play: Play, topic: str, readers: Sequence[int] = READERS) -> None:
    """Note what a client of each age reads from a topic of one partition, from its beginning, in as many fetches as it takes."""
    for version in readers:
        offset = 0
        while True:
            answer = play.ask(fetch_request({(topic, 0): offset}), version, noted=False)
            if answer is None:
                play.note(f"fetch {version} at {offset}", "the connection is closed")
                break
            ((found,),) = [each.partitions for each in answer.topics]
            batches = described(bytes(found.records or b""))
            if found.error_code or not batches:
                play.note(f"fetch {version} at {offset}", f"error {found.error_code}, end {found.high_watermark}")
                break
            for batch in batches:
                play.note(f"fetch {version}", batch)
            offset = 1 + int(batches[-1].rpartition(": ")[2].rpartition(", ")[2].split()[0])


def put(play: Play, topic: str, what: str, records: bytes, version: int) -> None:
    """Produce, and note the answer in short."""
    answer = play.ask(produce_request(records, topic), version, noted=False)
    if answer is None:
        play.note(what, "the connection is closed")
        return
    ((told,),) = [each.partitions for each in answer.responses]
    time = "T" if told.log_append_time_ms > 0 else told.log_append_time_ms
    errors = "".join(f", {each.batch_index} {each.batch_index_error_message!r}" for each in told.record_errors)
    errors = re.sub(r"\d{13}", "T", errors)
    play.note(what, f"error {told.error_code}, at {told.base_offset} of {told.log_start_offset}.., {time}{errors}")


def _produce_version(magic: int) -> int:
    return 8 if magic == 2 else 2


def every_format_in_every_codec(play: Play) -> None:
    """Each format and framing to topics of each format, type of timestamp and codec."""
    for format_version in FORMATS:
        for timestamps, codecs in (
            ("CreateTime", ("producer", "uncompressed", "gzip", "snappy", "lz4", "zstd")),
            ("LogAppendTime", ("producer", "uncompressed", "lz4")),
        ):
            for codec in codecs:
                topic = f"format-{format_version}-{timestamps}-{codec}"
                play.note("topic", topic)
                _topic(
                    play,
                    topic,
                    message_format_version=format_version,
                    message_timestamp_type=timestamps,
                    compression_type=codec,
                )
                for magic in (0, 1, 2):
                    put(play, topic, f"v{magic}", plain(magic), _produce_version(magic))
                    for framing in FRAMINGS:
                        put(play, topic, f"v{magic} {framing}", framed(magic, framing), _produce_version(magic))
                tell_topic(play, topic)


def odd_framings(play: Play) -> None:
    """Streams that other libraries write, and such that nobody should."""
    for codec in ("producer", "gzip"):
        topic = f"odd-{codec}"
        play.note("topic", topic)
        _topic(play, topic, compression_type=codec, cleanup_policy="compact")
        for magic in (0, 1, 2):
            for framing in ODD_FRAMINGS:
                if magic < 2 and framing == "lz4 with linked blocks":
                    continue  # taken from clients of that time, on purpose
                put(play, topic, f"v{magic} {framing}", framed(magic, framing), _produce_version(magic))
        tell_topic(play, topic)


def wrong_records(play: Play) -> None:
    """What a producer may do wrong, in every format, told with the same code, and leaving the same log behind."""
    for format_version, codec in (("2.6", "producer"), ("2.6", "gzip"), ("0.10.0", "producer"), ("0.9.0", "producer")):
        topic = f"wrong-{format_version}-{codec}"
        play.note("topic", topic)
        _topic(play, topic, message_format_version=format_version, compression_type=codec, cleanup_policy="compact")
        for magic in (0, 1):
            for what, records in legacy_wrongs(magic).items():
                put(play, topic, f"v{magic} {what}", records, 2)
        for what, records in wrongs().items():
            put(play, topic, f"v2 {what}", records, 8)
        tell_topic(play, topic)
    for format_version in FORMATS:
        topic = f"negative-times-{format_version}"
        _topic(play, topic, message_format_version=format_version)
        for what, (magic, records) in negative_times().items():
            put(play, topic, what, records, _produce_version(magic))
        tell_topic(play, topic, readers=(10,))  # the real broker can't convert such, and ends the connection


def limits_of_topics(play: Play) -> None:
    """Keys, times and sizes, in every format, before and after conversion."""
    unkeyed = [Record(0, 1000, b"key", b"a"), Record(1, 1000, None, b"b"), Record(2, 1000, None, b"c")]
    old = [Record(0, 1000, b"k", b"a"), Record(1, -1, b"k", b"b"), Record(2, 5000, b"k", b"c")]
    large = [Record(index, 1000, b"k%d" % index, b"x" * 300) for index in range(5)]
    for format_version in FORMATS:
        compacted, timed, small = (f"{name}-{format_version}" for name in ("compacted", "timed", "small"))
        _topic(play, compacted, message_format_version=format_version, cleanup_policy="compact")
        _topic(play, timed, message_format_version=format_version, message_timestamp_difference_max_ms="1000")
        _topic(play, small, message_format_version=format_version, max_message_bytes="700")
        _topic(
            play,
            f"{small}-plain",
            message_format_version=format_version,
            max_message_bytes="700",
            compression_type="uncompressed",
        )
        for magic in (0, 1, 2):
            for topic, records in ((compacted, unkeyed), (timed, old), (small, large), (f"{small}-plain", large)):
                inner = plain(magic, records)
                version = _produce_version(magic)
                put(play, topic, f"{topic} v{magic}", inner, version)
                put(
                    play,
                    topic,
                    f"{topic} v{magic} gzip",
                    framed(magic, "gzip", inner, offset=len(records) - 1),
                    version,
                )
                one = plain(magic, records[:1])
                put(play, topic, f"{topic} v{magic} one", one, version)
        for topic in (compacted, timed, small, f"{small}-plain"):
            tell_topic(play, topic)
    _topic(play, "timed-by-itself", message_timestamp_difference_max_ms="1000", message_timestamp_type="LogAppendTime")
    for magic in (0, 1, 2):
        put(play, "timed-by-itself", f"append time v{magic}", plain(magic), _produce_version(magic))
    tell_topic(play, "timed-by-itself")
