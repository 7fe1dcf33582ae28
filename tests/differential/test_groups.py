"""The recorded answers to group requests are the real broker's."""

from collections.abc import Callable

import pytest

from tests.support.apache import Apache, ApacheCluster
from tests.support.group_plays import PLAYS, Play, has_coordinator, perform, recorded
from tests.support.group_requests import TOPIC
from tests.support.waiting import until


@pytest.fixture(scope="module")
def port(apache: Apache, apache_cluster: ApacheCluster) -> int:
    """The real broker's port, once it has the topics."""
    where = ["--bootstrap-server", apache_cluster.bootstrap]
    apache.run("kafka-topics.sh", *where, "--create", "--topic", TOPIC, "--partitions", "3")
    port = int(apache_cluster.bootstrap.rpartition(":")[2])
    until(lambda: has_coordinator(port), seconds=30)
    return port


@pytest.mark.apache
@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_the_recorded_answers_are_the_real_brokers(port: int, play: Callable[[Play], None]) -> None:
    assert perform(play, port) == recorded(play)
