"""The hand-written way of Produce equals the tables, for good bytes and for bad ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.wire import codec
from kafkacli.wire.messages.produce import (
    BatchIndexAndErrorMessage,
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
    TopicProduceResponse,
)
from kafkacli.wire.primitives import WireError
from kafkacli.wire.produce_fast import decode_request, encode_response
from tests.wire.by_hand import around, check_decoding, int16, int32, int64, joined, text

VERSIONS = range(9)

requests = st.builds(
    ProduceRequest,
    transactional_id=st.none() | text,
    acks=int16,
    timeout_ms=int32,
    topics=st.lists(
        st.builds(
            TopicProduceData,
            name=text,
            partitions=st.lists(
                st.builds(PartitionProduceData, partition_index=int32, records=st.none() | st.binary(max_size=40)),
                max_size=3,
            ),
        ),
        max_size=3,
    ),
)
responses = st.builds(
    ProduceResponse,
    throttle_time_ms=int32,
    responses=st.lists(
        st.builds(
            TopicProduceResponse,
            name=text,
            partitions=st.lists(
                st.builds(
                    PartitionProduceResponse,
                    partition_index=int32,
                    error_code=int16,
                    base_offset=int64,
                    log_append_time_ms=int64,
                    log_start_offset=int64,
                    record_errors=st.lists(
                        st.builds(
                            BatchIndexAndErrorMessage, batch_index=int32, batch_index_error_message=st.none() | text
                        ),
                        max_size=2,
                    ),
                    error_message=st.none() | text,
                ),
                max_size=3,
            ),
        ),
        max_size=3,
    ),
)


@pytest.mark.parametrize("version", VERSIONS)
@given(request=requests, **around)
def test_requests(version: int, request: ProduceRequest, front: bytes, cut: int, tail: bytes) -> None:
    if version < 3:
        request.transactional_id = ""
    check_decoding(decode_request, request, version, front, cut, tail)


@pytest.mark.parametrize("version", VERSIONS)
@given(response=responses)
def test_responses(version: int, response: ProduceResponse) -> None:
    assert joined(encode_response(response, version)) == codec.encode(response, version)


@pytest.mark.parametrize("version", VERSIONS)
def test_values_that_do_not_fit(version: int) -> None:
    result = PartitionProduceResponse(partition_index=2**31)
    with pytest.raises(WireError):
        encode_response(ProduceResponse(responses=[TopicProduceResponse(name="t", partitions=[result])]), version)
