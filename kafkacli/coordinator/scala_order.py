"""The order in which Scala 2.12's hash tables are walked: Kafka's texts list members and partitions so.

Source: scala.collection.mutable.HashTable and FlatHashTable, scala.collection.immutable.HashSet of Scala 2.12, which Kafka
2.6.2 runs on.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
_MASK = 0xFFFFFFFF


def hash_map_order(keys: Iterable[T], hash_code: Callable[[T], int]) -> list[T]:
    """Return distinct keys, put into a mutable.HashMap one after the other, as it is walked.

    hash_code: the key's Java hash, signed or not.
    """
    table: list[list[T]] = [[] for _ in range(16)]
    for size, key in enumerate(keys, 1):
        table[_bucket(hash_code(key), 4, len(table))].insert(0, key)
        if size > len(table) * 3 // 4:
            walked = [key for chain in reversed(table) for key in chain]
            table = [[] for _ in range(2 * len(table))]
            for old in walked:
                table[_bucket(hash_code(old), 4, len(table))].insert(0, old)
    return [key for chain in reversed(table) for key in chain]


def hash_set_order(elements: Iterable[T], hash_code: Callable[[T], int]) -> list[T]:
    """Return distinct elements, added to a mutable.HashSet one after the other, as it is walked."""
    table: list[list[T]] = [[] for _ in range(32)]  # a slot: empty, or one element
    for size, element in enumerate(elements, 1):
        _add(table, element, hash_code)
        if size >= len(table) * 450 // 1000:
            old = [element for slot in table for element in slot]
            table = [[] for _ in range(2 * len(table))]
            for moved in old:
                _add(table, moved, hash_code)
    return [element for slot in table for element in slot]


def immutable_set_order(elements: Iterable[T], hash_code: Callable[[T], int]) -> list[T]:
    """Return distinct elements of an immutable Set as it is walked: up to four as they came, more by five bits of hash a level."""
    found = list(elements)
    if len(found) <= 4:
        return found

    def path(element: T) -> list[int]:
        code = hash_code(element) & _MASK
        code = code + (~(code << 9) & _MASK) & _MASK
        code ^= code >> 14
        code = code + (code << 4) & _MASK
        code ^= code >> 10
        return [code >> level & 31 for level in range(0, 35, 5)]

    return sorted(found, key=path)


def _add(table: list[list[T]], element: T, hash_code: Callable[[T], int]) -> None:
    index = _bucket(hash_code(element), (len(table) - 1).bit_count(), len(table))
    while table[index]:
        index = (index + 1) % len(table)
    table[index].append(element)


def _bucket(code: int, rotation: int, length: int) -> int:
    """Return the top bits of the hash, stirred and rotated to the right."""
    mixed = (code & _MASK) * 0x9E3775CD & _MASK
    mixed = int.from_bytes(mixed.to_bytes(4, "big"), "little") * 0x9E3775CD & _MASK
    mixed = (mixed >> rotation | mixed << (32 - rotation)) & _MASK
    return mixed >> (32 - (length - 1).bit_count())
