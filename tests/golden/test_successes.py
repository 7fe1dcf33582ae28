"""Our scripts say on two brokers of ours what Apache's said on two of Kafka's, where all goes well."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.data.make_success_transcripts import read_transcripts
from tests.support.broker import RunningBroker
from tests.support.success_plays import SCENES, Cluster, Stage
from tests.support.token_broker import token_broker

TRANSCRIPTS = read_transcripts()


def ours(script: str) -> list[str]:
    return [sys.executable, "-m", "kafkacli", script]


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cluster, Cluster]]:
    """Two brokers of this process, each a cluster of its own; logins are for a stand-in, as ours has none."""
    made = [RunningBroker(tmp_path_factory.mktemp(name), {"broker.id": "0"}) for name in ("source", "target")]
    with token_broker() as logins:
        source, target = (Cluster(one.bootstrap, one.zookeeper, logins) for one in made)
        yield source, target
    for one in made:
        one.stop()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_scenes(brokers: tuple[Cluster, Cluster], tmp_path: Path, scene: Callable[[Stage], None]) -> None:
    stage = Stage(ours, *brokers, tmp_path, 0)
    scene(stage)
    assert "".join(f"{line}\n" for line in stage.lines) == TRANSCRIPTS[scene.__name__]
