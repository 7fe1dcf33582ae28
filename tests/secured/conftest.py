"""A real broker whose listeners want TLS and logins; our scripts, run as programs of their own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.topics import create_topic
from tests.support.certificates import KEY_PASSWORD, PASSWORD
from tests.support.secured import QUOTED, USER_PASSWORD, ZOOKEEPER_PASSWORD, Secured, secured

__all__ = ["secured"]

SECRETS = (USER_PASSWORD, QUOTED, PASSWORD, KEY_PASSWORD, ZOOKEEPER_PASSWORD, "PRIVATE KEY", "wrong-secret")


def check_no_secret(text: str) -> None:
    """Fail when a password or key of these tests stands in a text."""
    for secret in SECRETS:
        assert secret not in text


class Ours:
    """Runs our scripts; none of them may ever print a secret."""

    def command(self, script: str, *arguments: str) -> list[str]:
        """Return the argument list that runs a script."""
        return [sys.executable, "-m", "kafkacli", script, *arguments]

    def run(
        self, script: str, *arguments: str, stdin: str = "", environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a script to its end."""
        done = subprocess.run(
            self.command(script, *arguments),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, **(environment or {})},
        )
        check_no_secret(done.stdout)
        check_no_secret(done.stderr)
        return done


@pytest.fixture(scope="session")
def ours() -> Ours:
    """Our scripts."""
    return Ours()


@pytest.fixture(scope="session")
def topic(secured: Secured) -> str:
    """A topic on the secured broker with one partition."""
    with Cluster(secured.bootstrap("PLAINTEXT")) as cluster:
        create_topic(cluster, "secured", partitions=1, replication_factor=1, configs={})
    return "secured"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place for properties files."""
    return tmp_path
