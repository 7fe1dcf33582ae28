"""Records with one thing wrong, in every message format."""

from kafkacli.record.batch import Record, encode_batch
from kafkacli.record.crc32c import crc32
from kafkacli.record.legacy import encode_message
from tests.support.old_records import changed, framed, plain, sealed, three


def legacy_wrongs(magic: int) -> dict[str, bytes]:
    """Message sets of magic 0 or 1 by what is wrong with them."""
    good = plain(magic)
    other = plain(1 - magic)
    first, second, third = (encode_message(record, magic) for record in three(magic))

    def at(*offsets: int) -> bytes:
        return b"".join(
            encode_message(record, magic, offset=offset) for record, offset in zip(three(magic), offsets, strict=True)
        )

    def gzip(inner: bytes, offset: int = 2) -> bytes:
        return framed(magic, "gzip", inner, offset=offset)

    def bits(attributes: int) -> bytes:
        return encode_message(Record(0, 1000, b"k", b"v"), magic, attributes=attributes)

    null = encode_message(Record(0, 1000, None, None), magic, attributes=1)
    keyed = gzip(good)
    keyed = keyed[: keyed.index(b"\xff\xff\xff\xff", 26 if magic else 18)] + b"\0\0\0\1k" + keyed[30 if magic else 22 :]
    found = {
        "nothing at fault": good,
        "a checksum": good[:-1] + bytes([good[-1] ^ 1]),
        "a checksum inside": gzip(good[:-1] + bytes([good[-1] ^ 1])),
        "a checksum of the wrapper": gzip(good)[:-1] + b"x",
        "equal offsets": gzip(at(0, 0, 0)),
        "offsets with a gap": gzip(at(0, 2, 4), 4),
        "high offsets": gzip(at(5, 6, 7), 7),
        "high offsets in a wrapper at 0": gzip(at(5, 6, 7), 0),
        "offsets above the wrapper's": gzip(at(5, 6, 7), 3),
        "falling offsets": gzip(at(2, 1, 0), 0),
        "falling offsets in a wrapper at 2": gzip(at(2, 1, 0), 2),
        "negative offsets": gzip(at(-3, -2, -1), 2),
        "plain with equal offsets": at(0, 0, 0),
        "plain with high offsets": at(7, 9, 4),
        "a wrapper at -1": gzip(good, -1),
        "a wrapper in a wrapper": gzip(gzip(good)),
        "a wrapper in plain ones": first + gzip(good),
        "plain ones behind a wrapper": gzip(good) + first,
        "two wrappers": gzip(good) + gzip(good),
        "nothing in the wrapper": gzip(b""),
        "a null wrapper": null,
        "a wrapper with a key": _summed(keyed),
        "the other format inside": gzip(other),
        "the newest format inside": gzip(plain(2)),
        "both formats": first + plain(1 - magic)[: len(encode_message(three(1 - magic)[0], 1 - magic))],
        "the newest format behind": first + plain(2),
        "the newest format before": plain(2) + first,
        "a cut off message": first + second[:-2],
        "a cut off message inside": gzip(first + second[:-2]),
        "a few bytes behind": good + bytes(9),
        "a few bytes behind inside": gzip(good + bytes(9)),
        "garbage behind": good + b"\xff" * 40,
        "garbage inside": gzip(b"\xff" * 40),
        "a tiny message": first + bytes(8) + b"\0\0\0\5" + bytes(20),
        "a tiny message inside": gzip(first + bytes(8) + b"\0\0\0\5" + bytes(20)),
        "a value longer than its message": _summed(first[:-25] + b"\0\0\0\x7f" + first[-21:]) + third,
        "codec 5": bits(5),
        "codec 6": bits(6),
        "codec 7": bits(7),
        "the broker's kind of timestamp": bits(8),
        "the broker's kind of timestamp inside": gzip(bits(8), 0),
        "unknown attributes": bits(0x70),
        "a codec inside of none": gzip(bits(2), 0),
    }
    if magic:
        found["a wrapper of another time"] = framed(1, "gzip", offset=2, timestamp=7)
        found["a wrapper of the broker's kind"] = _summed(_with_attributes(gzip(good), 9))
    return found


def _with_attributes(entry: bytes, attributes: int) -> bytes:
    return entry[:17] + bytes([attributes]) + entry[18:]


