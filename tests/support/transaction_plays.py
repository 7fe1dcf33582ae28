"""Plays: requests about transactions in every version, right and wrong, with the answers noted.

The notes of the real Kafka 2.6.2 are in `tests/data/transaction_answers.txt`; they are written again by

    python -m tests.support.transaction_plays HOST:PORT     a real broker, just started

The real broker answers EndTxn before the markers are written; plays wait for them where it matters.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kafkacli.coordinator.requests import Producer
from kafkacli.errors import ErrorCode
from kafkacli.record.batch import iter_headers, read_records
from kafkacli.record.control import control_type, coordinator_epoch
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest
from kafkacli.wire.messages.offset_fetch import OffsetFetchRequest
from kafkacli.wire.schema import Message
from tests.support.broker_play import Play
from tests.support.group_requests import commit as commit_consumed
from tests.support.group_requests import fetch as fetch_offsets
from tests.support.group_requests import fetch_all, join, sync
from tests.support.produced import batch, fetch_request, produce_request, results
from tests.support.transaction_requests import add, add_offsets, commit_offsets, data, end, init, markers
from tests.support.waiting import until

KEPT = {"retention_ms": "-1", "segment_ms": str(2**62)}  # the plays' records are of 1970, the markers of today
ANSWERS = Path(__file__).parents[1] / "data" / "transaction_answers.txt"


def patiently(play: Play, request: Message, version: int, error: Callable[[Any], int]) -> None:
    """Ask until whatever is under way has ended, and note the answer to that."""
    busy = (ErrorCode.CONCURRENT_TRANSACTIONS, ErrorCode.UNSTABLE_OFFSET_COMMIT)

    def is_answered() -> bool:
        if error(play.ask(request, version)) in busy:
            play.notes.pop()
            return False
        return True

    until(is_answered)


def start(play: Play, name: str, version: int = 3) -> Producer:
    """A producer for a transactional id, as soon as there is a coordinator for it."""
    asked = FindCoordinatorRequest(key=name, key_type=1)
    until(lambda: not play.ask(asked, 2, noted=False).error_code)
    loading = (ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ErrorCode.NOT_COORDINATOR, ErrorCode.CONCURRENT_TRANSACTIONS)
    found: list[Producer] = []

    def is_there() -> bool:
        answer = play.ask(init(name), version, noted=False)
        if answer.error_code not in loading:
            found.append(Producer(answer.producer_id, answer.producer_epoch))
        return bool(found)

    until(is_there)
    return found[0]


def group(play: Play, name: str) -> None:
    """Wait until a group has a coordinator."""
    until(lambda: not play.ask(FindCoordinatorRequest(key=name), 2, noted=False).error_code)
    until(lambda: not play.ask(fetch_all(name), 5, noted=False).error_code)


def settled(play: Play, topic: str) -> None:
    """Wait until no transaction is open in partition 0 of a topic."""

    def is_settled() -> bool:
        (part,) = results(play.ask(fetch_request({(topic, 0): 0}, isolation=1), 11, noted=False)).values()
        return bool(part.last_stable_offset == part.high_watermark)

    until(is_settled)


def look(play: Play, topic: str, *, isolation: int, version: int = 11, offset: int = 0) -> None:
    """Fetch from a topic and note what there is to see, with transactions and their ends."""
    answer = play.ask(fetch_request({(topic, 0): offset}, isolation=isolation), version, noted=False)
    (part,) = results(answer).values()
    seen: list[object] = []
    for position, header in iter_headers(part.records or b""):
        records = read_records(part.records or b"", position, header)
        if header.is_control:
            record = records[0]
            seen.append(
                (record.offset, control_type(record.key).name, header.producer_epoch, coordinator_epoch(record.value))
            )
        else:
            seen.append((header.base_offset, header.producer_epoch, [record.value for record in records]))
    aborted = part.aborted
    shown = None if aborted is None else [each.first_offset for each in aborted]
    play.note(
        f"Fetch {version} isolation {isolation}",
        (part.error_code, part.high_watermark, part.last_stable_offset, seen, shown),
    )


# plays


def transactions_in_every_version(play: Play) -> None:
    """Each version of each request, in transactions that are committed and aborted by turns."""
    play.topic("every", 2, **KEPT)
    group(play, "every-group")
    start(play, "every")
    for version in range(4):
        answer = play.ask(init("every"), version)
        producer = Producer(answer.producer_id, answer.producer_epoch)
        old = min(version, 1)
        play.ask(add("every", producer, ("every", 0), ("every", 1)), old)
        play.ask(produce_request(data(producer, 0, b"%d" % version), "every"), 8)
        play.ask(add("every", producer, ("every", 0)), old)
        play.ask(add_offsets("every", producer, "every-group"), old)
        play.ask(commit_offsets("every", producer, "every-group", ("every", 0, version + 10)), version)
        play.ask(fetch_offsets("every-group", 0, topic="every"), 5)
        play.ask(OffsetFetchRequest(group_id="every-group", topics=None, require_stable=True), 7)
        play.ask(end("every", producer, commit=version % 2 == 0), old)
        settled(play, "every")
        stable = fetch_offsets("every-group", 0, topic="every", require_stable=True)
        patiently(play, stable, 7, lambda found: found.topics[0].partitions[0].error_code)
        patiently(play, end("every", producer, commit=version % 2 == 0), old, lambda found: found.error_code)
    for version in (4, 11):
        look(play, "every", isolation=0, version=version)
        look(play, "every", isolation=1, version=version)


def what_is_refused(play: Play) -> None:
    """Wrong names, producers, partitions and moments."""
    play.topic("refused", 1, **KEPT)
    group(play, "refused-group")
    here = ("refused", 0)
    producer = start(play, "refused")
    wrong = [producer._replace(producer_id=producer.producer_id + 500), producer._replace(epoch=producer.epoch + 1)]
    for timeout_ms in (0, -1, 900_001):
        play.ask(init("refused", timeout_ms=timeout_ms), 1)
    play.ask(init(""), 1)
    play.ask(init("refused", Producer(producer.producer_id, -1)), 3)
    play.ask(init("refused", Producer(-1, producer.epoch)), 3)
    for name, other in [("", producer), ("nobody", producer), ("refused", wrong[0]), ("refused", wrong[1])]:
        play.ask(add(name, other, here), 1)
        play.ask(add_offsets(name, other, "refused-group"), 1)
        play.ask(end(name, other, commit=True), 1)
    for commit in (True, False):
        play.ask(end("refused", producer, commit=commit), 1)
    play.ask(add("refused", producer, here, ("refused", 9), ("no-such-topic", 0)), 1)
    play.ask(add("refused", producer, here, ("__consumer_offsets", 0)), 1)
    play.ask(add("refused", producer), 1)
    play.ask(add("refused", producer, here), 1)
    play.ask(produce_request(batch(b"x"), "refused"), 8)
    play.ask(produce_request(data(producer, 5, b"x"), "refused"), 8)
    play.ask(produce_request(data(producer._replace(epoch=producer.epoch + 3), 5, b"x"), "refused"), 8)
    for commit in (True, False, True):
        patiently(play, end("refused", producer, commit=commit), 1, lambda found: found.error_code)


def offsets_refused(play: Play) -> None:
    """TxnOffsetCommit of groups, members, partitions that are wrong, and producers that are old."""
    play.topic("refused-offsets", 1, **KEPT)
    group(play, "busy-offsets")
    producer = start(play, "refused-offsets")
    here = ("refused-offsets", 0, 5)
    joined = play.ask(join("busy-offsets", group_instance_id="host"), 5, noted=False)
    member, generation = joined.member_id, joined.generation_id
    play.ask(sync("busy-offsets", member, generation, (member, b"all")), 3, noted=False)
    play.ask(add_offsets("refused-offsets", producer, "busy-offsets"), 1)
    for fields in (
        {"member_id": "nobody"},
        {"member_id": member, "generation_id": generation + 1},
        {"member_id": "another", "generation_id": generation, "group_instance_id": "host"},
        {"member_id": member, "generation_id": generation, "group_instance_id": "host"},
        {"generation_id": generation},
        {},
    ):
        play.ask(commit_offsets("refused-offsets", producer, "busy-offsets", here, **fields), 3)
    play.ask(commit_offsets("refused-offsets", producer, "", here), 2)
    play.ask(commit_offsets("refused-offsets", producer, "busy-offsets", here, ("no-such-topic", 0, 1)), 2)
    play.ask(commit_offsets("refused-offsets", producer, "busy-offsets"), 2)
    long = commit_offsets("refused-offsets", producer, "long-offsets", here, metadata="x" * 4097)
    play.ask(long, 2)
    old = producer._replace(epoch=producer.epoch - 1)
    if producer.epoch > 0:
        play.ask(commit_offsets("refused-offsets", old, "busy-offsets", here), 2)
    play.ask(end("refused-offsets", producer, commit=True), 1)
    stable = fetch_offsets("busy-offsets", 0, topic="refused-offsets", require_stable=True)
    patiently(play, stable, 7, lambda found: found.topics[0].partitions[0].error_code)


def offsets_in_and_out_of_transactions(play: Play) -> None:
    """A consumer's own commits beside a producer's: the later record wins once the transaction is committed."""
    play.topic("mixed", 1, **KEPT)
    group(play, "mixed-group")
    producer = start(play, "mixed")
    consumed = commit_consumed("mixed-group", topic="mixed", offsets=((0, 3, None),))
    stable = fetch_offsets("mixed-group", 0, topic="mixed", require_stable=True)
    for commit in (True, False):
        play.ask(add_offsets("mixed", producer, "mixed-group"), 1)
        play.ask(commit_offsets("mixed", producer, "mixed-group", ("mixed", 0, 8)), 2)
        play.ask(commit_offsets("mixed", producer, "mixed-group", ("mixed", 0, 9)), 2)
        play.ask(consumed, 7)
        play.ask(stable, 7)
        play.ask(end("mixed", producer, commit=commit), 1)
        patiently(play, stable, 7, lambda found: found.topics[0].partitions[0].error_code)
        patiently(play, end("mixed", producer, commit=commit), 1, lambda found: found.error_code)


def producers_fence_each_other(play: Play) -> None:
    """A new producer while the old one's transaction is open, and what the old one can still do."""
    play.topic("fenced", 1, **KEPT)
    group(play, "fenced-group")
    here = ("fenced", 0)
    old = start(play, "fenced")
    play.ask(add("fenced", old, here), 1)
    play.ask(produce_request(data(old, 0, b"old"), "fenced"), 8)
    play.ask(add_offsets("fenced", old, "fenced-group"), 1)
    play.ask(commit_offsets("fenced", old, "fenced-group", ("fenced", 0, 1)), 2)
    play.ask(init("fenced"), 3)
    patiently(play, end("fenced", old, commit=True), 1, lambda found: found.error_code)
    settled(play, "fenced")
    play.ask(add("fenced", old, here), 1)
    play.ask(produce_request(data(old, 1, b"old"), "fenced"), 8)
    play.ask(commit_offsets("fenced", old, "fenced-group", ("fenced", 0, 2)), 2)
    new = start(play, "fenced")
    play.note("epochs", new.epoch - old.epoch)
    play.ask(add("fenced", new, here), 1)
    play.ask(produce_request(data(new, 0, b"new"), "fenced"), 8)
    play.ask(end("fenced", new, commit=True), 1)
    settled(play, "fenced")
    look(play, "fenced", isolation=0)
    look(play, "fenced", isolation=1)


