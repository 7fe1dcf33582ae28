"""Fetch by hand: what the tables of `messages/fetch.py` say, in straight line code. A test holds both equal.

Only what the broker does for every fetch is here: decoding requests and encoding responses, in all versions.
"""

import struct
from collections.abc import Iterator
from struct import Struct

from kafkacli.wire.messages.fetch import (
    FetchablePartitionResponse,
    FetchableTopic,
    FetchPartition,
    FetchRequest,
    FetchResponse,
    ForgottenTopic,
)
from kafkacli.wire.primitives import Buffer, Part, WireError, check_count, encode_text, read_text

_LENGTH = Struct(">h")
_INT32 = Struct(">i")
_HEAD_0 = Struct(">iii")  # replica id, max wait, min bytes
_HEAD_3 = Struct(">iiii")  # and max bytes
_HEAD_4 = Struct(">iiiib")  # and isolation level
_HEAD_7 = Struct(">iiiibii")  # and session id and epoch
_ASKED_0 = Struct(">iqi")  # partition, offset, max bytes
_ASKED_5 = Struct(">iqqi")  # partition, offset, log start offset, max bytes
_ASKED_9 = Struct(">iiqqi")  # partition, leader epoch, offset, log start offset, max bytes
_TOLD_0 = Struct(">ihq")  # partition, error, high watermark
_TOLD_4 = Struct(">ihqq")  # and last stable offset
_TOLD_5 = Struct(">ihqqq")  # and log start offset
_TOLD_11 = Struct(">ihqqqiii")  # and numbers of aborted transactions, preferred replica, size of the records
_ABORTED = Struct(">qq")
_THROTTLE_ERROR_SESSION_COUNT = Struct(">ihii")
_NULL = b"\xff\xff\xff\xff"
_new_request, _new_topic = FetchRequest.__new__, FetchableTopic.__new__
_new_asked, _new_forgotten = FetchPartition.__new__, ForgottenTopic.__new__


def decode_request(frame: Buffer, version: int, position: int) -> FetchRequest:
    """Return the request whose body begins at `position`.

    As Kafka, it leaves alone what follows the last field. Raises WireError.
    """
    request = _new_request(FetchRequest)
    request.max_bytes, request.isolation_level = 0x7FFFFFFF, 0
    request.session_id, request.epoch = 0, -1
    request.forgotten, request.rack_id = [], ""
    try:
        position = _decode_head(request, frame, version, position)
        position = _decode_topics(request, frame, version, position)
        if version >= 7:
            position = _decode_forgotten(request, frame, position)
        if version >= 11:
            (length,) = _LENGTH.unpack_from(frame, position)
            request.rack_id, position = read_text(frame, position + 2, length)
    except struct.error as error:
        raise WireError(f"FetchRequest version {version}: the message ends too early") from error
    return request


def _decode_head(request: FetchRequest, frame: Buffer, version: int, position: int) -> int:
    if version >= 7:
        (
            request.replica_id,
            request.max_wait,
            request.min_bytes,
            request.max_bytes,
            request.isolation_level,
            request.session_id,
            request.epoch,
        ) = _HEAD_7.unpack_from(frame, position)
        return position + 25
    if version >= 4:
        head = _HEAD_4.unpack_from(frame, position)
        request.replica_id, request.max_wait, request.min_bytes, request.max_bytes, request.isolation_level = head
        return position + 17
    if version >= 3:
        head_3 = _HEAD_3.unpack_from(frame, position)
        request.replica_id, request.max_wait, request.min_bytes, request.max_bytes = head_3
        return position + 16
    request.replica_id, request.max_wait, request.min_bytes = _HEAD_0.unpack_from(frame, position)
    return position + 12


