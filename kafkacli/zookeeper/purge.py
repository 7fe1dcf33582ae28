"""autopurge: removes snapshots, and the logs that only they need. Source: PurgeTxnLog.java (3.5.9)."""

from __future__ import annotations

from pathlib import Path

from kafkacli.zookeeper.txnlog import numbered_files


def purge(snapshots: Path, logs: Path, retain_count: int) -> None:
    """Keep the newest snapshots and every log that is needed to go on from the oldest of them.

    retain_count: how many snapshots to keep, at least 3.
    """
    kept = numbered_files(snapshots, "snapshot")[-retain_count:]
    if len(kept) < retain_count:
        return
    oldest = kept[0][0]
    first_log = max((zxid for zxid, _ in numbered_files(logs, "log") if zxid <= oldest + 1), default=0)
    for directory, prefix, limit in ((snapshots, "snapshot", oldest), (logs, "log", first_log)):
        for zxid, path in numbered_files(directory, prefix):
            if zxid < limit:
                path.unlink(missing_ok=True)