def producers_bump_their_epoch(play: Play) -> None:
    """KIP-360: InitProducerId with what the producer is, again, as a stranger, and in a transaction."""
    play.topic("bumped", 1, **KEPT)
    first = start(play, "bumped")
    play.ask(init("bumped", first), 3)
    play.ask(init("bumped", first), 3)
    play.ask(init("bumped", first._replace(epoch=first.epoch + 1)), 3)
    play.ask(init("bumped", first), 3)
    play.ask(init("bumped", first._replace(producer_id=first.producer_id + 500)), 3)
    play.ask(init("not-there-yet", Producer(12345, 6)), 3)
    now = first._replace(epoch=first.epoch + 2)
    play.ask(add("bumped", now, ("bumped", 0)), 1)
    play.ask(init("bumped", now._replace(epoch=now.epoch + 5)), 3)
    settled(play, "bumped")
    patiently(play, init("bumped", now), 3, lambda found: found.error_code)


def markers_of_another_coordinator(play: Play) -> None:
    """WriteTxnMarkers: where markers can be written, where not, and by whom."""
    play.topic("marked", 1, **KEPT)
    play.topic("old-format", message_format_version="0.10.0")
    play.ask(markers(Producer(7_000_000, 1), commit=True), 0)
    producer = Producer(7_000_001, 3)
    play.ask(produce_request(data(producer, 0, b"a"), "marked"), 8)
    look(play, "marked", isolation=1)
    places = [("marked", 0), ("marked", 9), ("no-such-topic", 0), ("old-format", 0)]
    play.ask(markers(producer, *places, commit=False, coordinator_epoch=4), 0)
    play.ask(markers(producer, ("marked", 0), commit=True, coordinator_epoch=3), 0)
    play.ask(markers(producer._replace(epoch=2), ("marked", 0), commit=True, coordinator_epoch=4), 0)
    play.ask(markers(producer._replace(epoch=5), ("marked", 0), commit=True, coordinator_epoch=5), 0)
    play.ask(produce_request(data(producer, 1, b"b"), "marked"), 8)
    look(play, "marked", isolation=0)
    look(play, "marked", isolation=1)


