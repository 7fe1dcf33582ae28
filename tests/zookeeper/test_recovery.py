"""What a start makes of a data directory."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.protocol import (
    Acl,
    CloseSessionTxn,
    CreateSessionTxn,
    CreateTxn,
    Id,
    OpCode,
    SetDataTxn,
    TxnHeader,
)
from kafkacli.zookeeper.recovery import DataDirectoryError, Recovered, recover
from kafkacli.zookeeper.snapshot import SnapshotFile, encode_snapshot
from kafkacli.zookeeper.txnlog import CorruptFile, TxnLog

OPEN = [Acl(31, Id("world", "anyone"))]
Change = tuple[int, OpCode, Record]
CHANGES: list[Change] = [
    (7, OpCode.CREATE_SESSION, CreateSessionTxn(4000)),
    (7, OpCode.CREATE, CreateTxn("/a", b"", OPEN, False, 1)),
    (8, OpCode.CREATE_SESSION, CreateSessionTxn(5000)),
    (8, OpCode.CREATE, CreateTxn("/e", b"", OPEN, True, 2)),
    (7, OpCode.CREATE, CreateTxn("/f", b"", OPEN, True, 3)),
    (7, OpCode.CLOSE_SESSION, CloseSessionTxn()),
    (8, OpCode.SET_DATA, SetDataTxn("/a", b"x", 1)),
]


def write(directory: Path, changes: list[Change], first: int = 1) -> None:
    log = TxnLog(directory, preallocated_bytes=4096)
    for zxid, (session, code, txn) in enumerate(changes, first):
        log.append(zxid, TxnHeader(session, 0, zxid, 1000, code).encode() + txn.encode())
    log.write(log.take())
    log.close()


def start(directory: Path, **options: bool) -> Recovered:
    return recover(directory, directory, logging.getLogger("test"), **options)


def snapshot(directory: Path, recovered: Recovered) -> Path:
    file = SnapshotFile(directory, recovered.tree.last_zxid)
    for piece in encode_snapshot(recovered.tree, recovered.sessions.items()):
        file.write(piece)
    file.finish()
    return file.path


def test_a_new_directory_gets_a_first_snapshot(tmp_path: Path) -> None:
    recovered = start(tmp_path)
    assert (recovered.replayed, recovered.sessions, recovered.tree.last_zxid) == (0, {}, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.0"]
    assert start(tmp_path).tree.last_zxid == 0


def test_the_log_is_played_over_the_snapshot(tmp_path: Path) -> None:
    start(tmp_path)
    write(tmp_path, CHANGES)
    recovered = start(tmp_path)
    assert recovered.replayed == recovered.tree.last_zxid == 7
    assert recovered.sessions == {8: 5000}
    assert recovered.tree.ephemerals == {8: {"/e"}}
    assert recovered.tree.nodes["/a"].data == b"x"
    assert "/f" not in recovered.tree.nodes


def test_only_what_a_snapshot_lacks_is_played(tmp_path: Path) -> None:
    start(tmp_path)
    write(tmp_path, CHANGES[:5])
    snapshot(tmp_path, start(tmp_path))
    write(tmp_path, CHANGES[5:], first=6)
    recovered = start(tmp_path)
    assert (recovered.replayed, recovered.tree.last_zxid) == (2, 7)
    assert recovered.sessions == {8: 5000}


def test_a_damaged_snapshot_is_passed_over_for_an_older_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    start(tmp_path)
    write(tmp_path, CHANGES)
    path = snapshot(tmp_path, start(tmp_path))
    path.write_bytes(path.read_bytes()[:-20])
    assert start(tmp_path).tree.last_zxid == 7
    assert f"problem reading snap file {path}" in caplog.text


def test_without_any_sound_snapshot_nothing_starts(tmp_path: Path) -> None:
    start(tmp_path)
    (tmp_path / "snapshot.0").write_bytes(b"ZKSN")
    with pytest.raises(DataDirectoryError, match="Not able to find valid snapshots"):
        start(tmp_path)


def test_a_log_without_a_snapshot_is_trusted_only_when_told(tmp_path: Path) -> None:
    write(tmp_path, CHANGES)
    with pytest.raises(DataDirectoryError, match="No snapshot found, but there are log entries"):
        start(tmp_path)
    assert start(tmp_path, trust_empty=True).tree.last_zxid == 7


def test_ephemeral_znodes_without_a_session_go(tmp_path: Path) -> None:
    start(tmp_path)
    write(tmp_path, [(9, OpCode.CREATE, CreateTxn("/e", b"", OPEN, True, 1))])
    recovered = start(tmp_path)
    assert (recovered.sessions, recovered.tree.ephemerals) == ({}, {})
    assert "/e" not in recovered.tree.nodes


def test_damage_in_an_older_file_stops_the_start(tmp_path: Path) -> None:
    start(tmp_path)
    write(tmp_path, CHANGES[:3])
    write(tmp_path, CHANGES[3:], first=4)
    path = tmp_path / "log.1"
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with pytest.raises(CorruptFile, match=r"log\.1: corrupt at byte 16"):
        start(tmp_path)


def test_a_torn_end_is_cut_with_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    start(tmp_path)
    write(tmp_path, CHANGES)
    path = tmp_path / "log.1"
    path.write_bytes(path.read_bytes().rstrip(b"\0")[:-5])
    assert start(tmp_path).tree.last_zxid == 6
    assert f"{path}: cut off after its last whole transaction, 0x6" in caplog.text
    caplog.clear()
    assert start(tmp_path).tree.last_zxid == 6
    assert caplog.text.count("cut off") == 0
