"""The cleaner's map of last offsets."""

from kafkacli.log.offset_map import OffsetMap


def test_a_keys_last_offset_counts() -> None:
    found = OffsetMap(10_000)
    for offset, key in enumerate([b"a", b"b", b"a"]):
        assert found.put(key, offset)
    assert found.offsets == {b"a": 2, b"b": 1}
    assert found.latest_offset == 2
    assert 0 < found.utilization < 1


def test_a_full_map_takes_known_keys_only() -> None:
    found = OffsetMap(1)
    assert found.put(b"a", 0)
    assert not found.put(b"b", 1)
    assert found.put(b"a", 2)
    assert (found.offsets, found.latest_offset, found.utilization) == ({b"a": 2}, 2, 1.0)
