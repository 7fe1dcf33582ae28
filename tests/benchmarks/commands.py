"""How long a user waits for a command that does little, and what processor time it takes: `--help`, `--list`, `ls /`.

Beside Apache's as shipped, beside the same on a tuned JVM (`../shared/apache/run` without APACHE_AS_SHIPPED), and beside what
starts at once: kcat and an empty Python.
"""

import compileall
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import kafkacli
from tests.benchmarks.clusters import AS_SHIPPED, Pair
from tests.benchmarks.measure import Row, Together
from tests.benchmarks.programs import apaches, ours

TUNED = {name: value for name, value in AS_SHIPPED.items() if name != "APACHE_AS_SHIPPED"}
BESIDE_TUNED = 2.0


class Command(NamedTuple):
    """One command line. at: what of a cluster it is given; target: the ratio to reach beside Apache's as shipped."""

    script: str
    arguments: tuple[str, ...]
    target: float
    at: str = ""


COMMANDS = (
    Command("kafka-topics.sh", ("--help",), 8),
    Command("kafka-topics.sh", ("--version",), 8),
    Command("kafka-topics.sh", ("--list", "--bootstrap-server"), 5, "bootstrap"),
    Command("kafka-topics.sh", ("--describe", "--bootstrap-server"), 5, "bootstrap"),
    Command("kafka-topics.sh", ("--list", "--zookeeper"), 5, "zookeeper"),
    Command("kafka-consumer-groups.sh", ("--list", "--bootstrap-server"), 5, "bootstrap"),
    Command("zookeeper-shell.sh", ("ls /",), 5, "zookeeper"),
)


def timed(command: list[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Run a command that must succeed (help ends with 1 in the original); returns wall and processor time in seconds."""
    begin = time.monotonic()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode and "--help" not in command:
        raise RuntimeError(f"{command}: exit status {process.returncode}")
    return seconds, used.ru_utime + used.ru_stime


def rows(pair: Pair) -> list[Row]:
    """Three rows for each command, two for each program that is only a measure."""
    compileall.compile_dir(Path(kafkacli.__file__).parent, quiet=1)  # as pip does when it installs
    found = []
    for command in COMMANDS:
        found += _rows(command, pair)
    measures = {"`python -c pass`": [sys.executable, "-c", "pass"]}
    if shutil.which("kcat"):
        measures["`kcat -L`"] = ["kcat", "-L", "-b", pair.ours.bootstrap]
    for name, line in measures.items():
        figures = Together(2, _measured(line, AS_SHIPPED))
        found += [
            Row(f"{name}, for comparison", "ms", figures.figure(0), None),
            Row(f"{name}, for comparison: processor time", "ms", figures.figure(1), None),
        ]
    return found


def _rows(command: Command, pair: Pair) -> list[Row]:
    lines = []
    for side, cluster in ((ours, pair.ours), (apaches, pair.apache)):
        where = [str(getattr(cluster, command.at))] if command.at else []
        # the shell's servers come first, as a word
        words = [*where, *command.arguments[0].split()] if command.script == "zookeeper-shell.sh" else None
        lines.append(side(command.script, *(words or [*command.arguments, *where])))
    left, shipped, tuned = (
        Together(2, _measured(line, environment))
        for line, environment in ((lines[0], AS_SHIPPED), (lines[1], AS_SHIPPED), (lines[1], TUNED))
    )
    beside = Together(2, _measured(lines[0], AS_SHIPPED))
    name = f"`{command.script} {' '.join(command.arguments)}{' …' if command.at else ''}`"
    return [
        Row(name, "ms", left.figure(0), shipped.figure(0), target=command.target),
        Row(f"{name}: processor time", "ms", left.figure(1), shipped.figure(1), target=command.target),
        Row(f"{name}, Apache's on a tuned JVM", "ms", beside.figure(0), tuned.figure(0), target=BESIDE_TUNED),
    ]


def _measured(line: list[str], environment: Mapping[str, str]) -> Callable[[], list[float]]:
    return lambda: [1000 * seconds for seconds in timed(line, environment)]
