"""The transaction log: files `log.<zxid>` in `version-2`, named after their first transaction, in hexadecimal.

    file     = FileHeader(magic "ZKLG", version 2, dbid 0) entry* zeros
    entry    = long checksum: Adler-32 of the body
               int length of the body
               body: TxnHeader, then the record of its type
               byte 0x42 ("B"), which a write that was cut short lacks

Files are grown in steps of 64 MiB (preAllocSize) before they are needed, so that a write rarely changes a file's size: the
zeros after the last entry are no damage. Blocks on disk are reserved in smaller steps, so that bringing an entry to disk
doesn't wait for the file system to find some. Each start, and each snapshot, begins a new file.
Source: FileTxnLog.java, FilePadding.java, Util.java (3.5.9).
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias
from zlib import adler32

from kafkacli.zookeeper.jute import JuteError, Record
from kafkacli.zookeeper.protocol import TXN_RECORDS, CreateTxn, CreateTxnV0, FileHeader, OpCode, TxnHeader

_sync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync

MAGIC = int.from_bytes(b"ZKLG", "big")
PREALLOCATED_BYTES = 64 * 1024 * 1024
_HEADER_BYTES = 16
_MARGIN_BYTES = 4096  # a file grows when less than this is left
_RESERVED_BYTES = 4 * 1024 * 1024
_ENTRY = struct.Struct(">qi")
_END = b"B"

Collected: TypeAlias = list[
    tuple[int | None, list[bytes]]
]  # by file: the zxid that begins a new one, or None, and entries


class CorruptFile(Exception):
    """A file of the data directory that can't be what was written; names file and position."""

    def __init__(self, path: Path, position: int, reason: str) -> None:
        super().__init__(f"{path}: corrupt at byte {position}: {reason}")
        self.path = path
        self.position = position


class TxnLog:
    """The end of the log, to append to.

    `append` only collects; `take` hands over what was collected, and `write` brings it to disk. The last may run in
    another thread while the first goes on.
    """

    def __init__(
        self,
        directory: Path,
        *,
        preallocated_bytes: int = PREALLOCATED_BYTES,
        force_sync: bool = True,
        slow_sync_ms: int = 1000,
        on_slow_sync: Callable[[int, int], None] = lambda *_: None,
    ) -> None:
        """Begin with a new file at the first transaction.

        preallocated_bytes: how far ahead a file grows; 0: not at all.
        force_sync: whether `write` waits for the disk.
        on_slow_sync: told when the disk took longer than `slow_sync_ms`: how long, in ms, and the file's size in bytes.
        """
        self._directory = directory
        self._preallocated_bytes = preallocated_bytes
        self._force_sync = force_sync
        self._collected: Collected = []
        self._roll = True
        self._file: int | None = None
        self._position = 0
        self._size = 0
        self._reserved = 0  # up to where the file has blocks on disk
        self._slow_sync_ms = slow_sync_ms
        self._on_slow_sync = on_slow_sync

    def append(self, zxid: int, body: bytes) -> None:
        """Collect a transaction: TxnHeader and record."""
        if self._roll or not self._collected:
            self._entries: list[bytes] = []
            self._collected.append((zxid if self._roll else None, self._entries))
            self._roll = False
        self._entries.append(_ENTRY.pack(adler32(body), len(body)) + body + _END)

    def roll(self) -> None:
        """Let the next transaction begin a new file."""
        self._roll = True

    def take(self) -> Collected:
        """Return what was collected, for `write`: the zxid that begins a new file, or None, and entries."""
        collected, self._collected = self._collected, []
        return collected

    def write(self, collected: Collected) -> None:
        """Bring to disk what `take` gave. Raises OSError."""
        for first_zxid, entries in collected:
            if first_zxid is not None:
                self._begin(first_zxid)
            content = b"".join(entries)
            assert self._file is not None
            self._preallocate(self._file, len(content))
            while content:
                written = os.pwrite(self._file, content, self._position)
                self._position += written
                content = content[written:]
        if self._file is not None and self._force_sync:
            begin = time.monotonic()
            _sync(self._file)
            taken_ms = int((time.monotonic() - begin) * 1000)
            if taken_ms > self._slow_sync_ms:
                self._on_slow_sync(taken_ms, self._size)

    def close(self) -> None:
        """Close the file. What was collected since the last `write` is lost."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _begin(self, zxid: int) -> None:
        if self._file is not None and self._force_sync:
            _sync(self._file)
        self.close()
        path = self._directory / f"log.{zxid:x}"
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        header = FileHeader(MAGIC, 2, 0).encode()
        os.pwrite(self._file, header, 0)
        self._position = self._size = self._reserved = len(header)
        if self._force_sync:
            sync_directory(self._directory)

    def _preallocate(self, file: int, length: int) -> None:
        if self._preallocated_bytes <= 0:
            return
        size = self._size
        while self._position + length + _MARGIN_BYTES >= size:
            size += self._preallocated_bytes - size % self._preallocated_bytes
        if size != self._size:
            os.ftruncate(file, size)
            self._size = size
        end = min(self._position + length, size)
        if end > self._reserved:
            step = min(size, end + _RESERVED_BYTES) - self._reserved
            try:
                os.posix_fallocate(file, self._reserved, step)
            except (OSError, AttributeError):
                step = size  # a file system or a machine that can't: blocks are found when they are needed
            self._reserved += step


def sync_directory(directory: Path) -> None:
    """Bring a directory's entries to disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def zxid_of(name: str, prefix: str) -> int | None:
    """Return the zxid that a file's name holds, None for any other file."""
    head, _, tail = name.partition(".")
    try:
        return int(tail, 16) if head == prefix else None
    except ValueError:
        return None


