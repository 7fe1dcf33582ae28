"""zookeeper-server-stop.sh: stop the ZooKeeper servers that this user started here.

The original looks through `ps` for anything that looks like one; this one knows its own.
Source: bin/zookeeper-server-stop.sh of 2.6.2.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.table import HELP, OptionTable

OPTIONS = OptionTable(
    "zookeeper-server-stop.sh",
    "Stop every ZooKeeper server of this user on this machine, and return at once. $SIGNAL names another signal than TERM.",
    (HELP,),
    synopsis="",
    examples=(("zookeeper-server-stop.sh", "Stop what zookeeper-server-start.sh started."),),
)


def main(arguments: list[str]) -> int:
    """Run the tool. Returns the exit status."""
    if "--help" in arguments:
        from kafkacli.options.help import render_help

        console.write(render_help(OPTIONS, console.width()))
        return Exit.OK
    from kafkacli.tools.pid_file import stop_all

    return stop_all("zookeeper", "No zookeeper server to stop")
