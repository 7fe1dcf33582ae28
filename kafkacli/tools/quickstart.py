"""kafkacli quickstart: walk through the tutorial by itself, on servers of its own that end with it."""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import answer_help, parse
from kafkacli.options.table import HELP, Option, OptionTable

OPTIONS = OptionTable(
    "kafkacli quickstart",
    "Walk through a Kafka tutorial by itself: ZooKeeper, a broker, topics, records, groups, PyKafka.",
    [
        HELP,
        Option(
            "directory",
            help="The folder to work in, kept afterwards. By default a temporary one, removed at the end.",
            argument="DIR",
            completes="directory",
        ),
        Option(
            "pykafka",
            help="A Python that has PyKafka 2.8.0, for that part of the tutorial. Without it the part is left out.",
            argument="PYTHON",
            completes="file",
        ),
    ],
    examples=[("kafkacli quickstart", "Show every step with its output; ends with 0 when each result was right.")],
)


def main(arguments: list[str]) -> int:
    """Take every step; 0 when each one's result was right, 1 at the first that is wrong."""
    import os
    import tempfile
    from pathlib import Path

    from kafkacli.quickstart.stage import Stage, WrongResult
    from kafkacli.quickstart.walkthrough import Walkthrough

    parsed = parse(OPTIONS, arguments)
    if parsed.count and (status := answer_help(parsed, "")) is not None:
        return status
    python = parsed.value("pykafka")
    named = parsed.value("directory")
    with tempfile.TemporaryDirectory(prefix="kafkacli-quickstart-") as temporary:
        directory = Path(named).absolute() if named else Path(temporary) / "kafka"
        directory.mkdir(parents=True, exist_ok=True)
        try:
            Walkthrough(Stage(directory), os.path.abspath(python) if python else None).run()
        except WrongResult as wrong:
            console.err(f"kafkacli quickstart: {wrong}")
            return Exit.FAILURE
    console.out("\nEvery step showed what it should.")
    return Exit.OK
