"""The recorded answers to the plays about topics, records and configs are still the real broker's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import acl_plays
from tests.support.apache import Apache, ApacheCluster, start_cluster, stop_cluster
from tests.support.broker_play import Play
from tests.support.broker_plays import ACL_PLAYS, PLAYS, perform, recorded


@pytest.mark.apache
@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_the_recorded_answers_are_the_real_brokers(apache_cluster: ApacheCluster, play: Callable[[Play], None]) -> None:
    assert perform(play, int(apache_cluster.bootstrap.rpartition(":")[2])) == recorded(play)


@pytest.mark.apache
def test_the_recorded_answers_about_acls_are_the_real_brokers(apache: Apache, tmp_path: Path) -> None:
    cluster = start_cluster(tmp_path, *(f"--property={key}={value}" for key, value in acl_plays.PROPERTIES.items()))
    try:
        for play in ACL_PLAYS:
            assert perform(play, int(cluster.bootstrap.rpartition(":")[2])) == recorded(play), play.__name__
    finally:
        stop_cluster(tmp_path)
