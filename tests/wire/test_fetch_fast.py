"""The hand-written way of Fetch equals the tables, for good bytes and for bad ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.wire import codec
from kafkacli.wire.fetch_fast import decode_request, encode_response
from kafkacli.wire.messages.fetch import (
    AbortedTransaction,
    FetchablePartitionResponse,
    FetchableTopic,
    FetchableTopicResponse,
    FetchPartition,
    FetchRequest,
    FetchResponse,
    ForgottenTopic,
)
from kafkacli.wire.primitives import WireError
from tests.wire.by_hand import around, check_decoding, int8, int16, int32, int64, joined, text

VERSIONS = range(12)

requests = st.builds(
    FetchRequest,
    replica_id=int32,
    max_wait=int32,
    min_bytes=int32,
    max_bytes=int32,
    isolation_level=int8,
    session_id=int32,
    epoch=int32,
    topics=st.lists(
        st.builds(
            FetchableTopic,
            name=text,
            fetch_partitions=st.lists(
                st.builds(
                    FetchPartition,
                    partition_index=int32,
                    current_leader_epoch=int32,
                    fetch_offset=int64,
                    log_start_offset=int64,
                    max_bytes=int32,
                ),
                max_size=3,
            ),
        ),
        max_size=3,
    ),
    forgotten=st.lists(
        st.builds(ForgottenTopic, name=text, forgotten_partition_indexes=st.lists(int32, max_size=3)), max_size=3
    ),
    rack_id=text,
)
responses = st.builds(
    FetchResponse,
    throttle_time_ms=int32,
    error_code=int16,
    session_id=int32,
    topics=st.lists(
        st.builds(
            FetchableTopicResponse,
            name=text,
            partitions=st.lists(
                st.builds(
                    FetchablePartitionResponse,
                    partition_index=int32,
                    error_code=int16,
                    high_watermark=int64,
                    last_stable_offset=int64,
                    log_start_offset=int64,
                    aborted=st.none()
                    | st.lists(st.builds(AbortedTransaction, producer_id=int64, first_offset=int64), max_size=2),
                    preferred_read_replica=int32,
                    records=st.none() | st.binary(max_size=40),
                ),
                max_size=3,
            ),
        ),
        max_size=3,
    ),
)


def of_version(request: FetchRequest, version: int) -> FetchRequest:
    """Leave out what the version doesn't have."""
    if version < 7:
        request.session_id, request.epoch, request.forgotten = 0, -1, []
    if version < 4:
        request.isolation_level = 0
    if version < 3:
        request.max_bytes = 0x7FFFFFFF
    if version < 11:
        request.rack_id = ""
    for topic in request.topics:
        for asked in topic.fetch_partitions:
            if version < 9:
                asked.current_leader_epoch = -1
            if version < 5:
                asked.log_start_offset = -1
    return request


@pytest.mark.parametrize("version", VERSIONS)
@given(request=requests, **around)
def test_requests(version: int, request: FetchRequest, front: bytes, cut: int, tail: bytes) -> None:
    check_decoding(decode_request, of_version(request, version), version, front, cut, tail)


@pytest.mark.parametrize("version", VERSIONS)
@given(response=responses)
def test_responses(version: int, response: FetchResponse) -> None:
    assert joined(encode_response(response, version)) == codec.encode(response, version)


def test_records_are_not_copied() -> None:
    records = memoryview(bytes(5000))
    part = FetchablePartitionResponse(aborted=None, records=records)
    response = FetchResponse(topics=[FetchableTopicResponse(name="t", partitions=[part])])
    assert any(part is records for part in encode_response(response, 11))


@pytest.mark.parametrize("version", VERSIONS)
def test_values_that_do_not_fit(version: int) -> None:
    part = FetchablePartitionResponse(partition_index=2**31, aborted=None)
    response = FetchResponse(topics=[FetchableTopicResponse(name="t", partitions=[part])])
    with pytest.raises(WireError):
        encode_response(response, version)
