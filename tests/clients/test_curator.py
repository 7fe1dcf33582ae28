"""Recipes of Apache Curator, in Java, on our ZooKeeper server."""

from pathlib import Path

import pytest

from tests.support.apache import Apache
from tests.support.java import compiled, jars, run_java
from tests.support.zookeeper import RunningZooKeeper


@pytest.mark.apache
def test_curators_recipes_work(apache: Apache, zookeeper_server: RunningZooKeeper, tmp_path: Path) -> None:
    done = run_java(compiled("CuratorRecipes", jars("curator"), tmp_path), zookeeper_server.address)
    assert done.stdout.splitlines() == ["leader latch ok", "mutex ok", "tree cache ok", "persistent node ok"], (
        done.stderr
    )
    assert done.returncode == 0
