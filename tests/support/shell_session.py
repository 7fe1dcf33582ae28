"""A long session of the ZooKeeper shell: `tests/data/zkshell_session.txt`, and what Apache's shell answers to it.

The answers of Kafka 2.6.2's zookeeper-shell.sh on ZooKeeper 3.5.9 are in `zkshell_answers.txt` beside it, written again by

    python -m tests.support.shell_session HOST:PORT     a real server

zxids and times are masked. Events come from another thread of the original, any time: they are kept apart from stdout, in
their order. The end of a session is left out of them: the original tells it late, or not at all.
"""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.apache import Apache

DATA = Path(__file__).parents[1] / "data"
LINES = DATA / "zkshell_session.txt"
ANSWERS = DATA / "zkshell_answers.txt"
OURS = [sys.executable, "-m", "kafkacli", "zk-shell"]
_BANNER = re.compile(r"\nWATCHER::\n")  # by itself: answers of another thread may stand between it and its event
_EVENT = re.compile(r"\n(WatchedEvent .*\n)")
_MASKS = (
    (re.compile(r"([cmp]Zxid|ephemeralOwner) = 0x[1-9a-f][0-9a-f]*$", re.MULTILINE), r"\1 = {zxid}"),
    (re.compile(r"^([cm]time) = .*$", re.MULTILINE), r"\1 = {time}"),
)


def perform(shell: Sequence[str], server: str, chroot: str) -> str:
    """Type the session into a shell, in a chroot of its own on a server, and return all it said."""
    where = f"{server}/{chroot}"
    subprocess.run([*OURS, server, "create", f"/{chroot}"], check=True, capture_output=True)
    lines = LINES.read_text().replace("{server}", where)
    done = subprocess.run([*shell, where], input=lines, capture_output=True, text=True, timeout=90, check=False)
    out = done.stdout
    for pattern, mask in _MASKS:
        out = pattern.sub(mask, out)
    out = _BANNER.sub("", out)
    events = [event for event in _EVENT.findall(out) if "state:Closed" not in event]
    said = (
        f"# exit {done.returncode}\n# stdout\n{_EVENT.sub('', out)}# events\n{''.join(events)}# stderr\n{done.stderr}"
    )
    return said.replace(where, "{server}")


def recorded() -> str:
    """Return what Apache's shell said."""
    return ANSWERS.read_text()


if __name__ == "__main__":
    ANSWERS.write_text(perform(Apache().command("zookeeper-shell.sh"), sys.argv[1], f"recorded-{os.getpid()}"))
