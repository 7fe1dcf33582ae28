"""The recorded transcripts of Apache Kafka 2.6.2's scripts: ours on our server, ours on Apache's, Apache's on ours.

Case files are independent of each other but want a fresh cluster: one of each kind serves the whole run.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.support.apache import SHARED, VERSION, Apache, start_cluster, stop_cluster
from tests.support.server import environment, make_server

pytestmark = [pytest.mark.apache, pytest.mark.timeout(900)]

# The case files of the tools that are here, complete.
CASES = [
    "kafka-topics",
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


@pytest.fixture(scope="module")
def our_cluster(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """For our tools."""
    with fresh_server(tmp_path_factory.mktemp("golden-ours")) as arguments:
        yield arguments


@pytest.fixture(scope="module")
def real_cluster(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """A fresh real cluster, as the arguments that name it to `replay`."""
    directory = tmp_path_factory.mktemp("golden-apache")
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


def replay(
    case: str,
    tools: list[str],
    cluster: list[str],
    directory: Path,
    known: Mapping[str, set[str]] = MappingProxyType({}),
) -> None:
    """Run one case file; only the steps of `known` may differ. The differences are what pytest shows."""
    command = [str(TRANSCRIPTS / "replay"), "check", *tools, *cluster, "--only", case]
    done = subprocess.run(command, capture_output=True, text=True, timeout=880, env=environment(directory), check=False)
    differing = set(re.findall(rf"^--- {re.escape(case)}: (.*)$", done.stdout, re.MULTILINE))
    assert differing == known.get(case, set()), done.stdout + done.stderr
    assert done.returncode == (1 if differing else 0), done.stdout + done.stderr


@pytest.mark.parametrize("case", CASES)
def test_our_tools_on_our_server(case: str, our_cluster: list[str], tmp_path: Path) -> None:
    replay(case, ["--tool-dir", str(OURS)], our_cluster, tmp_path, HELP_IN_OUR_WORDS)


@pytest.mark.parametrize("case", CASES)
def test_our_tools_on_apache_kafka(case: str, real_cluster: list[str], tmp_path: Path) -> None:
    replay(case, ["--tool-dir", str(OURS)], real_cluster, tmp_path, HELP_IN_OUR_WORDS)


@pytest.fixture(scope="module")
def cluster_for_apaches_tools(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """A second one: the cases make topics and groups under fixed names."""
    with fresh_server(tmp_path_factory.mktemp("golden-theirs")) as arguments:
        yield arguments


@pytest.mark.parametrize("case", [*(case for case in CASES if case != "server-scripts"), "kafka-acls"])
def test_apaches_tools_on_our_server(case: str, cluster_for_apaches_tools: list[str], tmp_path: Path) -> None:
    run = SHARED / "apache" / "run"
    replay(case, ["--command-prefix", f"{run} {VERSION} "], cluster_for_apaches_tools, tmp_path)