def _summed(entry: bytes) -> bytes:
    """An entry with its length and checksum made right."""
    return entry[:8] + (len(entry) - 12).to_bytes(4, "big") + crc32(entry[16:]).to_bytes(4, "big") + entry[16:]


def wrongs() -> dict[str, bytes]:
    """Batches of magic 2 by what is wrong with them: each plain and compressed."""
    good = plain(2)
    records = three(2)
    gaps = encode_batch([Record(0, 1, b"k", b"v"), Record(2, 1, b"k", b"v")])
    wrongs = {
        "nothing at fault": good,
        "a count too high": changed(good, 57, (4).to_bytes(4, "big")),
        "a count too low": changed(good, 57, (2).to_bytes(4, "big")),
        "count 0": changed(good, 57, bytes(4)),
        "count -1": changed(good, 57, b"\xff" * 4),
        "a last offset too high": changed(good, 23, (3).to_bytes(4, "big")),
        "a last offset too low": changed(good, 23, (1).to_bytes(4, "big")),
        "a last offset of -1": changed(good, 23, b"\xff" * 4),
        "count and last offset too high": changed(
            changed(good, 57, (4).to_bytes(4, "big")), 23, (3).to_bytes(4, "big")
        ),
        "count and last offset too low": changed(changed(good, 57, (2).to_bytes(4, "big")), 23, (1).to_bytes(4, "big")),
        "a gap in the offsets": gaps,
        "a gap that the count hides": changed(gaps, 57, (3).to_bytes(4, "big")),
        "a gap that the last offset hides": changed(gaps, 23, (1).to_bytes(4, "big")),
        "a base offset": encode_batch([Record(5, 1, b"k", b"v")], base_offset=5),
        "a leader epoch": encode_batch(records, partition_leader_epoch=77),
        "a control batch": changed(good, 21, b"\0\x20"),
        "a transaction without a producer": changed(good, 21, b"\0\x10"),
        "a producer without sequences": encode_batch(records, producer_id=5, producer_epoch=0),
        "a producer without an epoch": encode_batch(records, producer_id=6, base_sequence=0),
        "the broker's kind of timestamp": changed(good, 21, b"\0\x08"),
        "unknown attributes": changed(good, 21, b"\x7f\xc0"),
        "codec 5": changed(good, 21, b"\0\5"),
        "codec 6": changed(good, 21, b"\0\6"),
        "codec 7": changed(good, 21, b"\0\7"),
        "a max timestamp too low": changed(good, 35, (9).to_bytes(8, "big")),
        "a max timestamp too high": changed(good, 35, (9000).to_bytes(8, "big")),
        "a max timestamp of -1": changed(good, 35, b"\xff" * 8),
        "a base timestamp of -1": encode_batch([Record(0, -1, b"k", b"v"), Record(1, 5, b"k", b"v")]),
        "a transaction with a producer": encode_batch(
            records, producer_id=5, producer_epoch=0, base_sequence=0, is_transactional=True
        ),
        "bytes behind the records": sealed(good + b"more"),
        "garbage for records": sealed(good[:61] + b"\xff" * 40),
        "a record that is too long": sealed(good[:61] + b"\x7e" + good[62:]),
        "a record that is too short": sealed(good[:61] + b"\x06" + good[62:]),
        "no records": sealed(good[:61]),
        "attributes of a record": sealed(good[:62] + b"\1" + good[63:]),
        "headers": encode_batch([Record(0, 1, b"k", b"v", (("name", b"value"), ("none", None)))]),
        "null keys in headers": sealed(encode_batch([Record(0, 1, b"k", b"v")])[:-1] + b"\2\1\1"),
        "headers without number": sealed(encode_batch([Record(0, 1, b"k", b"v")])[:-1] + b"\1"),
    }
    packed = {
        f"{what}, compressed": framed(2, "gzip", batch)
        for what, batch in wrongs.items()
        if not what.startswith("codec") and batch[22] != 8
    }
    return wrongs | packed


def negative_times() -> dict[str, tuple[int, bytes]]:
    """Format and bytes of records with times before 1970."""
    message, batch = encode_message(Record(0, -5, b"k", b"v"), 1), encode_batch([Record(0, -5, b"k", b"v")])
    return {
        "v1": (1, message),
        "v1 gzip": (1, framed(1, "gzip", message, offset=0)),
        "v2": (2, batch),
        "v2 gzip": (2, framed(2, "gzip", batch)),
    }