def _decode_topics(request: FetchRequest, frame: Buffer, version: int, position: int) -> int:
    (count,) = _INT32.unpack_from(frame, position)
    position += 4
    request.topics = topics = []
    layout = _ASKED_9 if version >= 9 else _ASKED_5 if version >= 5 else _ASKED_0
    for _ in range(check_count(frame, position, count)):
        topic = _new_topic(FetchableTopic)
        (length,) = _LENGTH.unpack_from(frame, position)
        topic.name, position = read_text(frame, position + 2, length)
        (count,) = _INT32.unpack_from(frame, position)
        position += 4
        topic.fetch_partitions = partitions = []
        count = check_count(frame, position, count)
        end = position + count * layout.size
        if end > len(frame):
            raise struct.error
        rows = layout.iter_unpack(memoryview(frame)[position:end])
        position = end
        for row in rows:
            asked = _new_asked(FetchPartition)
            if version >= 9:
                (
                    asked.partition_index,
                    asked.current_leader_epoch,
                    asked.fetch_offset,
                    asked.log_start_offset,
                    asked.max_bytes,
                ) = row
            elif version >= 5:
                asked.partition_index, asked.fetch_offset, asked.log_start_offset, asked.max_bytes = row
                asked.current_leader_epoch = -1
            else:
                asked.partition_index, asked.fetch_offset, asked.max_bytes = row
                asked.current_leader_epoch = asked.log_start_offset = -1
            partitions.append(asked)
        topics.append(topic)
    return position


def _decode_forgotten(request: FetchRequest, frame: Buffer, position: int) -> int:
    (count,) = _INT32.unpack_from(frame, position)
    position += 4
    for _ in range(check_count(frame, position, count)):
        topic = _new_forgotten(ForgottenTopic)
        (length,) = _LENGTH.unpack_from(frame, position)
        topic.name, position = read_text(frame, position + 2, length)
        (count,) = _INT32.unpack_from(frame, position)
        position += 4
        indexes = Struct(f">{check_count(frame, position, count)}i")
        topic.forgotten_partition_indexes = list(indexes.unpack_from(frame, position))
        position += indexes.size
        request.forgotten.append(topic)
    return position


def encode_response(response: FetchResponse, version: int) -> list[Part]:
    """Return the parts of the response's body; record bytes stay what they are, even put off. Raises WireError."""
    parts: list[Part] = []
    small: list[bytes] = []  # what stands between records: of partitions without any there may be thousands
    add = small.append
    count = len(response.topics)
    try:
        if version >= 7:
            head = response.throttle_time_ms, response.error_code, response.session_id, count
            add(_THROTTLE_ERROR_SESSION_COUNT.pack(*head))
        else:
            if version >= 1:
                add(_INT32.pack(response.throttle_time_ms))
            add(_INT32.pack(count))
        for topic in response.topics:
            add(encode_text(topic.name, nullable=False) + _INT32.pack(len(topic.partitions)))
            for told in topic.partitions:
                records = told.records
                size = -1 if records is None else len(records)
                if version >= 11 and not told.aborted:
                    add(
                        _TOLD_11.pack(
                            told.partition_index,
                            told.error_code,
                            told.high_watermark,
                            told.last_stable_offset,
                            told.log_start_offset,
                            -1 if told.aborted is None else 0,
                            told.preferred_read_replica,
                            size,
                        )
                    )
                else:
                    small += _told(told, size, version)
                if records:
                    parts.append(b"".join(small))
                    small.clear()
                    parts.append(records)
    except struct.error as error:
        raise WireError(f"FetchResponse version {version}: {error}") from error
    if small:
        parts.append(b"".join(small))
    return parts


def _told(told: FetchablePartitionResponse, size: int, version: int) -> Iterator[bytes]:
    """Yield what stands before a partition's records. size: of these, -1 for null."""
    index, error, high_watermark = told.partition_index, told.error_code, told.high_watermark
    if version >= 5:
        yield _TOLD_5.pack(index, error, high_watermark, told.last_stable_offset, told.log_start_offset)
    elif version == 4:
        yield _TOLD_4.pack(index, error, high_watermark, told.last_stable_offset)
    else:
        yield _TOLD_0.pack(index, error, high_watermark)
    if version >= 4:
        if told.aborted is None:
            yield _NULL
        else:
            yield _INT32.pack(len(told.aborted))
            yield from [_ABORTED.pack(each.producer_id, each.first_offset) for each in told.aborted]
    if version >= 11:
        yield _INT32.pack(told.preferred_read_replica)
    yield _INT32.pack(size)
