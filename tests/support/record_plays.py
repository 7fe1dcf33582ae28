"""Plays about records: produce, fetch, list offsets, delete, in every version, right and wrong."""

from typing import Any

from kafkacli.record.batch import Compression, Record, encode_batch
from kafkacli.wire.messages import delete_records, delete_topics, init_producer_id, list_offsets
from kafkacli.wire.messages.fetch import FetchResponse
from tests.support.broker_play import Play, old
from tests.support.produced import batch, fetch_request, produce_request
from tests.support.waiting import until


def produce_in_every_version(play: Play) -> None:
    """Every version and format, and what the log holds then."""
    play.topic("every-version")
    for version in range(9):
        records = batch(b"a%d" % version, b"b") if version >= 3 else old(version // 2, b"a%d" % version)
        for acks in (1, -1):
            play.ask(produce_request(records, "every-version", acks=acks), version)
    play.ask(fetch_request({("every-version", 0): 0}), 11)


def produce_to_what_is_not_there(play: Play) -> None:
    play.topic("is-there")
    for version in (0, 8):
        records = batch(b"a") if version else old(0, b"a")
        for topic, partition in (("is-not-there", 0), ("is-there", 7), ("is-there", -1), ("", 0), ("a b", 0)):
            play.ask(produce_request(records, topic, partition), version)
    for acks in (2, -2, 100):
        play.ask(produce_request(batch(b"a"), "is-there", acks=acks), 8)
        play.ask(produce_request(batch(b"a"), "is-not-there", acks=acks), 8)


def produce_bad_records(play: Play) -> None:
    play.topic("bad-records")
    good = batch(b"abc")
    for name, records in {
        "nothing": b"",
        "two batches": good + good,
        "magic 1": old(1, b"a"),
        "cut off": good[:-1],
        "only a length": good[:12],
        "wrong checksum": good[:-2] + b"xx",
        "garbage": bytes(range(256)),
        "negative length": b"\xff" * 100,
        "too short a length": bytes(8) + (10).to_bytes(4, "big") + good[12:],
        "magic 3": good[:16] + b"\3" + good[17:],
    }.items():
        for version in (2, 3, 8):
            play.note("records", name)
            play.ask(produce_request(records, "bad-records"), version)
    for codec in Compression:
        for version in (3, 6, 7):
            play.note("codec", codec.name)
            play.ask(produce_request(batch(b"a" * 100, compression=codec), "bad-records"), version)
    play.topic("small-records", max_message_bytes="100")
    play.ask(produce_request(batch(b"x" * 100), "small-records"), 8)
    play.topic("compacted", cleanup_policy="compact")
    play.ask(produce_request(batch(b"no key", b"either"), "compacted"), 8)
    play.ask(produce_request(batch(b"no key"), "compacted"), 7)
    play.topic("timed", message_timestamp_difference_max_ms="1000")
    play.ask(produce_request(batch(b"old", timestamp=5), "timed"), 8)
    play.topic("append-time", message_timestamp_type="LogAppendTime")
    play.ask(produce_request(batch(b"a"), "append-time"), 8)
    play.topic("two-replicas", min_insync_replicas="2")
    play.ask(produce_request(batch(b"a"), "two-replicas", acks=-1), 8)
    play.ask(produce_request(batch(b"a"), "two-replicas", acks=1), 8)


def fetch_in_every_version(play: Play) -> None:
    play.topic("fetched", 2)
    for values in ((b"a", b"b"), (b"c",), (b"d", b"e", b"f")):
        play.ask(produce_request(batch(*values), "fetched"), 8, noted=False)
    for version in range(12):
        for offset in (0, 2, 3, 4, 6, 7, -1):
            play.ask(fetch_request({("fetched", 0): offset}), version)
        play.ask(fetch_request({("fetched", 1): 0, ("fetched", 5): 0, ("unfetched", 0): 0}), version)


def fetch_compressed(play: Play) -> None:
    play.topic("fetched-compressed")
    for codec in (Compression.GZIP, Compression.SNAPPY, Compression.LZ4):
        records = batch(b"a" * 50, b"b" * 50, compression=codec)
        play.ask(produce_request(records, "fetched-compressed"), 8, noted=False)
    for version in (4, 11):
        play.ask(fetch_request({("fetched-compressed", 0): 1}), version)
    play.topic("fetched-zstd")
    play.ask(produce_request(batch(b"a", compression=Compression.ZSTD), "fetched-zstd"), 8, noted=False)
    for version in (1, 3, 4, 9, 10):
        play.ask(fetch_request({("fetched-zstd", 0): 0}), version)
    play.topic("zstd-topic", compression_type="zstd")
    play.ask(produce_request(batch(b"a", compression=Compression.ZSTD), "zstd-topic"), 8, noted=False)
    for version in (3, 9, 10):
        play.ask(fetch_request({("zstd-topic", 0): 0}), version)
    play.topic("no-conversion", message_downconversion_enable="false")
    play.ask(produce_request(batch(b"a"), "no-conversion"), 8, noted=False)
    for version in (0, 3, 4):
        play.ask(fetch_request({("no-conversion", 0): 0}), version)


def fetch_within_limits(play: Play) -> None:
    play.topic("limited", 3)
    for partition in range(3):
        for _ in range(3):
            play.ask(produce_request(batch(b"x" * 20), "limited", partition), 8, noted=False)
    size = len(batch(b"x" * 20))
    every = {("limited", partition): 0 for partition in range(3)}
    for total, each in ((10 * size, 2 * size), (10 * size, 2 * size - 1), (4 * size, 3 * size), (1, 1), (size, 0)):
        for version in (3, 11):
            play.ask(fetch_request(every, max_bytes=total, partition_bytes=each), version)
    for isolation in (0, 1):
        play.ask(fetch_request(every, isolation=isolation), 4)
    for epoch in (-1, 0, 1):
        play.ask(fetch_request({("limited", 0): 0}, leader_epoch=epoch), 11)
    play.ask(fetch_request({("limited", 0): 3}, max_wait=10), 11)
    play.ask(fetch_request({("limited", 0): 0}, max_wait=10, min_bytes=10_000), 11)
    play.ask(fetch_request({}, max_wait=10), 11)


def fetch_in_sessions(play: Play) -> None:
    play.topic("session", 3)
    keys = {("session", partition): 0 for partition in range(3)}
    opened = play.client.ask(fetch_request(keys, epoch=0), FetchResponse, 11).session_id
    play.note("a session is opened", opened > 0)

    def ask(**fields: Any) -> None:
        answer = play.client.ask(fetch_request(fields.pop("keys", {}), **fields), FetchResponse, 11)
        told = [
            (part.partition_index, part.error_code, part.high_watermark) for t in answer.topics for part in t.partitions
        ]
        play.note("session", (answer.error_code, answer.session_id == opened, answer.session_id == 0, told))

    ask(session_id=opened, epoch=1)
    play.ask(produce_request(batch(b"a"), "session", 1), 8, noted=False)
    ask(session_id=opened, epoch=2)
    ask(session_id=opened, epoch=3, keys={("session", 1): 1, ("session", 9): 0})
    ask(session_id=opened, epoch=4)
    ask(session_id=opened, epoch=4)
    ask(session_id=opened, epoch=9)
    ask(session_id=opened, epoch=5, max_wait=10)
    ask(session_id=opened, epoch=-1, keys=keys)
    ask(session_id=opened, epoch=6)
    ask(session_id=0, epoch=1)
    ask(session_id=0, epoch=-1, keys=keys)


def share_a_few_sessions(play: Play) -> None:
    """More consumers than there is room for sessions (`acl_plays.PROPERTIES`): who gets one, and when."""
    play.topic("few-sessions", 2)
    keys = {("few-sessions", partition): 0 for partition in range(2)}
    opened: list[int] = []

    def ask(what: str, session_id: int, epoch: int, partitions: dict[tuple[str, int], int]) -> int:
        request = fetch_request(partitions, session_id=session_id, epoch=epoch)
        answer = play.client.ask(request, FetchResponse, 11)
        told = sorted(part.partition_index for topic in answer.topics for part in topic.partitions)
        play.note(what, (answer.error_code, answer.session_id > 0, told))
        return answer.session_id

    for number in range(4):
        opened.append(ask(f"session {number} is asked for", 0, 0, keys))
    for number in range(2):
        ask(f"session {number} goes on", opened[number], 1, {})
    ask("the first is asked for anew", opened[0], 0, keys)
    ask("the first is known no more", opened[0], 2, {})
    ask("the second is closed", opened[1], -1, keys)
    ask("the second is known no more", opened[1], 2, {})
    ask("there is room for one", 0, 0, keys)
    ask("and for no other", 0, 0, keys)
    play.ask(delete_topics.DeleteTopicsRequest(topic_names=["few-sessions"], timeout_ms=10_000), 3, noted=False)
    until(lambda: not play.has_leaders("few-sessions", 2))


def _offsets(topic: str, partition: int, timestamp: int, version: int, **fields: int) -> list_offsets.ListOffsetRequest:
    part = list_offsets.ListOffsetPartition(partition_index=partition, timestamp=timestamp, **fields)
    if version >= 4 and "current_leader_epoch" not in fields:
        part.current_leader_epoch = -1
    if version == 0:
        part.max_num_offsets = 10
    return list_offsets.ListOffsetRequest(
        replica_id=-1, topics=[list_offsets.ListOffsetTopic(name=topic, partitions=[part])]
    )


def list_offsets_in_every_version(play: Play) -> None:
    play.topic("listed")
    play.topic("listed-empty")
    for timestamp in (1000, 3000, 2000):
        play.ask(produce_request(batch(b"a", b"b", timestamp=timestamp), "listed"), 8, noted=False)
    for version in range(6):
        for timestamp in (-2, -1, 0, 1000, 1001, 3000, 3001, -3):
            if version or timestamp in (-2, -1):
                play.ask(_offsets("listed", 0, timestamp, version), version)
                play.ask(_offsets("listed-empty", 0, timestamp, version), version)
        play.ask(_offsets("unlisted", 0, -1, version), version)
        play.ask(_offsets("listed", 4, -1, version), version)
    for epoch in (0, 1):
        play.ask(_offsets("listed", 0, -1, 5, current_leader_epoch=epoch), 5)
    twice = _offsets("listed", 0, -1, 5)
    twice.topics[0].partitions *= 2
    play.ask(twice, 5)


def delete_records_right_and_wrong(play: Play) -> None:
    play.topic("emptied")
    play.topic("emptied-compacted", cleanup_policy="compact")
    play.ask(produce_request(batch(b"a", b"b", b"c", b"d"), "emptied"), 8, noted=False)

    def ask(version: int, topic: str, partition: int, offset: int) -> None:
        part = delete_records.DeleteRecordsPartition(partition_index=partition, offset=offset)
        topics = [delete_records.DeleteRecordsTopic(name=topic, partitions=[part])]
        play.ask(delete_records.DeleteRecordsRequest(topics=topics, timeout_ms=1000), version)

    for version in range(3):
        ask(version, "emptied", 0, version + 1)
        ask(version, "emptied", 0, 0)
        ask(version, "emptied", 0, 5)
        ask(version, "emptied", 0, -2)
        ask(version, "emptied", 3, 0)
        ask(version, "unemptied", 0, 0)
        ask(version, "emptied-compacted", 0, 0)
    play.ask(fetch_request({("emptied", 0): 1}), 11)
    play.ask(fetch_request({("emptied", 0): 3}), 11)
    play.ask(_offsets("emptied", 0, -2, 5), 5)
    ask(2, "emptied", 0, -1)
    play.ask(_offsets("emptied", 0, -2, 5), 5)


def idempotent(play: Play) -> None:
    """Sequences that follow, repeat, leave gaps; an unknown producer, an old epoch."""
    play.topic("idempotent")
    producer = play.ask(init_producer_id.InitProducerIdRequest(transactional_id=None), 3).producer_id
    for sequence, epoch in ((0, 0), (2, 0), (2, 0), (0, 0), (6, 0), (4, 0), (0, 1), (6, 0), (5, 2), (0, 2)):
        records = [Record(timestamp=1, value=b"a"), Record(timestamp=1, value=b"b")]
        data = encode_batch(records, producer_id=producer, producer_epoch=epoch, base_sequence=sequence)
        play.note("sequence, epoch", (sequence, epoch))
        play.ask(produce_request(data, "idempotent"), 8)
    data = encode_batch([Record(timestamp=1, value=b"a")], producer_id=999_999, producer_epoch=0, base_sequence=3)
    play.ask(produce_request(data, "idempotent"), 8)


def repeat_old_batches(play: Play) -> None:
    """Which batches of a producer are remembered: sent again they get their first offsets; older ones are refused."""
    play.topic("remembered")
    producer = play.ask(init_producer_id.InitProducerIdRequest(transactional_id=None), 3).producer_id
    for sequence in (*range(8), *range(8), 8, *range(9)):
        data = encode_batch(
            [Record(timestamp=1, value=b"a")], producer_id=producer, producer_epoch=0, base_sequence=sequence
        )
        (answer,) = play.ask(produce_request(data, "remembered"), 8, noted=False).responses[0].partitions
        play.note(f"sequence {sequence}", (answer.error_code, answer.base_offset))
