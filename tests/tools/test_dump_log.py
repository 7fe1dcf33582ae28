"""kafka-dump-log.sh on files that Apache's broker wrote, and on broken copies of them."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError
from kafkacli.record.batch import BATCH_OVERHEAD, Compression, Record, TimestampType, encode_batch
from kafkacli.tools import dump_log_segments
from kafkacli.tools.dump_log import main
from kafkacli.tools.dump_log_decoders import new_parser
from kafkacli.tools.dump_log_segments import Segment
from tests.support.counting import calls_here
from tests.support.documents import document, in_other_forms
from tests.support.tools import Outcome, Tools

ROLLED = Path(__file__).parents[1] / "data" / "log" / "apache" / "rolled-0"
FIRST = "00000000000000000000"
LAST = "00000000000000000400"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of a partition's directory, to break files of."""
    return Path(shutil.copytree(ROLLED, tmp_path / "rolled-0"))


def patch(path: Path, position: int, data: bytes) -> None:
    content = bytearray(path.read_bytes())
    content[position : position + len(data)] = data
    path.write_bytes(content)


def test_batches_without_records(tools: Tools) -> None:
    status, out, err = tools.run("kafka-dump-log", "--files", str(ROLLED / f"{FIRST}.log"))
    lines = out.splitlines()
    assert (status, err) == (Exit.OK, "")
    assert lines[:2] == [f"Dumping {ROLLED}/{FIRST}.log", "Starting offset: 0"]
    assert all(re.fullmatch(r"baseOffset: \d+ .* magic: 2 .* isvalid: true", line) for line in lines[2:])


def test_each_record_with_its_content_or_without(tools: Tools) -> None:
    path = str(ROLLED / f"{FIRST}.log")
    deep = tools.run("kafka-dump-log", "--files", path, "--deep-iteration").out
    content = tools.run("kafka-dump-log", "--files", path, "--print-data-log").out
    assert deep.count("\n| offset: ") == content.count("\n| offset: ") > 100
    assert " payload: " in content
    assert re.sub(r"( key: .*)? payload: .*", "", content) == deep


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ((), "key: \x00\x00\x00\x07 payload: \x00\x00\x00\x00\x00\x00\x00\x09"),
        (
            (
                "--key-decoder-class=kafka.serializer.IntegerDecoder",
                "--value-decoder-class=kafka.serializer.LongDecoder",
            ),
            "key: 7 payload: 9",
        ),
        (
            ("--value-decoder-class=kafka.serializer.DefaultDecoder",),
            "key: \x00\x00\x00\x07 payload: [B@",
        ),
    ],
)
def test_decoders(tools: Tools, tmp_path: Path, options: tuple[str, ...], shown: str) -> None:
    path = tmp_path / f"{FIRST}.log"
    record = Record(0, 5, (7).to_bytes(4, "big"), (9).to_bytes(8, "big"), (("a", b""), ("b", None)))
    path.write_bytes(encode_batch([record], compression=Compression.GZIP, base_sequence=4, producer_id=1))
    status, out, _ = tools.run("kafka-dump-log", "--files", str(path), "--print-data-log", *options)
    assert status == Exit.OK
    assert f"| offset: 0 CreateTime: 5 keysize: 4 valuesize: 8 sequence: 4 headerKeys: [a,b] {shown}" in out


