"""Produce by hand: what the tables of `messages/produce.py` say, in straight line code. A test holds both equal.

Only what the broker does for every batch is here: decoding requests and encoding responses, in all versions.
"""

import struct
from struct import Struct

from kafkacli.wire.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from kafkacli.wire.primitives import Buffer, WireError, check_count, encode_text, read_text

_LENGTH = Struct(">h")
_COUNT = Struct(">i")
_ACKS_TIMEOUT_COUNT = Struct(">hii")
_INDEX_SIZE = Struct(">ii")
_RESULT = {0: Struct(">ihq"), 1: Struct(">ihq"), 5: Struct(">ihqqq")} | dict.fromkeys((2, 3, 4), Struct(">ihqq"))
_RESULT |= dict.fromkeys((6, 7, 8), _RESULT[5])
_NO_RECORD_ERRORS = b"\0\0\0\0\xff\xff"  # an empty array and a null message
_new_request, _new_topic, _new_data = ProduceRequest.__new__, TopicProduceData.__new__, PartitionProduceData.__new__


def decode_request(frame: Buffer, version: int, position: int) -> ProduceRequest:
    """Return the request whose body begins at `position`; records are views of the frame.

    As Kafka, it leaves alone what follows the last field. Raises WireError.
    """
    request = _new_request(ProduceRequest)
    end = len(frame)
    try:
        request.transactional_id = ""
        if version >= 3:
            (length,) = _LENGTH.unpack_from(frame, position)
            position += 2
            if length < 0:
                request.transactional_id = None
            else:
                request.transactional_id, position = read_text(frame, position, length)
        request.acks, request.timeout_ms, count = _ACKS_TIMEOUT_COUNT.unpack_from(frame, position)
        position += 10
        request.topics = topics = []
        for _ in range(check_count(frame, position, count)):
            topic = _new_topic(TopicProduceData)
            (length,) = _LENGTH.unpack_from(frame, position)
            topic.name, position = read_text(frame, position + 2, length)
            (count,) = _COUNT.unpack_from(frame, position)
            position += 4
            topic.partitions = partitions = []
            for _ in range(check_count(frame, position, count)):
                data = _new_data(PartitionProduceData)
                data.partition_index, size = _INDEX_SIZE.unpack_from(frame, position)
                position += 8
                if size < 0:
                    data.records = None
                else:
                    stop = position + size
                    if stop > end:
                        raise WireError("bytes run beyond the message")
                    data.records = frame[position:stop]
                    position = stop
                partitions.append(data)
            topics.append(topic)
    except struct.error as error:
        raise WireError(f"ProduceRequest version {version}: the message ends too early") from error
    return request


def encode_response(response: ProduceResponse, version: int) -> list[Buffer]:
    """Return the parts of the response's body. Raises WireError."""
    pack = _RESULT[version].pack
    parts: list[Buffer] = [_COUNT.pack(len(response.responses))]
    add = parts.append
    try:
        for topic in response.responses:
            add(encode_text(topic.name, nullable=False) + _COUNT.pack(len(topic.partitions)))
            for result in topic.partitions:
                index, error, offset = result.partition_index, result.error_code, result.base_offset
                if version < 2:
                    add(pack(index, error, offset))
                elif version < 5:
                    add(pack(index, error, offset, result.log_append_time_ms))
                else:
                    add(pack(index, error, offset, result.log_append_time_ms, result.log_start_offset))
                if version < 8:
                    continue
                if not result.record_errors and result.error_message is None:
                    add(_NO_RECORD_ERRORS)
                    continue
                add(_COUNT.pack(len(result.record_errors)))
                for wrong in result.record_errors:
                    add(_COUNT.pack(wrong.batch_index) + encode_text(wrong.batch_index_error_message, nullable=True))
                add(encode_text(result.error_message, nullable=True))
        if version >= 1:
            add(_COUNT.pack(response.throttle_time_ms))
    except struct.error as error:
        raise WireError(f"ProduceResponse version {version}: {error}") from error
    return parts
