"""kafka-dump-log.sh: prints the content of the files in a log directory, without a broker.

Source: Apache `DumpLogSegments.scala` of 2.6.2: options, what is looked at when, the findings at the end.
"""

from __future__ import annotations

import os

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.tools.dump_log_indexes import Findings

OPTIONS = OptionTable(
    "kafka-dump-log.sh",
    "Print what the files of a log directory hold: segments, offset, time and transaction indexes, producer snapshots.",
    (
        Option(
            "deep-iteration", help="Show each record, not only batches; --print-data-log and the decoders imply it."
        ),
        Option("files", argument="file,...", completes="file", help="The files to print. Needed."),
        HELP,
        OUTPUT,
        Option(
            "index-sanity-check",
            help="Only say whether an index passes the check that a broker makes when it starts.",
        ),
        Option(
            "key-decoder-class",
            argument="class",
            optional=True,
            default="kafka.serializer.StringDecoder",
            help="The Java class that keys are read with; shows keys and values.",
        ),
        Option(
            "max-message-size",
            argument="bytes",
            kind="integer",
            default="5242880",
            help="The largest batch that an entry of an offset index may point at.",
        ),
        Option("offsets-decoder", help="Show records of __consumer_offsets as what they say."),
        Option("print-data-log", help="Show keys and values."),
        Option("transaction-log-decoder", help="Show records of __transaction_state as what they say."),
        Option(
            "value-decoder-class",
            argument="class",
            optional=True,
            default="kafka.serializer.StringDecoder",
            help="The Java class that values are read with; shows keys and values.",
        ),
        Option("verify-index-only", help="Compare indexes with their log, without printing their entries."),
        VERSION,
    ),
    synopsis="--files <file,...> [OPTION]...",
    examples=(
        ("kafka-dump-log.sh --files orders-0/00000000000000000000.log --print-data-log", "batches and records"),
        (
            "kafka-dump-log.sh --files orders-0/00000000000000000000.index --index-sanity-check",
            "whether a broker would build this index again",
        ),
    ),
)
_SHOWS_CONTENT = (
    "print-data-log",
    "offsets-decoder",
    "transaction-log-decoder",
    "value-decoder-class",
    "key-decoder-class",
)