def test_a_value_too_short_for_its_decoder_ends_the_dump_after_what_was_shown(tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / f"{FIRST}.log"
    path.write_bytes(encode_batch([Record(0, 5, None, b"abc")]))
    done = tools.run("kafka-dump-log", "--files", str(path), "--value-decoder-class", "kafka.serializer.LongDecoder")
    assert done.status == Exit.FAILURE
    assert done.out.endswith("valuesize: 3 sequence: -1 headerKeys: []")
    assert done.err == 'Exception in thread "main" java.nio.BufferUnderflowException\n'


def test_an_unknown_decoder_names_the_known_ones(tools: Tools) -> None:
    done = tools.run("kafka-dump-log", "--files", str(ROLLED / f"{FIRST}.log"), "--key-decoder-class", "my.Decoder")
    assert done.status == Exit.FAILURE
    assert "kafka.serializer.StringDecoder" in done.err
    assert done.err.startswith('Exception in thread "main" java.lang.ClassNotFoundException: my.Decoder is none of ')
    assert done.err.count("\n") == 1


def test_aborted_transactions_their_markers_and_producers(tools: Tools) -> None:
    files = ",".join(str(ROLLED / f"{LAST}{suffix}") for suffix in (".txnindex", ".snapshot", ".log"))
    status, out, err = tools.run("kafka-dump-log", "--files", files, "--deep-iteration")
    assert (status, err) == (Exit.OK, "")
    assert re.search(r"^version: 0 producerId: \d+ firstOffset: \d+ lastOffset: \d+ lastStableOffset: \d+$", out, re.M)
    assert re.search(r"^producerId: \d+ .* currentTxnFirstOffset: (None|Some\(\d+\)) firstSequence: \d+ ", out, re.M)
    assert re.search(r"headerKeys: \[\] endTxnMarker: ABORT coordinatorEpoch: \d+$", out, re.M)


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        (f"{FIRST}.index", "dump-offset-index"),
        (f"{FIRST}.timeindex", "dump-time-index"),
        (f"{LAST}.txnindex", "dump-transaction-index"),
        (f"{LAST}.snapshot", "dump-producer-snapshot"),
    ],
)
def test_documents(tools: Tools, name: str, schema: str) -> None:
    command = ("kafka-dump-log", "--files", str(ROLLED / name))
    found = document(tools, schema, *command)
    plain = tools.run(*command).out.splitlines()[1:]
    assert len(found) == len(plain) > 0
    for row, line in zip(found, plain, strict=True):
        said = {
            re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), key): value
            for key, value in re.findall(r"(\w+): (-?\d+)", line)
        }
        shared = row.keys() & said.keys()
        assert {key: str(row[key]) for key in shared} == {key: said[key] for key in shared}
        assert len(shared) >= 2
    read, rows = in_other_forms(tools, schema, *command)
    assert (read, len(rows)) == (found, len(found))


@pytest.mark.parametrize("suffix", [".index", ".timeindex"])
def test_indexes_agree_with_their_log(tools: Tools, suffix: str) -> None:
    path = ROLLED / f"{FIRST}{suffix}"
    status, out, err = tools.run("kafka-dump-log", "--files", str(path))
    assert (status, err) == (Exit.OK, "")
    assert len(out.splitlines()) > 3
    quiet = tools.run("kafka-dump-log", "--files", str(path), "--verify-index-only")
    assert quiet == (Exit.OK, f"Dumping {path}\n", "")
    checked = tools.run("kafka-dump-log", "--files", str(path), "--index-sanity-check")
    assert checked == (Exit.OK, f"Dumping {path}\n{path} passed sanity check.\n", "")


def test_an_offset_index_that_disagrees_with_its_log(tools: Tools, copy: Path) -> None:
    path = copy / f"{FIRST}.index"
    real = int.from_bytes(path.read_bytes()[:4], "big")
    patch(path, 0, (real - 1).to_bytes(4, "big"))
    done = tools.run("kafka-dump-log", "--files", str(path), "--verify-index-only")
    assert done.err == f"Mismatches in :{path}\n  Index offset: {real - 1}, log offset: {real}\n"


def test_a_time_index_that_disagrees_with_its_log(tools: Tools, copy: Path) -> None:
    path = copy / f"{FIRST}.timeindex"
    entry = path.read_bytes()[:12]
    timestamp = int.from_bytes(entry[:8], "big")
    patch(path, 12, entry)
    patch(path, 0, (timestamp + 1).to_bytes(8, "big"))
    done = tools.run("kafka-dump-log", "--files", str(path), "--verify-index-only")
    assert f"Found timestamp mismatch in :{path}\n  Index timestamp: {timestamp + 1}, log timestamp: {timestamp}\n" in (
        done.err
    )
    assert f"  Index timestamp: {timestamp}, Previously indexed timestamp: {timestamp + 1}\n" in done.err


def test_a_time_index_that_names_an_offset_within_a_batch(tools: Tools, copy: Path) -> None:
    path = copy / f"{FIRST}.timeindex"
    offset = int.from_bytes(path.read_bytes()[8:12], "big")
    patch(path, 8, (offset - 1).to_bytes(4, "big"))
    done = tools.run("kafka-dump-log", "--files", str(path), "--verify-index-only")
    assert done.err.splitlines()[0] == "The following indexed offsets are not found in the log."
    assert done.err.splitlines()[1].startswith(f"Indexed offset: {offset - 1}, found log offset: ")


def test_a_torn_index_does_not_pass(tools: Tools, copy: Path) -> None:
    for suffix, size in ((".index", 8), (".timeindex", 12)):
        path = copy / f"{FIRST}{suffix}"
        path.write_bytes(path.read_bytes()[:-1])
        done = tools.run("kafka-dump-log", "--files", str(path), "--index-sanity-check")
        assert done.status == Exit.FAILURE
        assert f"which is neither positive nor a multiple of {size}." in done.err


def test_a_zero_tail_ends_an_index(tools: Tools, copy: Path) -> None:
    path = copy / f"{FIRST}.index"
    before = tools.run("kafka-dump-log", "--files", str(path))
    path.write_bytes(path.read_bytes() + bytes(80))
    assert tools.run("kafka-dump-log", "--files", str(path)) == before