def numbered_files(directory: Path, prefix: str) -> list[tuple[int, Path]]:
    """Return the files `prefix.<zxid>` of a directory, by zxid."""
    found = ((zxid_of(path.name, prefix), path) for path in directory.iterdir())
    return sorted((zxid, path) for zxid, path in found if zxid is not None)


def read_log(path: Path, *, is_last: bool) -> Iterator[tuple[int, TxnHeader, Record]]:
    """Yield position, header and record of every transaction of a file.

    is_last: no later file exists, so that a transaction cut short at the end was never acknowledged: the file is cut
        there. In any other file a whole-looking one that doesn't fit its checksum is corruption.
    Raises CorruptFile for damage that whole transactions follow, or that a cut write can't explain.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size < _HEADER_BYTES:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            if content[:4] != b"ZKLG":
                if not any(content[:_HEADER_BYTES]):
                    return  # created, and no more
                raise CorruptFile(path, 0, "it doesn't begin with ZKLG")
            position = _HEADER_BYTES
            while (body := _body_at(content, position)) is not None:
                try:
                    header, record = decode_txn(body)
                except (JuteError, KeyError) as error:
                    raise CorruptFile(path, position, f"a transaction that can't be read: {error}") from None
                yield position, header, record
                position += _ENTRY.size + len(body) + len(_END)
            torn = not _only_zeros_follow(file.fileno(), content, position)
            if torn and not is_last and _is_whole(content, position):
                raise CorruptFile(path, position, "a transaction that doesn't fit its checksum")
            if torn and _whole_follows(content, position):
                raise CorruptFile(path, position, "a transaction that can't be read, with others after it")
    if torn and is_last:
        os.truncate(path, position)


def decode_txn(body: bytes) -> tuple[TxnHeader, Record]:
    """Return header and record of an entry's body; raise JuteError, or KeyError for an unknown type."""
    header, position = TxnHeader.decode(body)
    try:
        return header, TXN_RECORDS[header.type].decode_whole(body, position)
    except JuteError:
        if header.type != OpCode.CREATE:
            raise
        old = CreateTxnV0.decode_whole(body, position)  # before 3.4: without the parent's cversion
        return header, CreateTxn(old.path, old.data, old.acl, old.ephemeral, -1)


def _body_at(content: mmap.mmap, position: int) -> bytes | None:
    """Return the body of the whole and sound entry at a position, None where there is none."""
    if position + _ENTRY.size > len(content):
        return None
    checksum, length = _ENTRY.unpack_from(content, position)
    start = position + _ENTRY.size
    if length <= 0 or start + length >= len(content) or content[start + length : start + length + 1] != _END:
        return None
    body = content[start : start + length]
    return body if adler32(body) == checksum else None


def _is_whole(content: mmap.mmap, position: int) -> bool:
    """Tell whether an entry at a position has a length and an end, sound or not."""
    if position + _ENTRY.size > len(content):
        return False
    _, length = _ENTRY.unpack_from(content, position)
    end = position + _ENTRY.size + length
    return length > 0 and end < len(content) and content[end : end + 1] == _END


def _only_zeros_follow(file: int, content: mmap.mmap, position: int) -> bool:
    """Tell whether nothing is written after a position; holes of the file aren't looked at."""
    while position < len(content):
        try:
            position = os.lseek(file, position, os.SEEK_DATA)
        except OSError:
            return True  # a hole to the end
        end = os.lseek(file, position, os.SEEK_HOLE)
        if content[position:end].strip(b"\0"):
            return False
        position = end
    return True


def _whole_follows(content: mmap.mmap, position: int) -> bool:
    """Tell whether a sound entry stands anywhere after a position."""
    start = position + 1
    while True:
        found = content.find(b"\0\0\0\0", start)  # the upper half of every checksum
        if found < 0:
            return False
        if content[found + 4 : found + 12].strip(b"\0"):
            if _body_at(content, found) is not None:
                return True
            start = found + 1
        else:
            start = _next_byte(content, found)
            if start < 0:
                return False


def _next_byte(content: mmap.mmap, position: int) -> int:
    """Return where an entry that ends a run of zeros may begin, -1 when only zeros are left."""
    step = 1 << 20
    at = position
    while at < len(content):
        block = content[at : at + step]
        rest = block.lstrip(b"\0")
        if rest:
            return max(position + 1, at + len(block) - len(rest) - _ENTRY.size)
        at += step
    return -1
