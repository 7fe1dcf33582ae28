"""The recorded transcripts of Apache Kafka 2.6.2's scripts: ours on our server, ours on Apache's, Apache's on ours.

Case files are independent of each other but want a fresh cluster.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.support.apache import SHARED, VERSION, Apache, start_cluster, stop_cluster
from tests.support.server import environment, make_server

pytestmark = [pytest.mark.apache, pytest.mark.timeout(1800)]

# The case files of the tools that are here, complete.
CASES = [
    "kafka-topics",
    "kafka-configs",
    "kafka-broker-api-versions",
    "kafka-console-producer",
    "kafka-console-consumer",
    "kafka-consumer-groups",
    "kafka-get-offsets",
    "kafka-dump-log",
    "kafka-producer-perf-test",
    "kafka-consumer-perf-test",
    "kafka-verifiable-producer",
    "kafka-verifiable-consumer",
    "kafka-mirror-maker",
    "kafka-streams-application-reset",
    "kafka-replica-verification",
    "kafka-log-dirs",
    "kafka-delete-records",
    "kafka-leader-election",
    "kafka-preferred-replica-election",
    "kafka-acls",
    "kafka-delegation-tokens",
    "kafka-reassign-partitions",
    "zookeeper-security-migration",
    "zookeeper-shell",
    "server-scripts",
]
# Steps that print the help in Apache's words and are not marked as help: docs/differences.md, 'Help'.
HELP_IN_OUR_WORDS = {
    "kafka-topics": {"replica assignment together with partitions"},
    "kafka-console-consumer": {"unknown option"},
    "kafka-console-producer": {"unknown option"},
    "kafka-streams-application-reset": {"unknown option"},
    "kafka-consumer-groups": {"version", "reset without a scenario"},
    "kafka-acls": {"unknown operation"},
}
OURS = Path(sys.executable).parent
TRANSCRIPTS = SHARED / "transcripts"
# How a step names a server or its files. Apache's help, say, needs none: only the long proofs ask for it again.
OF_A_SERVER = re.compile(r"\{(bootstrap|zookeeper|logdir|port|zkport)\}|^\$ @", re.MULTILINE)
HELP = re.compile(r"^options:.*\bhelp\b", re.MULTILINE)
LAYS_A_FILE = re.compile(r"^file:", re.MULTILINE)
EVERY_STEP = os.environ.get("KAFKACLI_EVERY_STEP") == "1"


def broker_properties() -> dict[str, str]:
    """What the transcripts were recorded with; the authorizer lets everyone in."""
    lines = (TRANSCRIPTS / "broker.properties").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@contextmanager
def fresh_server(directory: Path) -> Iterator[list[str]]:
    """A fresh server of ours, as the arguments that name it to `replay`."""
    server = make_server(directory, broker_properties())
    server.start()
    try:
        addresses = ["--bootstrap", server.bootstrap, "--zookeeper", server.zookeeper]
        yield [*addresses, "--data-dirs", str(server.log_directory)]
    finally:
        server.stop()


@pytest.fixture
def real_cluster(apache: Apache, tmp_path: Path) -> Iterator[list[str]]:
    """A fresh real cluster, as the arguments that name it to `replay`."""
    directory = tmp_path / "apache"
    options = [f"--property={key}={value}" for key, value in broker_properties().items()]
    cluster = start_cluster(directory, *options)
    try:
        yield [
            "--bootstrap",
            cluster.bootstrap,
            "--zookeeper",
            cluster.zookeeper,
            "--data-dirs",
            str(cluster.log_directory),
        ]
    finally:
        stop_cluster(directory)


def asks_a_server(step: str) -> bool:
    """Whether the outcome of a step of a case file, or of a later one, depends on a server."""
    asks = OF_A_SERVER.search(step) is not None and HELP.search(step) is None
    return asks or LAYS_A_FILE.search(step) is not None


def replay(
    cases: Sequence[str],
    tools: list[str],
    cluster: list[str],
    directory: Path,
    known: Mapping[str, set[str]] = MappingProxyType({}),
    wanted: Callable[[str], bool] = lambda step: True,
) -> None:
    """Run the wanted steps of case files, two files at a time; only those of `known` may differ, and pytest shows how."""
    chosen = directory / "cases"
    chosen.mkdir()
    (directory / "data").symlink_to(TRANSCRIPTS / "data")  # the cases look for it beside their folder
    for case in cases:
        head, *steps = re.split(
            r"^(?=== )", (TRANSCRIPTS / "cases" / f"{case}.case").read_text("utf-8"), flags=re.MULTILINE
        )
        (chosen / f"{case}.case").write_text(head + "".join(filter(wanted, steps)), encoding="utf-8")
    command = [str(TRANSCRIPTS / "replay"), "check", *tools, *cluster, "--cases", str(chosen), "--jobs", "2"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=1700, env=environment(directory), check=False
    )
    differing = set(re.findall(r"^--- ([a-z-]+: .*)$", done.stdout, re.MULTILINE))
    expected = {f"{case}: {title}" for case in cases for title in known.get(case, ())}
    assert differing == expected, f"{sorted(differing ^ expected)}\n{done.stdout}{done.stderr}"
    assert done.returncode == (1 if differing else 0), done.stdout + done.stderr


def test_our_tools_on_our_server(apache: Apache, tmp_path: Path) -> None:
    with fresh_server(tmp_path / "server") as cluster:
        replay(CASES, ["--tool-dir", str(OURS)], cluster, tmp_path, HELP_IN_OUR_WORDS)


def test_our_tools_on_apache_kafka(real_cluster: list[str], tmp_path: Path) -> None:
    replay(CASES, ["--tool-dir", str(OURS)], real_cluster, tmp_path, HELP_IN_OUR_WORDS)


def test_apaches_tools_on_our_server(apache: Apache, tmp_path: Path) -> None:
    cases = [case for case in CASES if case != "server-scripts"]
    apaches = ["--command-prefix", f"{SHARED / 'apache' / 'run'} {VERSION} "]
    with fresh_server(tmp_path / "server") as cluster:
        replay(cases, apaches, cluster, tmp_path, wanted=lambda step: EVERY_STEP or asks_a_server(step))
