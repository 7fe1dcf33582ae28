"""connect-distributed.sh, connect-standalone.sh, connect-mirror-maker.sh: they run Java plug-ins, so they say where to."""

from __future__ import annotations

import os
import sys

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.table import HELP, OptionTable

OPTIONS = OptionTable(
    "connect-distributed.sh",
    "Kafka Connect runs Java plug-ins: say how to run it with Apache Kafka.",
    (HELP,),
    synopsis="[-daemon] FILE.properties",
    examples=(("connect-standalone.sh worker.properties connector.properties", "what to do instead"),),
)
_FILES = {
    "connect-distributed": "connect-distributed.properties",
    "connect-mirror-maker": "mm2.properties",
    "connect-standalone": "connect-standalone.properties",
}


def main(arguments: list[str]) -> int:
    """Print the usage without arguments, as the originals do; else one line. Returns 1, or 0 for --help."""
    name = os.path.basename(sys.argv[0]).removesuffix(".sh")
    name = name if name in _FILES else "connect-distributed"
    if arguments == ["--help"]:
        from kafkacli.options.help import render_help

        console.write(render_help(OPTIONS, console.width()))
        return Exit.OK
    if not arguments:
        console.out(f"USAGE: {name}.sh [-daemon] {_FILES[name]}")
        return Exit.FAILURE
    console.err(
        f"{name}.sh: Kafka Connect runs plug-ins written in Java, which this has no JVM for; run bin/{name}.sh of "
        "Apache Kafka with the same files, against the same brokers"
    )
    return Exit.FAILURE