def main(arguments: list[str]) -> int:
    """Run kafka-dump-log.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    usage = (
        "This tool helps to parse a log file and dump its contents to the console, useful for debugging a seemingly "
        "corrupt log segment."
    )
    if (status := answer_help(options, usage)) is not None:
        return status
    options.require("files")
    from kafkacli.tools.dump_log_indexes import Findings

    findings = Findings()
    names = (options.value("files") or "").split(",")
    while len(names) > 1 and not names[-1]:  # Java's split drops what is empty at the end
        names.pop()
    try:
        for name in names:
            _dump(_java_path(name), options, findings)
            if console.broken():
                return Exit.OK  # as the original, which goes on to the end and tells nobody
    except JavaError as error:
        console.err(f'Exception in thread "main" {error}')
        return Exit.FAILURE
    findings.report(console.err)
    return Exit.OK


def _dump(path: str, options: Parsed, findings: Findings) -> None:
    """Print one file. Raises JavaError for what the original throws."""
    console.out(f"Dumping {path}")
    name = os.path.basename(path)
    if "." not in name:
        raise JavaError("java.lang.StringIndexOutOfBoundsException", f"begin -1, end {len(name)}, length {len(name)}")
    dump = _KINDS.get(name[name.rindex(".") :])
    if dump is None:
        console.err(f"Ignoring unknown file {path}")
        return
    from kafkacli.log.index_file import CorruptIndex
    from kafkacli.record.errors import RecordError

    try:
        dump(path, options, findings)
    except FileNotFoundError as error:
        raise JavaError("java.nio.file.NoSuchFileException", str(error.filename)) from None
    except PermissionError as error:
        raise JavaError("java.nio.file.AccessDeniedException", str(error.filename)) from None
    except CorruptIndex as error:
        raise JavaError("kafka.log.CorruptIndexException", str(error)) from None
    except RecordError as error:
        package = "org.apache.kafka.common" + (".errors" if error.info.name == "CORRUPT_MESSAGE" else "")
        raise JavaError(f"{package}.{error.info.exception}", str(error)) from None


def _dump_log(path: str, options: Parsed, findings: Findings) -> None:
    from kafkacli.tools.dump_log_decoders import new_parser
    from kafkacli.tools.dump_log_records import dump_records

    options.integer("max-message-size")
    parser = new_parser(
        is_offsets=options.has("offsets-decoder"),
        is_transactions=options.has("transaction-log-decoder"),
        value_decoder=options.value("value-decoder-class") or "",
        key_decoder=options.value("key-decoder-class") or "",
    )
    shows_content = any(options.has(name) for name in _SHOWS_CONTENT)
    is_deep = shows_content or options.has("deep-iteration")
    dump_records(path, parser if shows_content else None, is_deep=is_deep, findings=findings)


def _dump_offset_index(path: str, options: Parsed, findings: Findings) -> None:
    from kafkacli.tools.dump_log_indexes import dump_offset_index

    dump_offset_index(
        path,
        findings,
        only_sanity=options.has("index-sanity-check"),
        prints=not options.has("verify-index-only"),
        max_message_size=options.integer("max-message-size") or 0,
    )


def _dump_time_index(path: str, options: Parsed, findings: Findings) -> None:
    from kafkacli.tools.dump_log_indexes import dump_time_index

    only_sanity, prints = options.has("index-sanity-check"), not options.has("verify-index-only")
    options.integer("max-message-size")
    dump_time_index(path, findings, only_sanity=only_sanity, prints=prints)


def _dump_transaction_index(path: str, _options: Parsed, _findings: Findings) -> None:
    from kafkacli.log.transaction_index import decode_transactions
    from kafkacli.tools.dump_log_indexes import entry_teller

    if not os.path.exists(path):
        return  # such an index is there only when it has something to say
    with open(path, "rb") as file:
        data = file.read()
    tell = entry_teller("dump-transaction-index", path)
    for one in decode_transactions(data):
        tell(
            f"version: 0 producerId: {one.producer_id} firstOffset: {one.first_offset} "
            f"lastOffset: {one.last_offset} lastStableOffset: {one.last_stable_offset}",
            producer_id=one.producer_id,
            first_offset=one.first_offset,
            last_offset=one.last_offset,
            last_stable_offset=one.last_stable_offset,
        )


def _dump_snapshot(path: str, _options: Parsed, _findings: Findings) -> None:
    from kafkacli.log.producer_snapshot import CorruptSnapshot, decode_snapshot
    from kafkacli.tools.dump_log_indexes import entry_teller

    with open(path, "rb") as file:
        data = file.read()
    try:
        producers = decode_snapshot(data)
    except CorruptSnapshot as error:
        console.err(str(error))
        return
    tell = entry_teller("dump-producer-snapshot", path)
    for one in producers:
        first_offset = one.transaction_first_offset
        batch = ""
        has_batch, first_sequence = one.last_offset >= 0, 0
        if has_batch:
            first_sequence = one.last_sequence - one.offset_delta
            if one.last_sequence < one.offset_delta:
                first_sequence += 2**31  # after the largest number comes 0
            batch = (
                f"firstSequence: {first_sequence} lastSequence: {one.last_sequence} lastOffset: {one.last_offset} "
                f"offsetDelta: {one.offset_delta} timestamp: {one.timestamp}"
            )
        tell(
            f"producerId: {one.producer_id} producerEpoch: {one.producer_epoch} coordinatorEpoch: {one.coordinator_epoch} "
            f"currentTxnFirstOffset: {f'Some({first_offset})' if first_offset >= 0 else None} {batch}",
            producer_id=one.producer_id,
            producer_epoch=one.producer_epoch,
            coordinator_epoch=one.coordinator_epoch,
            transaction_first_offset=first_offset if first_offset >= 0 else None,
            first_sequence=first_sequence if has_batch else None,
            last_sequence=one.last_sequence if has_batch else None,
            last_offset=one.last_offset if has_batch else None,
            timestamp=one.timestamp if has_batch else None,
        )


_KINDS: dict[str, Callable[[str, Parsed, Findings], None]] = {
    ".log": _dump_log,
    ".index": _dump_offset_index,
    ".timeindex": _dump_time_index,
    ".snapshot": _dump_snapshot,
    ".txnindex": _dump_transaction_index,
}


def _java_path(text: str) -> str:
    """Return a path as java.io.File shows it: without double slashes and without one at the end."""
    while "//" in text:
        text = text.replace("//", "/")
    return text.rstrip("/") or text
