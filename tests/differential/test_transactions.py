"""The real broker's transactions: the recorded answers are its own."""

from collections.abc import Callable

import pytest

from tests.support.apache import ApacheCluster
from tests.support.broker_play import Play
from tests.support.transaction_plays import PLAYS, perform, recorded


@pytest.mark.apache
@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_the_recorded_answers_are_the_real_brokers(apache_cluster: ApacheCluster, play: Callable[[Play], None]) -> None:
    assert perform(play, int(apache_cluster.bootstrap.rpartition(":")[2])) == recorded(play)
