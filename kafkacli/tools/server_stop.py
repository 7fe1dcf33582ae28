"""kafka-server-stop.sh: stop the brokers that this user started here.

The original looks through `ps` for anything that looks like one; this one knows its own.
Source: bin/kafka-server-stop.sh of 2.6.2.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.table import HELP, OptionTable

OPTIONS = OptionTable(
    "kafka-server-stop.sh",
    "Stop every broker of this user on this machine, and return at once. $SIGNAL names another signal than TERM.",
    (HELP,),
    synopsis="",
    examples=(("kafka-server-stop.sh", "Stop what kafka-server-start.sh started."),),
)


def main(arguments: list[str]) -> int:
    """Run the tool. Returns the exit status."""
    if "--help" in arguments:
        from kafkacli.options.help import render_help

        console.write(render_help(OPTIONS, console.width()))
        return Exit.OK
    from kafkacli.tools.pid_file import stop_all

    return stop_all("kafka", "No kafka server to stop")