def test_an_offset_index_with_batches_above_the_largest_message_size(tools: Tools) -> None:
    done = tools.run("kafka-dump-log", "--files", str(ROLLED / f"{FIRST}.index"), "--max-message-size", "40")
    assert done.status == Exit.FAILURE
    assert done.err == 'Exception in thread "main" java.util.NoSuchElementException\n'


def test_broken_bytes(tools: Tools, copy: Path) -> None:
    path = copy / f"{FIRST}.log"
    patch(path, 70, b"\xff\xff\xff")
    assert "isvalid: false" in tools.run("kafka-dump-log", "--files", str(path)).out
    done = tools.run("kafka-dump-log", "--files", str(path), "--deep-iteration")
    assert done.status == Exit.FAILURE
    assert 'Exception in thread "main" org.apache.kafka.common.InvalidRecordException: ' in done.err
    patch(path, 8, (5).to_bytes(4, "big"))
    done = tools.run("kafka-dump-log", "--files", str(path))
    assert done.err == (
        'Exception in thread "main" org.apache.kafka.common.errors.CorruptRecordException: Found record size 5 smaller '
        f"than minimum record overhead (14) in file {path}.\n"
    )


def test_what_is_cut_off_and_what_is_left_out(tools: Tools, copy: Path) -> None:
    path = copy / f"{FIRST}.log"
    content = path.read_bytes()
    sizes: list[int] = []
    while sum(sizes) < len(content):
        sizes.append(12 + int.from_bytes(content[sum(sizes) + 8 : sum(sizes) + 12], "big"))
    path.write_bytes(content[: sizes[0]] + content[sizes[0] + sizes[1] : -1])
    done = tools.run("kafka-dump-log", "--files", str(path), "--deep-iteration")
    assert f"Found {sizes[-1] - 1} invalid bytes at the end of {FIRST}.log\n" in done.out
    assert re.search(rf"^Non-consecutive offsets in {path}\n  \d+ is followed by \d+$", done.err, re.M)


def test_a_wrong_snapshot_is_told_and_passed_over(tools: Tools, copy: Path) -> None:
    path = copy / f"{LAST}.snapshot"
    patch(path, 20, b"\xff")
    status, out, err = tools.run("kafka-dump-log", "--files", f"{path},{copy}/{LAST}.index")
    assert status == Exit.OK
    assert f"Dumping {copy}/{LAST}.index" in out
    assert err.startswith("Snapshot is corrupt (CRC is no longer valid). Stored crc: ")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("none", "java.lang.StringIndexOutOfBoundsException: begin -1, end 4, length 4"),
        ("x.log", 'java.lang.NumberFormatException: For input string: "x"'),
        ("9.log", "java.nio.file.NoSuchFileException: {}/9.log"),
        ("9.index", "java.nio.file.NoSuchFileException: {}/9.log"),
        ("8.timeindex", "java.lang.IllegalArgumentException: Invalid max index size: -1"),
        ("9.snapshot", "java.nio.file.NoSuchFileException: {}/9.snapshot"),
    ],
)
def test_files_that_are_not_there(tools: Tools, tmp_path: Path, name: str, error: str) -> None:
    (tmp_path / "8.log").touch()
    done = tools.run("kafka-dump-log", "--files", f"{tmp_path}/{name}")
    assert done.status == Exit.FAILURE
    assert done.err == f'Exception in thread "main" {error.format(tmp_path)}\n'


def test_unknown_kinds_are_passed_over(tools: Tools, tmp_path: Path) -> None:
    done = tools.run("kafka-dump-log", "--files", f"{tmp_path}//1.deleted/,{tmp_path}/2.txnindex")
    assert done == (
        Exit.OK,
        f"Dumping {tmp_path}/1.deleted\nDumping {tmp_path}/2.txnindex\n",
        f"Ignoring unknown file {tmp_path}/1.deleted\n",
    )


@pytest.mark.parametrize("option", ["--offsets-decoder", "--transaction-log-decoder"])
def test_records_that_no_coordinator_wrote(tools: Tools, option: str) -> None:
    done = tools.run("kafka-dump-log", "--files", str(ROLLED / f"{FIRST}.log"), option)
    assert done.status == Exit.FAILURE
    assert 'Exception in thread "main" org.apache.kafka.common.KafkaException: ' in done.err


def printed(tools: Tools, path: Path, *options: str) -> list[Outcome]:
    """What a dump prints, first as it does, then record by record."""
    found = [tools.run("kafka-dump-log", "--files", str(path), *options)]
    with pytest.MonkeyPatch.context() as patch_:
        patch_.setattr(console, "is_utf8", lambda: False)
        found.append(tools.run("kafka-dump-log", "--files", str(path), *options))
    return found


