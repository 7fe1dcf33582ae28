"""`kafka-dump-log.sh` on large segments, ours and Apache's: both have to print the same bytes."""

import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from kafkacli.record.batch import Compression
from tests.benchmarks import programs
from tests.benchmarks.client import make_batch
from tests.benchmarks.measure import Row
from tests.benchmarks.programs import Run, apaches, ours, run

BYTES = 1_000_000_000
SMALLER = 8
KINDS = {  # bytes of a record and of a batch, codec; the share of the full size
    "100 B in 16 KiB batches": (100, 16_384, Compression.NONE, 1.0),
    "1 KiB in 16 KiB batches": (1024, 16_384, Compression.NONE, 1.0),
    "100 B in batches of one": (100, 100, Compression.NONE, 0.25),
    "100 B in 16 KiB batches, lz4": (100, 16_384, Compression.LZ4, 0.25),
}


class Segment:
    """A file of equal batches, one behind the other as in a log; what was printed of it first is what has to be printed."""

    def __init__(self, directory: Path, size: int, kind: tuple[int, int, Compression, float]) -> None:
        directory.mkdir()
        self.path = directory / f"{0:020}.log"
        made, records = make_batch(*kind[:3])
        batch = bytearray(made)
        with self.path.open("wb", 1 << 20) as file:
            for number in range(max(1, int(size * kind[3]) // len(batch))):
                struct.pack_into(">q", batch, 0, number * records)
                file.write(batch)
        self._printed: dict[tuple[str, ...], tuple[int, str]] = {}

    def dump(self, command: programs.Command, *options: str) -> Run:
        """Print it into a pipe. Raises RuntimeError when it comes out otherwise than before."""
        done = run(command("kafka-dump-log.sh", "--files", str(self.path), *options))
        printed = done.lines, done.digest
        if self._printed.setdefault(options, printed) != printed:
            raise RuntimeError(f"{options}: {printed} was printed, and before {self._printed[options]}")
        return done


@contextmanager
def rows(scale: float) -> Iterator[list[Row]]:
    """The rows; scale: the share of a gigabyte."""
    with tempfile.TemporaryDirectory() as name:
        found: list[Row] = []
        size = int(BYTES * scale)
        for number, (kind, values) in enumerate(KINDS.items()):
            segment = Segment(Path(name) / str(number), size, values)
            title = f"{int(size * values[3]) // 1_000_000} MB of {kind}"
            for options in (("--print-data-log",), *([("--deep-iteration",), ()] if number == 0 else [])):
                found += programs.rows(
                    f"`{' '.join(['kafka-dump-log.sh', *options])}`, {title}",
                    *(partial(segment.dump, command, *options) for command in (ours, apaches)),
                    target=1.5,
                )
            if number == 0:
                smaller = Segment(Path(name) / "smaller", size // SMALLER, values)
                sides = [
                    [partial(one.dump, command, "--print-data-log") for command in (ours, apaches)]
                    for one in (smaller, segment)
                ]
                found.append(programs.growth_row("`kafka-dump-log.sh --print-data-log`", SMALLER, *sides))
        yield found
