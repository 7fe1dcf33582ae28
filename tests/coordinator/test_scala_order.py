"""The order of Scala's hash tables; that it is Kafka's is tested with the texts that show it (test_record_texts)."""

from hypothesis import given
from hypothesis import strategies as st

from kafkacli.coordinator.scala_order import hash_map_order, hash_set_order, immutable_set_order

KEYS = st.lists(st.integers(-(2**31), 2**31 - 1), unique=True, max_size=200)


@given(KEYS, st.sampled_from([hash, lambda key: key % 3]))
def test_every_key_is_walked_once(keys: list[int], hash_code: object) -> None:
    assert callable(hash_code)
    assert sorted(hash_map_order(keys, hash_code)) == sorted(keys)
    assert sorted(hash_set_order(keys, hash_code)) == sorted(keys)
    assert sorted(immutable_set_order(keys, hash_code)) == sorted(keys)


def test_keys_of_one_bucket() -> None:
    """A map's chain grows at its head, a set takes the next free place."""
    assert hash_map_order("abc", lambda _: 0) == ["c", "b", "a"]
    assert hash_set_order("abc", lambda _: 0) == ["a", "b", "c"]
