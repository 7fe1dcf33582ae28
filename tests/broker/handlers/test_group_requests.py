"""Every request about groups and offsets, in every version: the answers are those of the real Kafka 2.6.2."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.broker import RunningBroker
from tests.support.group_plays import PLAYS, Play, has_coordinator, perform, recorded
from tests.support.group_requests import TOPIC
from tests.support.waiting import until


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of one broker for all plays, which use groups of their own."""
    broker = RunningBroker(tmp_path_factory.mktemp("groups") / "log")
    broker.create_topic(TOPIC, 3)
    until(lambda: has_coordinator(broker.port))
    yield broker.port
    broker.stop()


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_every_answer_is_the_real_brokers(port: int, play: Callable[[Play], None]) -> None:
    assert perform(play, port) == recorded(play)
