"""Probes into a broker's logs: how many segments there are, how large files are, what is flushed, checkpointed and compacted."""

from collections.abc import Callable
from pathlib import Path

from kafkacli.record.batch import Record, encode_batch, iter_records
from kafkacli.wire.messages import delete_records
from tests.support.config_probes import LONG_AGO, Place
from tests.support.produced import fetch_request, produce_request
from tests.support.waiting import until


def segments(*ages_ms: int) -> Callable[[Place], int]:
    """How many segments there are after batches of 400 bytes with these timestamps."""

    def probe(place: Place) -> int:
        place.topic()
        for age in ages_ms:
            assert place.produce(b"x" * 400, timestamp=age).error_code == 0
        return len(place.files("*.log"))

    return probe


def any_rolled_early(first_ms: int, last_ms: int) -> Callable[[Place], bool]:
    """Whether one of a few partitions has rolled between two batches; the chance that jitter keeps all from it is tiny."""

    def probe(place: Place) -> bool:
        place.topic(partitions=8)
        for number in range(8):
            for at in (first_ms, last_ms):
                assert place.produce(b"x", timestamp=at, number=number).error_code == 0
        return any(len(place.log("t", number).segments) > 1 for number in range(8))

    return probe


def kept(age_ms: int) -> Callable[[Place], int]:
    """How many segments the retention leaves of an old one and the active one."""

    def probe(place: Place) -> int:
        place.topic()
        now = place.broker.now_ms()
        place.produce(b"x" * 400, timestamp=now - age_ms)
        place.do(lambda broker: broker.partitions.get("t", 0).log.roll(now))
        place.produce(b"x" * 400)
        place.do(lambda broker: broker.partitions.log_dirs.retention(broker.now_ms()))
        return len(place.log().segments)

    return probe


def kept_by_itself(place: Place) -> bool:
    """Whether an old segment goes without anybody asking."""
    place.topic()
    place.produce(b"x", timestamp=LONG_AGO)
    return place.happens(lambda: place.log().log_start_offset > 0)


def deleted_files_left(place: Place) -> bool:
    kept(10_000)(place)
    place.do(lambda broker: broker.partitions.log_dirs.delete_due_files(broker.now_ms()))
    return bool(place.files("*.deleted"))


def file_size(pattern: str) -> Callable[[Place], int]:
    def probe(place: Place) -> int:
        place.topic()
        place.produce(b"x")
        return place.files(pattern)[0].stat().st_size

    return probe


def index_entries(place: Place) -> bool:
    place.topic()
    for _ in range(3):
        place.produce(b"x" * 300)
    return any(place.files("*.index")[0].read_bytes())


def flushed(place: Place) -> bool:
    place.topic()
    place.produce(b"x")
    return place.happens(lambda: place.log().recovery_point == 1)


def checkpointed(name: str) -> Callable[[Place], bool]:
    """Whether offset 1 of the topic stands in a checkpoint file soon."""

    def probe(place: Place) -> bool:
        place.topic()
        place.produce(b"x")
        part = delete_records.DeleteRecordsPartition(partition_index=0, offset=1)
        topic = delete_records.DeleteRecordsTopic(name="t", partitions=[part])
        place.ask(delete_records.DeleteRecordsRequest(topics=[topic], timeout_ms=1000), 1)
        path = Path(place.log().parent) / name
        return place.happens(lambda: path.exists() and "t 0 1" in path.read_text().splitlines())

    return probe


def _clean_up_to(place: Place) -> int:
    path = Path(place.log().parent) / "cleaner-offset-checkpoint"
    lines = path.read_text().splitlines() if path.exists() else []
    return next((int(line.split()[2]) for line in lines if line.startswith("t 0 ")), 0)


def _dirty(place: Place, keys: int) -> int:
    place.keyed(keys)
    place.keyed(keys)
    place.do(lambda broker: broker.partitions.get("t", 0).log.roll(broker.now_ms()))
    return place.log().log_end_offset


def cleaned(place: Place) -> bool:
    place.topic()
    end = _dirty(place, 5)
    return place.happens(lambda: _clean_up_to(place) == end)


def tombstone_is_kept(place: Place) -> bool:
    """Whether a deleted key's marker outlives the compaction after the one that it came through."""
    place.topic()
    records = [Record(timestamp=place.broker.now_ms(), key=b"gone"), Record(timestamp=place.broker.now_ms(), key=b"k")]
    assert place.ask(produce_request(encode_batch(records)), 8).responses[0].partitions[0].error_code == 0
    for _ in range(2):
        end = _dirty(place, 5)
        until(lambda: _clean_up_to(place) == end)  # noqa: B023
    fetched = place.ask(fetch_request({("t", 0): 0}), 11).topics[0].partitions[0].records
    return b"gone" in {record.key for record in iter_records(bytes(fetched))}


def cleaned_again(place: Place) -> bool:
    """Whether a little dirt behind much that is clean is cleaned too."""
    place.topic()
    end = _dirty(place, 100)
    until(lambda: _clean_up_to(place) == end)
    end = _dirty(place, 2)
    return place.happens(lambda: _clean_up_to(place) == end)
