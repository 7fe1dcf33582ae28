"""The broker answers as the real Kafka 2.6.2 does, request by request."""

from collections.abc import Callable, Iterator

import pytest

from tests.support import acl_plays
from tests.support.broker import RunningBroker
from tests.support.broker_play import Play
from tests.support.broker_plays import ACL_PLAYS, PLAYS, perform, recorded


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    running = RunningBroker(tmp_path_factory.mktemp("plays") / "log", {"broker.id": "0"})
    yield running.port
    running.stop()


@pytest.fixture(scope="module")
def guarded_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    running = RunningBroker(
        tmp_path_factory.mktemp("guarded") / "log",
        {"broker.id": "0", "offsets.topic.num.partitions": "50", **acl_plays.PROPERTIES},
    )
    yield running.port
    running.stop()


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_answers_as_the_real_broker(port: int, play: Callable[[Play], None]) -> None:
    assert perform(play, port) == recorded(play)


def test_guards_its_resources_as_the_real_broker(guarded_port: int) -> None:
    for play in ACL_PLAYS:  # in their order: what one leaves forbidden the next would miss
        assert perform(play, guarded_port) == recorded(play), play.__name__
