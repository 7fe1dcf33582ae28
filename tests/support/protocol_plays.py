"""A play about brokers whose `inter.broker.protocol.version` is an older one: what they refuse then, and what they write.

The notes of real brokers are in `tests/data/protocol_answers.txt`; they are written again by

    python -m tests.support.protocol_plays VERSION HOST:PORT     a real broker with `properties(VERSION)` and broker.id 0
"""

import re
import sys
import time
from pathlib import Path

from kafkacli.authorizer.acls import Operation, PatternType
from kafkacli.coordinator.group_partition import partition_for
from kafkacli.coordinator.requests import Producer
from kafkacli.record.batch import Compression, iter_headers, iter_records
from kafkacli.wire.messages import api_versions, incremental_alter_configs
from tests.support import acl_plays
from tests.support.broker_play import Play
from tests.support.config_plays import heard
from tests.support.group_requests import commit, heartbeat, join, sync
from tests.support.produced import batch, fetch_request, produce_request
from tests.support.transaction_requests import add, add_offsets, commit_offsets, end, init, markers

ANSWERS = Path(__file__).parents[1] / "data" / "protocol_answers.txt"
VERSIONS = ("2.2", "2.0", "0.10.2", "0.9.0")
GROUP, TOPIC = "old-protocol", "old-protocol"


def properties(version: str) -> dict[str, str]:
    """Return the properties of a broker with this protocol."""
    return {
        "inter.broker.protocol.version": version,
        "log.message.format.version": version,
        "offsets.topic.num.partitions": "50",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        **acl_plays.PROPERTIES,
    }


def with_an_old_protocol(play: Play) -> None:
    acl_plays.with_groups(play)
    play.topic(TOPIC)
    answer = play.ask(api_versions.ApiVersionsRequest(), 0, noted=False)
    play.note("APIs", [key.api_key for key in answer.api_keys])
    _static_members(play)
    _records_of_groups(play)
    _zstd(play)
    _prefixed_acls(play)
    _transactions(play)
    _newer_formats(play)


def _static_members(play: Play) -> None:
    play.ask(join("static", group_instance_id="host"), 5)
    play.ask(sync("static", "m", 1, group_instance_id="host"), 3)
    play.ask(sync("static", "m", 1, group_instance_id="host"), 5)
    play.ask(heartbeat("static", "m", 1, "host"), 3)
    play.ask(commit("static", "m", 1, topic=TOPIC, group_instance_id="host"), 7)


def _records_of_groups(play: Play) -> None:
    """Note the versions of keys and values of what a group writes."""
    partition = partition_for(GROUP, 50)
    joined = play.ask(join(GROUP), 3, noted=False)
    member, generation = joined.member_id, joined.generation_id
    play.ask(sync(GROUP, member, generation, (member, b"all")), 2, noted=False)
    play.ask(commit(GROUP, member, generation, topic=TOPIC), 7, noted=False)
    play.ask(commit(GROUP, member, generation, topic=TOPIC, retention_time_ms=100_000), 4, noted=False)
    answer = play.ask(fetch_request({("__consumer_offsets", partition): 0}), 11, noted=False)
    (part,) = answer.topics[0].partitions
    versions = [
        ((record.key or b"")[:2].hex(), (record.value or b"")[:2].hex()) for record in iter_records(bytes(part.records))
    ]
    play.note("versions of keys and values", versions)
    play.note("formats", [header.magic for _, header in iter_headers(bytes(part.records))])


def _zstd(play: Play) -> None:
    play.topic("to-gzip", compression_type="gzip")
    play.topic("to-zstd", compression_type="zstd")
    compressed = batch(b"a" * 100, compression=Compression.ZSTD)
    for topic, records in (
        (TOPIC, compressed),
        ("to-gzip", compressed),
        ("to-zstd", batch(b"a")),
        ("to-zstd", compressed),
    ):
        answer = play.ask(produce_request(records, topic), 8, noted=False)
        (told,) = answer.responses[0].partitions
        play.note(f"zstd {topic}", (told.error_code, told.error_message))


def _prefixed_acls(play: Play) -> None:
    prefixed = acl_plays.acl(acl_plays.TOPIC, "old", Operation.ALL, pattern=PatternType.PREFIXED)
    acl_plays.add_acls(play, prefixed, acl_plays.acl(acl_plays.GROUP, "g"), noted=True)
    acl_plays.delete_acls_of(play, {}, noted=False)


def _transactions(play: Play) -> None:
    producer = Producer(4000, 0)
    play.ask(add("t", producer, (TOPIC, 0), (TOPIC, 7)), 1)
    play.ask(add_offsets("t", producer, GROUP), 1)
    play.ask(end("t", producer, commit=True), 1)
    play.ask(commit_offsets("t", producer, "free", (TOPIC, 0, 3)), 2)
    play.ask(markers(producer, ("no-such", 0), commit=True), 0)
    answer = play.ask(init(None), 3, noted=False)
    play.note("an idempotent producer", answer.error_code)


def _newer_formats(play: Play) -> None:
    """A topic whose message format is newer than the protocol: it counts until the topic's configs change."""
    play.topic("newer", message_format_version="2.6")
    play.ask(produce_request(batch(b"a", timestamp=time.time_ns() // 1_000_000), "newer"), 8, noted=False)
    module = incremental_alter_configs
    resource = module.AlterConfigsResource(
        resource_type=2,
        resource_name="newer",
        configs=[module.AlterableConfig(name="retention.bytes", config_operation=0, value="1000000")],
    )
    play.ask(module.IncrementalAlterConfigsRequest(resources=[resource]), 1, noted=False)
    heard(play)
    play.ask(produce_request(batch(b"b", timestamp=time.time_ns() // 1_000_000), "newer"), 8, noted=False)
    answer = play.ask(fetch_request({("newer", 0): 0}), 11, noted=False)
    (part,) = answer.topics[0].partitions
    play.note("formats of a topic", [header.magic for _, header in iter_headers(bytes(part.records))])


def perform(port: int) -> list[str]:
    """Return the notes of the broker at `port`."""
    part = Play(port)
    try:
        with_an_old_protocol(part)
    finally:
        part.client.socket.close()
    return part.notes


def recorded(version: str) -> list[str]:
    """Return what the real broker with this protocol said."""
    return _all_recorded()[version]


def _all_recorded() -> dict[str, list[str]]:
    text = ANSWERS.read_text() if ANSWERS.exists() else ""
    return {
        version: notes.splitlines() for version, notes in re.findall(r"^# (\S+)\n(.*?)(?=^# |\Z)", text, re.M | re.S)
    }


def record(version: str, port: int) -> None:
    """Write the notes of the real broker at `port`, beside those of the other versions."""
    every = _all_recorded() | {version: perform(port)}
    ANSWERS.write_text(
        "".join(f"# {each}\n" + "".join(f"{note}\n" for note in every[each]) for each in VERSIONS if each in every)
    )


if __name__ == "__main__":
    record(sys.argv[1], int(sys.argv[2].rpartition(":")[2]))
