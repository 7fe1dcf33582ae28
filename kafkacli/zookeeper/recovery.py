"""What a data directory holds: the newest sound snapshot, and the log played over it.

`dataDir/version-2` has the snapshots, `dataLogDir/version-2` (by default the same) the logs.
Source: FileTxnSnapLog.java, ZooKeeperServer.loadData (3.5.9).
"""

from __future__ import annotations

import logging
from pathlib import Path

from kafkacli.zookeeper.protocol import CreateSessionTxn, OpCode
from kafkacli.zookeeper.snapshot import SnapshotFile, decode_snapshot, encode_snapshot
from kafkacli.zookeeper.tree import DataTree
from kafkacli.zookeeper.txnlog import CorruptFile, numbered_files, read_log

VERSION_DIRECTORY = "version-2"


class DataDirectoryError(Exception):
    """A data directory that can't be used; the text says why."""


class Recovered:
    """What recovery found."""

    __slots__ = ("replayed", "sessions", "tree")

    def __init__(self, tree: DataTree, sessions: dict[int, int], replayed: int) -> None:
        self.tree = tree
        self.sessions = sessions
        self.replayed = replayed  # transactions since the snapshot


def recover(
    snapshots: Path, logs: Path, logger: logging.Logger, *, extended_types: bool = False, trust_empty: bool = False
) -> Recovered:
    """Return tree and sessions (id → timeout in ms) as of the last whole transaction.

    snapshots, logs: the `version-2` directories; a new server gets its first snapshot there.
    trust_empty: start from the log alone where there is no snapshot (snapshot.trust.empty).
    Raises CorruptFile with file and position, DataDirectoryError, OSError.
    """
    log_files = numbered_files(logs, "log")
    tree, sessions, is_new = _newest_snapshot(snapshots, logger, extended_types)
    if is_new:
        if log_files and not trust_empty:
            raise DataDirectoryError(f"{logs}: No snapshot found, but there are log entries. Something is broken!")
        if not log_files:
            file = SnapshotFile(snapshots, 0)
            for piece in encode_snapshot(tree, ()):
                file.write(piece)
            file.finish()
    replayed = 0
    first = max((zxid for zxid, _ in log_files if zxid <= tree.last_zxid + 1), default=0)
    needed = [path for zxid, path in log_files if zxid >= first]
    for path in needed:
        size = path.stat().st_size
        for _, header, txn in read_log(path, is_last=path == needed[-1]):
            if header.zxid <= tree.last_zxid:
                continue
            if isinstance(txn, CreateSessionTxn):
                sessions[header.client_id] = txn.timeout_ms
            elif header.type == OpCode.CLOSE_SESSION:
                sessions.pop(header.client_id, None)
            tree.apply(header, txn)
            replayed += 1
        if path.stat().st_size < size:
            logger.warning("%s: cut off after its last whole transaction, 0x%x", path, tree.last_zxid)
    for session_id in [owner for owner in tree.ephemerals if owner not in sessions]:
        tree.kill_session(session_id, tree.last_zxid)
        replayed += 1
    return Recovered(tree, sessions, replayed)


def _newest_snapshot(
    snapshots: Path, logger: logging.Logger, extended_types: bool
) -> tuple[DataTree, dict[int, int], bool]:
    """Return tree and sessions of the newest sound snapshot, and whether there was none at all."""
    files = numbered_files(snapshots, "snapshot")
    for zxid, path in reversed(files):
        logger.info("Reading snapshot %s", path)
        tree = DataTree(extended_types=extended_types)
        try:
            sessions = decode_snapshot(path.read_bytes(), path, tree)
        except CorruptFile as error:
            logger.warning("problem reading snap file %s", error)
            continue
        tree.last_zxid = zxid
        return tree, sessions, False
    if files:
        raise DataDirectoryError(f"Not able to find valid snapshots in {snapshots}")
    return DataTree(extended_types=extended_types), {}, True
