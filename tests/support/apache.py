"""The real Apache Kafka 2.6.2, where Java, Maven and `../shared/apache` are there; otherwise the tests that need it skip."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.installed import alone

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
VERSION = "2.6.2"


def why_absent() -> str | None:
    """Say what is missing for the comparisons with Apache Kafka, or None when all is there.

    With KAFKACLI_REQUIRE_APACHE=1 (as in CI) a gap is an error, so that no comparison is skipped there unseen.
    """
    missing = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if not (SHARED / "apache" / "run").exists():
        missing.append("../shared/apache")
    if not missing:
        return None
    reason = "Apache Kafka is not here to compare with: no " + ", no ".join(missing)
    if os.environ.get("KAFKACLI_REQUIRE_APACHE") == "1":
        raise RuntimeError(reason)
    return reason


class Apache:
    """Runs the scripts of Apache Kafka 2.6.2."""

    def command(self, script: str, *arguments: str) -> list[str]:
        """Return the argument list that runs one of Apache's scripts."""
        return [str(SHARED / "apache" / "run"), VERSION, script, *arguments]

    def run(
        self,
        script: str,
        *arguments: str,
        stdin: str = "",
        timeout: float = 90,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one of Apache's scripts to its end; stdout, stderr and returncode are the script's own."""
        return subprocess.run(
            self.command(script, *arguments),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={**os.environ, **(environment or {})},
        )


@dataclass(frozen=True, slots=True)
class ApacheCluster:
    """A real cluster: one ZooKeeper, brokers with ids from 0."""

    bootstrap: str
    zookeeper: str
    directory: Path
    log_directory: Path


def home(version: str = VERSION) -> Path:
    """Return the folder of a version of Apache Kafka; its jars, in `libs`, are brought once. Raises CalledProcessError."""
    with alone(f"apache-{version}"):
        got = subprocess.run([str(SHARED / "apache" / "get"), version], check=True, capture_output=True, text=True)
    return Path(got.stdout.strip())


@pytest.fixture(scope="session")
def apache() -> Apache:
    """Apache Kafka 2.6.2's scripts; skips where they can't be had."""
    if reason := why_absent():
        pytest.skip(reason)
    home()
    return Apache()


def _quick_start(jars: Path) -> str:
    """What lets a JVM start in half the time: servers here do too little for a second compiler to pay."""
    archive = jars / "tools.jsa"
    shared = f"-XX:SharedArchiveFile={archive} -Xshare:auto -Xlog:disable" if archive.exists() else ""
    return f"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC {shared}"


def start_cluster(directory: Path, *options: str) -> ApacheCluster:
    """Start a real cluster (options as `cluster start` takes them) whose files live in `directory`."""
    jars = home(options[options.index("--version") + 1] if "--version" in options else VERSION)
    done = subprocess.run(
        [str(SHARED / "apache" / "cluster"), "start", "--dir", str(directory), *options],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KAFKA_OPTS": f"{_quick_start(jars)} {os.environ.get('KAFKA_OPTS', '')}"},
    )
    if done.returncode:
        raise RuntimeError(f"the real cluster did not start: {done.stderr}")
    values = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    return ApacheCluster(values["bootstrap"], values["zookeeper"], directory, Path(values["log_dirs"].split(",")[0]))


def stop_cluster(directory: Path) -> None:
    """Stop the cluster whose files live in `directory` and remove them."""
    subprocess.run([str(SHARED / "apache" / "cluster"), "stop", "--dir", str(directory), "--remove"], check=True)


@pytest.fixture(scope="session")
def apache_cluster(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheCluster]:
    """One real Kafka 2.6.2 broker with its ZooKeeper, shared by the whole run: use your own topic and group names."""
    directory = tmp_path_factory.mktemp("apache-cluster")
    cluster = start_cluster(directory)
    try:
        yield cluster
    finally:
        stop_cluster(directory)