def open_transactions_hold_readers_back(play: Play) -> None:
    """Several producers in one partition; read_committed sees up to the first that is open."""
    play.topic("held", 1, **KEPT)
    one, two = start(play, "held-one"), start(play, "held-two")
    for name, producer in (("held-one", one), ("held-two", two)):
        play.ask(add(name, producer, ("held", 0)), 1)
        play.ask(produce_request(data(producer, 0, name.encode()), "held"), 8)
    play.ask(produce_request(batch(b"plain"), "held"), 8)
    look(play, "held", isolation=1)
    play.ask(end("held-two", two, commit=False), 1)
    patiently(play, end("held-two", two, commit=False), 1, lambda found: found.error_code)
    look(play, "held", isolation=1)
    play.ask(end("held-one", one, commit=True), 1)
    settled(play, "held")
    for offset in range(3):
        look(play, "held", isolation=1, offset=offset)


PLAYS: tuple[Callable[[Play], None], ...] = (
    transactions_in_every_version,
    what_is_refused,
    offsets_refused,
    offsets_in_and_out_of_transactions,
    producers_fence_each_other,
    producers_bump_their_epoch,
    markers_of_another_coordinator,
    open_transactions_hold_readers_back,
)


def perform(play: Callable[[Play], None], port: int) -> list[str]:
    """Return the notes of a play with the broker at `port`."""
    part = Play(port)
    try:
        play(part)
    finally:
        part.client.socket.close()
    return part.notes


def recorded(play: Callable[[Play], None]) -> list[str]:
    """Return what the real broker said in a play."""
    found = re.search(rf"^# {play.__name__}\n(.*?)(?=^# |\Z)", ANSWERS.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{play.__name__} is not recorded"
    return found[1].splitlines()


def record(port: int) -> None:
    """Write the answers of the real broker at `port`."""
    ANSWERS.write_text(
        "".join(f"# {play.__name__}\n" + "".join(f"{note}\n" for note in perform(play, port)) for play in PLAYS)
    )


if __name__ == "__main__":
    record(int(sys.argv[1].rpartition(":")[2]))
