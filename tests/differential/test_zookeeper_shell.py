"""One session of the ZooKeeper shell, typed into Apache's and into ours, on the real server and on ours: one answer."""

import pytest

from tests.support.apache import Apache, ApacheCluster
from tests.support.shell_session import OURS, perform, recorded
from tests.support.zookeeper import RunningZooKeeper

pytestmark = pytest.mark.apache


def test_the_recorded_answers_are_apaches_own(apache: Apache, apache_cluster: ApacheCluster) -> None:
    assert perform(apache.command("zookeeper-shell.sh"), apache_cluster.zookeeper, "shell-theirs") == recorded()


def test_our_shell_says_the_same_on_the_real_server(apache_cluster: ApacheCluster) -> None:
    assert perform(OURS, apache_cluster.zookeeper, "shell-ours") == recorded()


def test_apaches_shell_says_the_same_on_our_server(apache: Apache, zookeeper_server: RunningZooKeeper) -> None:
    assert perform(apache.command("zookeeper-shell.sh"), zookeeper_server.address, "shell") == recorded()
