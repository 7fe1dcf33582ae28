"""Snapshots: round trip, damage, and changes while one is written."""

from __future__ import annotations

from pathlib import Path
from zlib import adler32

import pytest

from kafkacli.zookeeper.protocol import Acl, CreateTxn, DeleteTxn, Id, OpCode, SetAclTxn, SetDataTxn, TxnHeader
from kafkacli.zookeeper.snapshot import SnapshotFile, decode_snapshot, encode_snapshot
from kafkacli.zookeeper.tree import DataTree

OPEN = [Acl(31, Id("world", "anyone"))]
MINE = [Acl(31, Id("digest", "me:x"))]


def filled(count: int = 10) -> DataTree:
    tree = DataTree()
    for number in range(count):
        header = TxnHeader(7 if number % 3 == 0 else 8, 1, number + 1, 1000 + number, OpCode.CREATE)
        acl = MINE if number % 2 else OPEN
        data = None if number == 4 else b"x" * number
        tree.apply(header, CreateTxn(f"/n{number}", data, acl, number % 3 == 0, -1))
    return tree


def contents(tree: DataTree) -> dict[str, tuple[object, ...]]:
    return {path: (node.data, node.acl, node.children or set(), tree.stat(node)) for path, node in tree.nodes.items()}


def load(content: bytes) -> tuple[DataTree, dict[int, int]]:
    tree = DataTree()
    sessions = decode_snapshot(content, Path("snapshot.a"), tree)
    return tree, sessions


def test_what_is_written_is_read() -> None:
    tree = filled()
    content = b"".join(encode_snapshot(tree, [(7, 4000), (-8, 5000)]))
    loaded, sessions = load(content)
    assert contents(loaded) == contents(tree)
    assert loaded.ephemerals == tree.ephemerals
    assert sessions == {7: 4000, -8: 5000}
    assert set(loaded.acls) == set(tree.acls)


def test_the_end_is_the_one_by_which_the_original_knows_a_whole_file() -> None:
    content = b"".join(encode_snapshot(filled(), ()))
    assert content.endswith(b"\0\0\0\x01/")
    assert content[-13:-5] == adler32(content[:-13]).to_bytes(8, "big")
    assert content.startswith(b"ZKSN\0\0\0\x02" + b"\xff" * 8)


def test_any_damage_is_found() -> None:
    content = b"".join(encode_snapshot(filled(), [(7, 4000)]))
    for position in range(len(content) - 5):
        damaged = bytearray(content)
        damaged[position] ^= 0x41
        with pytest.raises(Exception, match=r"snapshot\.a: corrupt at byte"):
            load(bytes(damaged))
    for end in range(len(content) - 5):
        with pytest.raises(Exception, match=r"snapshot\.a: corrupt at byte"):
            load(content[:end])


def test_changes_while_it_is_written_are_made_good_by_the_log() -> None:
    tree = filled(1500)
    zxid = tree.last_zxid
    pieces = encode_snapshot(tree, ())
    content = next(pieces)
    later = [
        (OpCode.CREATE, CreateTxn("/new", b"", [Acl(1, Id("ip", "1.2.3.4"))], False, 1501)),
        (OpCode.DELETE, DeleteTxn("/n1400")),
        (OpCode.SET_DATA, SetDataTxn("/n1401", b"changed", 1)),
        (OpCode.SET_ACL, SetAclTxn("/n1402", [Acl(1, Id("ip", "5.6.7.8"))], 1)),
        (OpCode.DELETE, DeleteTxn("/n1")),
        (OpCode.CREATE, CreateTxn("/n1", b"again", OPEN, False, 1502)),
    ]
    log = [(TxnHeader(8, 1, zxid + index, 5000, code), txn) for index, (code, txn) in enumerate(later, 1)]
    for header, txn in log:
        tree.apply(header, txn)
    loaded, _ = load(content + b"".join(pieces))
    loaded.last_zxid = zxid
    for header, txn in log:
        loaded.apply(header, txn)
    assert contents(loaded) == contents(tree)
    assert loaded.ephemerals == tree.ephemerals


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    file = SnapshotFile(tmp_path, 255)
    file.write(b"abc")
    assert [path.name for path in tmp_path.iterdir()] == ["unfinished.ff"]
    file.finish()
    file.close()
    assert (tmp_path / "snapshot.ff").read_bytes() == b"abc"
    given_up = SnapshotFile(tmp_path, 256)
    given_up.close()
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.ff"]
