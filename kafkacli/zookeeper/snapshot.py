"""Snapshots: files `snapshot.<zxid>` in `version-2`, the whole tree as of at least that zxid.

    file     = FileHeader(magic "ZKSN", version 2, dbid -1)
               int count, then that many sessions: long id, int timeout in ms
               int count, then that many ACLs: long number, vector of Acl
               znodes, parents first: ustring path (the root's is ""), buffer data, long number of its ACL (-1: open
               to everybody), StatPersisted
               ustring "/": the end of the znodes
               long checksum: Adler-32 of everything so far
               ustring "/"

A snapshot is fuzzy: changes go on while it is written, and those after its zxid, which the log has, may be in it or not.
Playing the log over it gives the same tree. A file gets its name when it is whole.
Source: FileSnap.java, DataTree.serialize, ReferenceCountedACLCache.java, SerializeUtils.java (3.5.9).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from zlib import adler32

from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE, AclList
from kafkacli.zookeeper.jute import (
    JuteError,
    layout_of,
    pack_buffer,
    pack_string,
    pack_vector,
    read_buffer,
    read_string,
    read_vector,
)
from kafkacli.zookeeper.protocol import Acl, FileHeader, StatPersisted
from kafkacli.zookeeper.tree import DataTree, Znode
from kafkacli.zookeeper.txnlog import CorruptFile, sync_directory

_MAGIC = int.from_bytes(b"ZKSN", "big")
_SESSION = struct.Struct(">qi")
_LONG = struct.Struct(">q")
_INT = struct.Struct(">i")
_OPEN_ACL = -1
_NODES_PER_PIECE = 500
_STAT = layout_of(StatPersisted)


def encode_snapshot(tree: DataTree, sessions: Iterable[tuple[int, int]]) -> Iterator[bytes]:
    """Yield a snapshot in pieces of some hundred znodes; the tree may change between them.

    sessions: ids and timeouts in ms.
    """
    nodes = tree.nodes.copy()  # not a list of pairs: making 100,000 of them would take the loop for 50 ms
    numbers: dict[AclList, int] = {acl: number for number, acl in enumerate(tree.acls, 1)}
    kept = list(sessions)
    parts = [FileHeader(_MAGIC, 2, -1).encode(), _INT.pack(len(kept))]
    parts += [_SESSION.pack(session_id, timeout_ms) for session_id, timeout_ms in kept]
    parts.append(_INT.pack(len(numbers)))
    parts += [_LONG.pack(number) + pack_vector(acl, Acl.encode) for acl, number in numbers.items()]
    checksum = 1
    pack_stat = _STAT.pack
    for count, (path, node) in enumerate(nodes.items(), 1):
        if path != "/":  # the root again
            number = numbers.get(
                node.acl, _OPEN_ACL
            )  # an ACL that came after the table was written, the log sets again
            parts += (
                pack_string(path), pack_buffer(node.data), _LONG.pack(number),
                pack_stat(
                    node.czxid, node.mzxid, node.ctime, node.mtime, node.version, node.cversion, node.aversion,
                    node.ephemeral_owner, node.pzxid,
                ),
            )  # fmt: skip
        if not count % _NODES_PER_PIECE:
            piece = b"".join(parts)
            checksum = adler32(piece, checksum)
            parts = []
            yield piece
    piece = b"".join(parts)
    checksum = adler32(piece, checksum)
    yield piece
    end = pack_string("/")
    yield end + _LONG.pack(adler32(end, checksum)) + end


def decode_snapshot(content: bytes, path: Path, tree: DataTree) -> dict[int, int]:
    """Put a snapshot into a tree; return its sessions, id → timeout in ms.

    Raises CorruptFile, the tree then holds part of it.
    """
    position = 0
    try:
        header, position = FileHeader.decode(content)
        if header.magic != _MAGIC:
            raise JuteError("it doesn't begin with ZKSN")
        (count,) = _INT.unpack_from(content, position)
        position += 4
        sessions = {}
        for _ in range(count):
            session_id, timeout_ms = _SESSION.unpack_from(content, position)
            sessions[session_id] = timeout_ms
            position += _SESSION.size
        tree.clear()
        acls: dict[int, AclList] = {_OPEN_ACL: OPEN_ACL_UNSAFE}
        (count,) = _INT.unpack_from(content, position)
        position += 4
        for _ in range(count):
            (number,) = _LONG.unpack_from(content, position)
            acl, position = read_vector(content, position + 8, Acl.decode)
            acls[number] = OPEN_ACL_UNSAFE if tuple(acl) == OPEN_ACL_UNSAFE else tuple(acl)
        users = dict.fromkeys(acls, 0)
        put, unpack_stat = tree.put, _STAT.unpack_from
        node_path, position = read_string(content, position)
        while node_path != "/":
            data, position = read_buffer(content, position)
            (number,) = _LONG.unpack_from(content, position)
            users[number] += 1
            node = Znode(data, acls[number])
            (
                node.czxid, node.mzxid, node.ctime, node.mtime, node.version, node.cversion, node.aversion,
                node.ephemeral_owner, node.pzxid,
            ) = unpack_stat(content, position + 8)  # fmt: skip
            position += 8 + _STAT.size
            put(node_path, node)
            node_path, position = read_string(content, position)
        for number, count in users.items():
            if count:
                tree.acls.use(acls[number], count)
        tree.quotas.find()
        (checksum,) = _LONG.unpack_from(content, position)
    except (JuteError, struct.error, KeyError) as error:
        raise CorruptFile(path, position, str(error)) from None
    if checksum != adler32(memoryview(content)[:position]):
        raise CorruptFile(path, position, "the checksum doesn't fit")
    return sessions


class SnapshotFile:
    """A snapshot on its way to disk, under another name until it is whole."""

    def __init__(self, directory: Path, zxid: int) -> None:
        """Begin a file. Raises OSError."""
        self.path = directory / f"snapshot.{zxid:x}"
        self._unfinished = directory / f"unfinished.{zxid:x}"
        self._file = self._unfinished.open("wb")

    def write(self, piece: bytes) -> None:
        """Write the next piece. Raises OSError."""
        self._file.write(piece)

    def finish(self) -> None:
        """Bring the file to disk and give it its name. Raises OSError."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._unfinished.replace(self.path)
        sync_directory(self.path.parent)

    def close(self) -> None:
        """Close the file; one that isn't finished goes."""
        self._file.close()
        self._unfinished.unlink(missing_ok=True)
