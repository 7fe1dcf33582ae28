"""Invariant: any bytes give records or a RecordError, from every reader; nothing else, and nothing larger than the limit.

An append that is refused leaves its buffer as it was; one that is accepted has right checksums, and consecutive offsets
where the leader sees to them (as Kafka's: not inside of an uncompressed batch of magic 2). Run: `python -m tests.fuzz.fuzz_record [SECONDS]`; it starts from batches that Kafka wrote.
"""

import contextlib
import random
import sys
import time

from kafkacli.record.batch import TimestampType, ensure_valid, iter_headers, iter_records, read_records
from kafkacli.record.crc32c import crc32, crc32c
from kafkacli.record.downconvert import down_convert
from kafkacli.record.errors import RecordError
from kafkacli.record.validation import AppendRules, check_produce_version, validate_append
from tests.record.kafka_records import NOW, batches

RULES = [
    AppendRules(
        "t-0", magic=magic, timestamp_type=timestamp_type, compacted=compacted, timestamp_difference_max_ms=limit
    )
    for magic in (0, 1, 2)
    for timestamp_type in (TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME)
    for compacted in (False, True)
    for limit in (1000, 2**63 - 1)
]


def mutated(seeds: list[bytes], chance: random.Random) -> bytearray:
    """A batch, or pieces of two, with some bytes changed and often a right checksum, so that later checks are reached."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((0, 1, 1, 2, 8))):
        match chance.randrange(4):
            case 0:
                data[chance.randrange(len(data))] = chance.randrange(256)
            case 1:
                start = chance.randrange(min(len(data), 70))
                data[start : start + 4] = chance.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"))
            case 2:
                start = chance.randrange(len(data))
                del data[start : start + chance.randrange(1, 20)]
            case 3:
                other = chance.choice(seeds)
                data += other[: chance.randrange(len(other) + 1)]
        if not data:
            data = bytearray(1)
    if chance.random() < 0.7 and len(data) > 61:
        if chance.random() < 0.7:
            data[8:12] = (len(data) - 12).to_bytes(4, "big")
        end = 12 + min(int.from_bytes(data[8:12], "big"), len(data))
        if data[16] == 2:
            data[17:21] = crc32c(memoryview(data)[21:end]).to_bytes(4, "big")
        else:
            data[12:16] = crc32(memoryview(data)[16:end]).to_bytes(4, "big")
    return data


def check(data: bytearray, rules: AppendRules, version: int, from_client: bool) -> None:
    """Give one input to every reader."""
    for read in (
        lambda: list(iter_records(data)),
        lambda: read_records(data),
        lambda: ensure_valid(data),
        lambda: down_convert(data, version % 2, 1002),
        lambda: check_produce_version(data, version),
    ):
        with contextlib.suppress(RecordError):
            read()
    before = bytes(data)
    try:
        result = validate_append(
            memoryview(data), rules, base_offset=500, leader_epoch=7, now_ms=NOW, from_client=from_client
        )
    except RecordError:
        assert data == before
        return
    if result is not None:
        for position, header in iter_headers(result.records):
            ensure_valid(result.records, position, header)
        if result.header.magic < 2 or (rules.walks_records and result.header.is_compressed):
            records = list(iter_records(result.records))
            assert [record.offset for record in records] == list(range(500, 500 + result.count))


def main(seconds: float) -> None:
    """Fuzz for so long; the seed of a failing input is printed."""
    seeds = [data for data in batches().values() if len(data) < 2000]
    end = time.monotonic() + seconds
    seed = random.randrange(2**32)
    count = 0
    while time.monotonic() < end:
        chance = random.Random(seed + count)
        data = mutated(seeds, chance)
        given = bytes(data)
        try:
            check(data, chance.choice(RULES), chance.randrange(9), chance.random() < 0.8)
        except BaseException:
            print(f"seed {seed + count}: {given.hex()}")
            raise
        count += 1
    print(f"{count} inputs, no surprise")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
