"""Groups to records and back."""

from kafkacli.coordinator.classic_group import ClassicGroup
from kafkacli.coordinator.group_records import GroupMetadataValue, encode_group_key, encode_group_value
from kafkacli.coordinator.member import Member
from kafkacli.coordinator.offsets import OffsetAndMetadata, TopicPartition
from kafkacli.coordinator.persistence import Loader, group_record, offset_key, offset_record
from kafkacli.record.batch import Compression, Record, encode_batch

T0 = TopicPartition("t", 0)


def offset_at(number: int) -> OffsetAndMetadata:
    return OffsetAndMetadata(number, 5, "note", 1000)


def commit(number: int, group: str = "g") -> Record:
    key, value = offset_record(group, T0, offset_at(number))
    return Record(key=key, value=value)


def load(*batches: bytes) -> dict[str, ClassicGroup]:
    loader = Loader(77)
    loader.feed(b"".join(batches))
    groups = {group.group_id: group for group in loader.groups()}
    assert loader.skipped == []
    return groups


def marker(kind: int, offset: int) -> bytes:
    record = Record(key=b"\0\0" + kind.to_bytes(2, "big"), value=bytes(6))
    return encode_batch(
        [record], base_offset=offset, producer_id=9, producer_epoch=0, is_control=True, is_transactional=True
    )


def test_a_group_comes_back_as_it_was() -> None:
    group = ClassicGroup("g", 1000)
    group.add(
        Member(
            member_id="host-1",
            group_instance_id="host",
            client_id="client",
            client_host="/127.0.0.1",
            rebalance_timeout_ms=60,
            session_timeout_ms=10,
            protocol_type="consumer",
            protocols=[("range", b"one"), ("sticky", b"two")],
        )
    )
    group.protocol_name = "sticky"
    group.generation_id = 3
    key, value = group_record(group, {"host-1": b"assigned"})
    back = load(encode_batch([Record(key=key, value=value)]))["g"]
    assert (back.state.value, back.state_since_ms, back.generation_id) == ("Stable", 1000, 3)
    assert (back.protocol_type, back.protocol_name, back.leader_id) == ("consumer", "sticky", "host-1")
    assert back.static_members == {"host": "host-1"}
    member = back.members["host-1"]
    assert (member.client_id, member.client_host, member.assignment) == ("client", "/127.0.0.1", b"assigned")
    assert (member.rebalance_timeout_ms, member.session_timeout_ms) == (60, 10)
    assert member.protocols == [("sticky", b"two")]


def test_an_empty_group_and_one_that_only_stores_come_back() -> None:
    group = ClassicGroup("left", 1000)
    group.protocol_type = "consumer"
    group.generation_id = 2
    key, value = group_record(group, {})
    groups = load(encode_batch([Record(key=key, value=value), commit(5, "left"), commit(6, "store")]))
    left, store = groups["left"], groups["store"]
    assert (left.state.value, left.generation_id, left.state_since_ms) == ("Empty", 2, 1000)
    assert left.subscribed == set()
    assert left.offsets.get(T0) == offset_at(5)
    assert (store.state.value, store.generation_id, store.protocol_type) == ("Empty", 0, None)
    assert store.offsets.get(T0) == offset_at(6)


def test_the_last_record_of_a_key_wins_and_tombstones_end() -> None:
    gone = Record(key=offset_key("g", T0), value=None)
    assert load(encode_batch([commit(1), commit(2)]))["g"].offsets.get(T0) == offset_at(2)
    assert load(encode_batch([commit(1), gone])) == {}
    assert load(encode_batch([gone, commit(1)]))["g"].offsets.get(T0) == offset_at(1)
    key, value = group_record(ClassicGroup("g", 0), {})
    assert load(encode_batch([Record(key=key, value=value), Record(key=key, value=None)])) == {}


def test_compressed_batches_are_read() -> None:
    assert "g" in load(encode_batch([commit(1)], compression=Compression.GZIP))


def test_the_next_offset_is_told_and_a_batch_cut_off_is_left() -> None:
    loader = Loader(0)
    batch = encode_batch([commit(1), commit(2)], base_offset=10)
    assert loader.feed(batch + batch[:-1]) == 12
    assert loader.feed(batch[:-1]) == -1


def test_offsets_in_a_transaction_count_when_it_commits() -> None:
    pending = encode_batch(
        [commit(8)], base_offset=1, producer_id=9, producer_epoch=0, base_sequence=0, is_transactional=True
    )
    before = encode_batch([commit(1)])
    assert load(before, pending, marker(1, 2))["g"].offsets.get(T0) == offset_at(8)
    aborted = load(before, pending, marker(0, 2))["g"]
    assert aborted.offsets.get(T0) == offset_at(1)
    assert not aborted.offsets.is_unstable(T0)
    still_open = load(before, pending)["g"]
    assert still_open.offsets.get(T0) == offset_at(1)
    assert still_open.offsets.is_unstable(T0)


def test_a_commit_after_one_in_a_transaction_wins() -> None:
    pending = encode_batch([commit(8)], producer_id=9, producer_epoch=0, base_sequence=0, is_transactional=True)
    after = encode_batch([commit(2)], base_offset=1)
    assert load(pending, after, marker(1, 2))["g"].offsets.get(T0) == offset_at(2)


def test_records_of_other_kinds_are_skipped_with_a_line() -> None:
    loader = Loader(0)
    newer = Record(key=b"\0\3\0\1g", value=b"\0\0")
    broken = Record(key=offset_key("g", T0), value=b"\0\3\0")
    fine = commit(4, "fine")
    loader.feed(encode_batch([Record(value=b"no key"), newer, broken, fine], base_offset=7))
    assert [group.offsets.get(T0) for group in loader.groups()] == [offset_at(4)]
    assert [line.partition(":")[0] for line in loader.skipped] == ["record of the batch at offset 7"] * 2


def test_the_oldest_keys_are_of_the_same_offsets() -> None:
    new = commit(2)
    old = Record(key=b"\0\0" + (new.key or b"")[2:], value=commit(1).value)
    assert load(encode_batch([old, new]))["g"].offsets.get(T0) == offset_at(2)
    assert load(encode_batch([new, old]))["g"].offsets.get(T0) == offset_at(1)
    assert load(encode_batch([old, Record(key=new.key, value=None)])) == {}


def test_a_leader_that_is_not_among_the_members_is_replaced() -> None:
    group = ClassicGroup("g", 0)
    value = GroupMetadataValue(protocol_type="consumer", generation=1, protocol="range", leader="gone", members=[])
    loaded = load(encode_batch([Record(key=encode_group_key("g"), value=encode_group_value(value))]))["g"]
    assert loaded.leader_id is group.leader_id is None
