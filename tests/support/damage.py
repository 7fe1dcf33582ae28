"""Damaged copies of a partition of Apache's, and what a broker made of each: one table for ours and the real one.

The partition is `tests/data/log/apache/rolled-0`: segments at 0, 151, 308 and 400, its end at 466. Each damage gets a copy
of it, named after the damage; `c-` lie in a directory that was stopped cleanly, `u-` in one that was not.
"""

import hashlib
import shutil
from collections.abc import Callable, Container, Iterable
from pathlib import Path
from typing import NamedTuple

from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import CLEAN_SHUTDOWN_FILE
from kafkacli.log.producer_snapshot import CorruptSnapshot, decode_snapshot

APACHE = Path(__file__).parents[1] / "data" / "log" / "apache"
CONFIG = LogConfig(segment_bytes=20_000, index_interval_bytes=500, retention_ms=-1)
PROPERTIES = {"log.segment.bytes": "20000", "log.index.interval.bytes": "500", "log.retention.ms": "-1"}
"""The same for a real broker, which knows no topics."""
STATES = {"c": "clean", "u": "unclean"}

FIRST, LAST = f"{0:020d}", f"{400:020d}"
SNAPSHOT = f"{466:020d}.snapshot"


class Damage(NamedTuple):
    """Something done to one file of a partition; whole: the file's bytes, returned changed (None: the file is removed)."""

    name: str
    file: str
    change: Callable[[bytes], bytes | None]


def _cut(count: int) -> Callable[[bytes], bytes]:
    return lambda whole: whole[:-count]


def _flip(position: int) -> Callable[[bytes], bytes]:
    def change(whole: bytes) -> bytes:
        damaged = bytearray(whole)
        damaged[position] ^= 0x10
        return bytes(damaged)

    return change


def _add(more: bytes) -> Callable[[bytes], bytes]:
    return lambda whole: whole + more


def _put(text: bytes) -> Callable[[bytes], bytes]:
    return lambda _: text


DAMAGES = (
    Damage("whole", f"{LAST}.log", lambda whole: whole),
    # record batches: torn, and one bit of length, magic, checksum, attributes, a record
    Damage("log-torn", f"{LAST}.log", _cut(5)),
    Damage("log-torn-header", f"{LAST}.log", _add(bytes(30))),
    Damage("log-garbage", f"{LAST}.log", _add(b"\xff" * 100)),
    Damage("log-empty", f"{LAST}.log", _put(b"")),
    Damage("log-flip-offset", f"{LAST}.log", _flip(6)),
    Damage("log-flip-length", f"{LAST}.log", _flip(9)),
    Damage("log-flip-magic", f"{LAST}.log", _flip(16)),
    Damage("log-flip-crc", f"{LAST}.log", _flip(18)),
    Damage("log-flip-record", f"{LAST}.log", _flip(-3)),
    Damage("log-middle-flip", f"{151:020d}.log", _flip(5000)),
    Damage("log-middle-torn", f"{151:020d}.log", _cut(40)),
    Damage("log-middle-gone", f"{151:020d}.log", lambda _: None),
    Damage("index-torn", f"{FIRST}.index", _cut(3)),
    Damage("index-empty", f"{FIRST}.index", _put(b"")),
    Damage("index-gone", f"{FIRST}.index", lambda _: None),
    Damage("index-flip", f"{FIRST}.index", _flip(-6)),
    Damage("index-last-torn", f"{LAST}.index", _cut(3)),
    Damage("timeindex-torn", f"{FIRST}.timeindex", _cut(5)),
    Damage("timeindex-empty", f"{FIRST}.timeindex", _put(b"")),
    Damage("timeindex-gone", f"{FIRST}.timeindex", lambda _: None),
    Damage("timeindex-flip", f"{FIRST}.timeindex", _flip(-10)),
    Damage("timeindex-last-torn", f"{LAST}.timeindex", _cut(5)),
    Damage("txnindex-torn", f"{LAST}.txnindex", _cut(7)),
    Damage("txnindex-gone", f"{LAST}.txnindex", lambda _: None),
    Damage("txnindex-flip-version", f"{LAST}.txnindex", _flip(1)),
    Damage("txnindex-flip-offset", f"{LAST}.txnindex", _flip(17)),
    Damage("snapshot-torn", SNAPSHOT, _cut(9)),
    Damage("snapshot-empty", SNAPSHOT, _put(b"")),
    Damage("snapshot-gone", SNAPSHOT, lambda _: None),
    Damage("snapshot-flip", SNAPSHOT, _flip(20)),
    Damage("epochs-empty", "leader-epoch-checkpoint", _put(b"")),
    Damage("epochs-gone", "leader-epoch-checkpoint", lambda _: None),
    Damage("epochs-torn", "leader-epoch-checkpoint", _cut(3)),
    Damage("epochs-version", "leader-epoch-checkpoint", _put(b"1\n1\n0 0\n")),
    Damage("epochs-text", "leader-epoch-checkpoint", _put(b"0\n1\nzero 0\n")),
    Damage("epochs-count", "leader-epoch-checkpoint", _put(b"0\n2\n0 0\n")),
)
"""Files of a partition."""

