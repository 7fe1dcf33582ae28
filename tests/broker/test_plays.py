"""The broker answers as the real Kafka 2.6.2 does, request by request."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kafkacli.broker.dispatch import ROUTES, import_handlers
from kafkacli.registry import znodes
from kafkacli.wire.api_keys import ApiKey
from tests.support import access_plays, acl_plays, guard_plays, protocol_plays
from tests.support.broker import RunningBroker
from tests.support.broker_play import Play
from tests.support.broker_plays import ACL_PLAYS, DATA, FORMAT_PLAYS, PLAYS, perform, recorded

import_handlers()


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


@pytest.mark.parametrize("play", PLAYS + FORMAT_PLAYS, ids=lambda play: play.__name__)
def test_answers_as_the_real_broker(port: int, play: Callable[[Play], None]) -> None:
    assert perform(play, port) == recorded(play)


def test_guards_its_resources_as_the_real_broker(guarded_port: int) -> None:
    for play in ACL_PLAYS:  # in their order: what one leaves forbidden the next would miss
        assert perform(play, guarded_port) == recorded(play), play.__name__


@pytest.mark.parametrize("name", guard_plays.PROPERTIES)
def test_obeys_acls_as_the_real_broker_as_soon_as_they_are_in_zookeeper(tmp_path: Path, name: str) -> None:
    properties = {"broker.id": "0", "offsets.topic.num.partitions": "50", **guard_plays.PROPERTIES[name]}
    running = RunningBroker(tmp_path / "log", properties)
    try:
        assert guard_plays.perform(running.port, running.zookeeper) == guard_plays.recorded(name)
    finally:
        running.stop()


@pytest.mark.parametrize("version", protocol_plays.VERSIONS)
def test_keeps_to_an_older_protocol_as_the_real_broker(tmp_path: Path, version: str) -> None:
    running = RunningBroker(tmp_path / "log", {"broker.id": "0", **protocol_plays.properties(version)})
    try:
        assert protocol_plays.perform(running.port) == protocol_plays.recorded(version)
        registered = znodes.decode_broker(running.znode("/brokers/ids/0"))
        assert registered.version == (2 if version == "0.9.0" else 4)
    finally:
        running.stop()


@pytest.mark.parametrize("key", ROUTES, ids=lambda key: ApiKey(key).name)
def test_every_version_of_every_api_is_compared(key: int) -> None:
    route = ROUTES[key]
    recordings = "".join(path.read_text(encoding="utf-8") for path in sorted(DATA.glob("*_answers.txt")))
    asked = set(re.findall(rf"^{route.request.__name__} (\d+): ", recordings, re.MULTILINE))
    assert {str(version) for version in range(route.low, route.high + 1)} <= asked


@pytest.mark.parametrize("key", ROUTES, ids=lambda key: ApiKey(key).name)
def test_every_api_is_asked_by_who_may_and_who_may_not(key: int) -> None:
    for play in (access_plays.every_api_allowed, access_plays.every_api_forbidden):
        assert any(line.startswith(f"{ROUTES[key].request.__name__} ") for line in recorded(play)), play.__name__
