"""The codec against frames written by Kafka's own classes, against a plain walk, and against broken bytes."""

import gzip
import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.wire import codec, messages
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.codec import UnsupportedVersion, decode, encode
from kafkacli.wire.messages.api_versions import ApiVersionsRequest
from kafkacli.wire.messages.create_topics import CreatableTopic, CreateTopicsRequest
from kafkacli.wire.messages.join_group import JoinGroupRequest
from kafkacli.wire.messages.metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponsePartition,
    MetadataResponseTopic,
)
from kafkacli.wire.primitives import WireError
from kafkacli.wire.schema import Message, Struct, Versions
from tests.wire.walking import flatten, walk_encode

DATA = Path(__file__).parents[1] / "data"


def message_classes() -> dict[tuple[ApiKey, str], type[Message]]:
    found: dict[tuple[ApiKey, str], type[Message]] = {}
    for module in pkgutil.iter_modules(messages.__path__):
        for value in vars(importlib.import_module(f"{messages.__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Message) and value is not Message:
                found[value.api_key, "request" if value.__name__.endswith("Request") else "response"] = value
    return found


CLASSES = message_classes()


class Frame(NamedTuple):
    kind: type[Message]
    version: int
    body: bytes
    values: Any


def frames() -> Iterator[Frame]:
    for line in gzip.decompress((DATA / "frames.tsv.gz").read_bytes()).decode().splitlines():
        key, side, version, body, values = line.split("\t")
        yield Frame(CLASSES[ApiKey(int(key)), side], int(version), bytes.fromhex(body), in_order(json.loads(values)))


def in_order(value: Any) -> Any:
    """Kafka's objects as lists of their values: old schemas have other field names, the order is the wire's.

    An object directly in an object (Fetch has a 'partition_header') leaves no trace on the wire: its values are inlined.
    """
    if isinstance(value, dict):
        values: list[Any] = []
        for each in value.values():
            if isinstance(each, dict):
                values += in_order(each)
            else:
                values.append(in_order(each))
        return values
    return [in_order(each) for each in value] if isinstance(value, list) else value


FRAMES = list(frames())


def test_every_version_of_every_api_has_a_frame_of_kafkas() -> None:
    expected = {(kind, version) for kind in CLASSES.values() for version in range(kind.valid_versions.high + 1)}
    assert {(frame.kind, frame.version) for frame in FRAMES} == expected


@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize("key", ApiKey)
def test_frames_of_kafkas_classes(key: ApiKey, side: str) -> None:
    for frame in FRAMES:
        if frame.kind is not CLASSES[key, side]:
            continue
        message = decode(frame.kind, frame.body, frame.version)
        assert flatten(message, frame.version) == frame.values
        assert encode(message, frame.version) == frame.body
        assert walk_encode(message, frame.version) == frame.body
        assert decode(frame.kind, memoryview(frame.body), frame.version) == message


@pytest.mark.parametrize("key", ApiKey)
def test_cut_frames_are_refused(key: ApiKey) -> None:
    for frame in FRAMES:
        if frame.kind.api_key is not key:
            continue
        for end in {*range(0, len(frame.body), max(1, len(frame.body) // 40)), len(frame.body) - 1} - {-1}:
            with pytest.raises(WireError):
                decode(frame.kind, frame.body[:end], frame.version)
        with pytest.raises(WireError, match="1 bytes too many"):
            decode(frame.kind, frame.body + b"\0", frame.version)


@given(st.sampled_from(FRAMES), st.binary(min_size=1, max_size=200), st.integers(0, 400))
def test_any_bytes_give_a_message_or_a_wire_error(frame: Frame, noise: bytes, at: int) -> None:
    body = frame.body[:at] + noise + frame.body[at + len(noise) :]
    for data in (noise, body):
        try:
            message = decode(frame.kind, data, frame.version)
        except WireError:
            continue
        assert isinstance(message, frame.kind)


def test_a_huge_array_is_refused_before_it_is_allocated() -> None:
    with pytest.raises(WireError, match="2147483647 elements"):
        decode(MetadataRequest, b"\x7f\xff\xff\xff" + b"\0" * 20, 1)


def test_unknown_tagged_fields_are_skipped() -> None:
    body = encode(ApiVersionsRequest(client_software_name="a", client_software_version="1"), 3)
    extended = body[:-1] + b"\x01\x63\x02hi"
    assert decode(ApiVersionsRequest, extended, 3).client_software_name == "a"


def test_a_request_does_not_lose_what_a_version_cannot_carry() -> None:
    request = JoinGroupRequest(group_id="g", protocol_type="consumer", group_instance_id="static")
    with pytest.raises(UnsupportedVersion, match="version 4 has no group_instance_id"):
        encode(request, 4)
    with pytest.raises(UnsupportedVersion, match="validate_only"):
        encode(CreateTopicsRequest(topics=[CreatableTopic(name="t")], validate_only=True), 0)


def test_a_response_leaves_out_what_old_clients_cannot_read() -> None:
    assert (
        decode(MetadataResponse, encode(MetadataResponse(cluster_id="c", controller_id=1), 0), 0) == MetadataResponse()
    )


def test_null_is_refused_where_it_is_not_allowed() -> None:
    with pytest.raises(WireError):
        encode(MetadataRequest(topics=None), 0)
    with pytest.raises(WireError, match="null"):
        decode(MetadataRequest, b"\xff\xff\xff\xff", 0)


def test_wrong_values_are_wire_errors() -> None:
    with pytest.raises(WireError, match="has no version 10"):
        encode(MetadataRequest(), 10)
    with pytest.raises(WireError):
        encode(MetadataResponse(throttle_time_ms=2**40), 9)


def test_structs_compare_and_print_their_values() -> None:
    assert CreatableTopic(name="a") == CreatableTopic(name="a") != CreatableTopic(name="b")
    assert repr(MetadataRequest(topics=[])).startswith("MetadataRequest(topics=[], allow_auto_topic_creation=True")
    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        MetadataRequest(nonsense=1)  # type: ignore[call-arg]


def test_defaults_are_not_shared() -> None:
    first, second = CreatableTopic(), CreatableTopic()
    first.assignments.append(None)  # type: ignore[arg-type]
    assert second.assignments == []


def test_newest_common_version() -> None:
    assert codec.newest_common_version(MetadataRequest, Versions(0, 12)) == 9
    assert codec.newest_common_version(MetadataRequest, Versions(4, 5)) == 5
    assert codec.newest_common_version(MetadataRequest, Versions(10, 12)) is None


def test_every_struct_is_a_slotted_table() -> None:
    for kind in CLASSES.values():
        assert issubclass(kind, Struct)
        assert not hasattr(kind(), "__dict__")


@pytest.mark.parametrize("version", range(MetadataResponse.valid_versions.high + 1))
def test_structs_are_given_away_as_they_are_read(version: int) -> None:
    rows = [MetadataResponsePartition(partition_index=index, replica_nodes=[1, index]) for index in range(3)]
    topics = [MetadataResponseTopic(name=name, partitions=rows) for name in ("a", "b")]
    data = memoryview(encode(MetadataResponse(topics=topics, controller_id=4), version))
    taken: list[tuple[str, Any, memoryview]] = []

    def take(owner: Any, given: Any, raw: memoryview) -> None:
        taken.append((getattr(owner, "name", "message"), given, raw))

    whole = codec.decode_each(MetadataResponse, data, version, MetadataResponseTopic, take)
    assert (whole.topics, whole.controller_id) == ([], 4 if version else -1)
    assert [(owner, topic.name, len(topic.partitions)) for owner, topic, _ in taken] == [
        ("message", "a", 3),
        ("message", "b", 3),
    ]
    again = codec.decode_struct(MetadataResponseTopic, taken[1][2], MetadataResponse, version)
    assert flatten(again, version) == flatten(taken[1][1], version)
    taken.clear()
    left = codec.decode_each(MetadataResponse, data, version, MetadataResponsePartition, take)
    assert [topic.partitions for topic in left.topics] == [[], []]
    assert [(owner, row.partition_index) for owner, row, _ in taken] == [(name, n) for name in "ab" for n in range(3)]
    for broken in (data[:-1], memoryview(bytes(data) + b"\0")):
        with pytest.raises(WireError):
            codec.decode_each(MetadataResponse, broken, version, MetadataResponseTopic, take)