OF_DIRECTORIES = (
    Damage("recovery-torn", "recovery-point-offset-checkpoint", _cut(4)),
    Damage("recovery-version", "recovery-point-offset-checkpoint", _flip(0)),
    Damage("recovery-count", "recovery-point-offset-checkpoint", _put(b"0\n7\nrolled 0 466\n")),
    Damage("replication-text", "replication-offset-checkpoint", _put(b"0\n1\nrolled 0 many\n")),
    Damage("start-text", "log-start-offset-checkpoint", _put(b"0\n1\nrolled zero 5\n")),
    Damage("cleaner-text", "cleaner-offset-checkpoint", _put(b"no checkpoint\n")),
    Damage("meta-version", "meta.properties", _put(b"version=9\nbroker.id=0\n")),
    Damage("meta-id-gone", "meta.properties", _put(b"version=0\n")),
    Damage("meta-id-text", "meta.properties", _put(b"version=0\nbroker.id=zero\n")),
    Damage("meta-empty", "meta.properties", _put(b"")),
)
"""Files of a log directory: each has a start of its own."""


def damage(damaged: Damage, directory: Path) -> None:
    """Do the damage in a directory that has the file."""
    path = directory / damaged.file
    changed = damaged.change(path.read_bytes() if path.exists() else b"")
    if changed is None:
        path.unlink()
    else:
        path.write_bytes(changed)


def make(target: Path, damages: Iterable[Damage], *, without: Container[str] = ()) -> list[Path]:
    """Make the two log directories with a damaged partition for each row; returns them, the clean one first."""
    directories = []
    for mark, state in STATES.items():
        directory = target / state
        directory.mkdir(parents=True)
        for each in damages:
            partition = directory / f"{mark}-{each.name}-0"
            if f"{mark}-{each.name}" in without:
                continue
            shutil.copytree(APACHE / "rolled-0", partition)
            damage(each, partition)
        if state == "clean":
            (directory / CLEAN_SHUTDOWN_FILE).touch()
        directories.append(directory)
    return directories


def copy_directory(target: Path) -> None:
    """Copy the log directory, without what says to which cluster it belongs."""
    shutil.copytree(APACHE, target, ignore=shutil.ignore_patterns("meta.properties"))


def outcome(directories: list[Path]) -> dict[str, str]:
    """What there is after a start and a clean stop: for each partition its files, their sizes and content."""
    return {
        path.name.rpartition("-")[0]: " ".join(map(_described, sorted(path.iterdir())))
        for directory in directories
        for path in sorted(directory.iterdir())
        if path.is_dir()
    }


def _described(path: Path) -> str:
    """A file's name without leading zeros, its size, and the beginning of its hash; of a snapshot its rows' hash."""
    name, data = path.name, path.read_bytes()
    if path.suffix == ".snapshot":
        try:
            data = repr(sorted(decode_snapshot(data))).encode()
        except CorruptSnapshot:
            name += "(corrupt)"
    shown = name if not name[0].isdigit() else str(int(name[:20])) + name[20:]
    return f"{shown}:{path.stat().st_size}:{hashlib.sha256(data).hexdigest()[:8]}"
