"""Java's hash codes of texts, and the order in which its HashMap is walked, for what the originals choose or show by them."""

from __future__ import annotations

from functools import lru_cache
from struct import unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_MASK = 0xFFFFFFFF


@lru_cache(maxsize=4096)
def java_hash(text: str) -> int:
    """Return Java's `String.hashCode` of `text`, signed 32 bits: over UTF-16 code units, so an emoji counts as two."""
    units = text.encode("utf-16-be", "surrogatepass")
    value = 0
    for unit in unpack(f">{len(units) // 2}H", units):
        value = (31 * value + unit) & _MASK
    return value - (1 << 32) if value & 0x80000000 else value


def hash_map_order(texts: Iterable[str], least: int = 1) -> list[str]:
    """Return distinct texts in the order of a HashMap that was made for so many and got them in this order.

    least: buckets that it has at least; a `Properties` has 16. Its buckets are numbered by the low bits of the spread hash; within one the order of arrival stays, when it grows too.
    Source: java.util.HashMap.
    """
    arrived = list(dict.fromkeys(texts))
    size = least
    while len(arrived) > size * 3 // 4:
        size *= 2
    buckets: dict[int, list[str]] = {}
    for text in arrived:
        value = java_hash(text) & _MASK
        buckets.setdefault((value ^ value >> 16) & (size - 1), []).append(text)
    return [text for number in sorted(buckets) for text in buckets[number]]
