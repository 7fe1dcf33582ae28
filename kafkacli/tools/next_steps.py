"""What a newcomer types next, once a broker runs that was started without a properties file."""

from __future__ import annotations

import os
import sys
from shutil import which

_SCRIPTS = (
    ("kafka-topics.sh", "--create --topic test"),
    ("kafka-console-producer.sh", "--topic test"),
    ("kafka-console-consumer.sh", "--topic test --from-beginning"),
)


def next_steps(bootstrap: str, zookeeper: str) -> str:
    """Return the text for a terminal.

    bootstrap, zookeeper: host:port. The scripts are named as they can be typed here: plainly when they are on PATH.
    """
    lines = [f"  {_typed(script)} --bootstrap-server {bootstrap} {rest}" for script, rest in _SCRIPTS]
    shell = f"  {_typed('zookeeper-shell.sh')} {zookeeper} ls /brokers/ids"
    return "\n".join(("", "The broker runs; Ctrl-C ends it. In another terminal:", "", *lines, shell, "", ""))


def _typed(script: str) -> str:
    ours = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), script)
    on_path = which(script)
    if not os.path.exists(ours) or (on_path is not None and os.path.samefile(on_path, ours)):
        return script
    return os.path.relpath(ours)