PARTS = st.one_of(st.none(), st.binary(max_size=70), st.text(max_size=40).map(str.encode))
RECORDS = st.builds(
    Record,
    timestamp=st.one_of(st.integers(-(2**40), 2**40), st.integers(1_600_000_000_000, 1_600_000_000_100)),
    key=PARTS,
    value=st.one_of(PARTS, st.just(b"x" * 8200)),
    headers=st.lists(st.tuples(st.text(max_size=5), PARTS), max_size=3).map(tuple),
)


@given(
    records=st.lists(RECORDS, min_size=1, max_size=5),
    before=st.sampled_from([0, 70, 9000]),
    base_offset=st.integers(0, 2**62),
    base_sequence=st.sampled_from([-1, 0, 7, 2**31 - 3]),
    codec=st.sampled_from([Compression.NONE, Compression.LZ4]),
    append_time=st.sampled_from([None, 5]),
    options=st.sampled_from(
        ["--print-data-log", "--deep-iteration", "--value-decoder-class=kafka.serializer.IntegerDecoder"]
    ),
    damage=st.none() | st.integers(0, 1000),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_records_printed_at_once_are_those_printed_one_by_one(
    tools: Tools,
    tmp_path: Path,
    records: list[Record],
    before: int,
    base_offset: int,
    base_sequence: int,
    codec: Compression,
    append_time: int | None,
    options: str,
    damage: int | None,
) -> None:
    kind = TimestampType.CREATE_TIME if append_time is None else TimestampType.LOG_APPEND_TIME
    batch = encode_batch(
        [*[Record()] * before, *records],
        base_offset=base_offset,
        base_sequence=base_sequence,
        compression=codec,
        timestamp_type=kind,
        append_time=append_time,
    )
    path = tmp_path / f"{FIRST}.log"
    path.write_bytes(batch)
    if damage is not None and BATCH_OVERHEAD + damage < len(batch):
        patch(path, BATCH_OVERHEAD + damage, b"\xff")
    at_once, one_by_one = printed(tools, path, options)
    assert at_once == one_by_one


def test_records_are_printed_without_a_call_for_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"{FIRST}.log"
    path.write_bytes(encode_batch([Record(value=b"x" * 100, key=b"%d" % number) for number in range(1000)]))
    assert main(["--files", str(path), "--print-data-log"]) == Exit.OK  # what is imported first counts as calls too
    with calls_here() as calls:
        assert main(["--files", str(path), "--print-data-log"]) == Exit.OK
    assert capsys.readouterr().out.count("\n| offset: ") == 2000
    assert calls.python.total() < 500, calls.python.most_common(20)


def test_records_before_a_broken_one_are_shown(tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / f"{FIRST}.log"
    batch = encode_batch([Record(timestamp=5, value=b"value%d" % number) for number in range(5)])
    path.write_bytes(batch)
    patch(path, BATCH_OVERHEAD + (len(batch) - BATCH_OVERHEAD) // 5 * 2, b"\x55")
    done = tools.run("kafka-dump-log", "--files", str(path), "--print-data-log")
    assert done.status == Exit.FAILURE
    assert [line.rpartition(" ")[2] for line in done.out.splitlines()[3:]] == ["value0", "value1"]
    assert done.err == (
        'Exception in thread "main" org.apache.kafka.common.InvalidRecordException: Invalid record size: expected to read '
        "-43 bytes in record payload, but instead read 12\n"
    )


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells how much of a file is in memory")
def test_a_large_segment_does_not_stay_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump_log_segments, "_HELD", 1 << 20)
    path = tmp_path / f"{0:020}.log"
    path.write_bytes(encode_batch([Record(value=bytes(1 << 20))]) * 32)
    held = []
    for number, batch in enumerate(Segment(str(path)).batches()):
        assert batch.is_valid()
        if number % 8 == 7:
            maps = Path("/proc/self/smaps").read_text().split(str(path))[1]
            held.append(int(re.findall(r"^Rss: +(\d+) kB", maps, re.M)[0]))
    assert max(held) < 12_000  # of 32 MB; the system reads ahead


def test_bytes_that_no_schema_reads_are_an_error_of_schemas() -> None:
    parse = new_parser(is_offsets=True, is_transactions=False, value_decoder="", key_decoder="")
    for key, exception in ((b"\0\1\0\5g", "protocol.types.SchemaException"), (b"\0\x09", "KafkaException")):
        with pytest.raises(JavaError, match=rf"^org\.apache\.kafka\.common\.{re.escape(exception)}: "):
            parse(key, b"")
