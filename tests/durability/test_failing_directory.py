"""A log directory that is taken away while the server runs: as the real broker, it goes on with the others or ends."""

import shutil
from pathlib import Path

import pytest

from kafkacli.wire.messages.describe_log_dirs import DescribeLogDirsRequest, DescribeLogDirsResponse
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataRequestTopic, MetadataResponse
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.broker_play import Play
from tests.support.produced import batch, fetch, fetch_request, produce
from tests.support.server import STOP_SECONDS, Server, make_server
from tests.support.waiting import until

PROPERTIES = {"replica.high.watermark.checkpoint.interval.ms": "50", "log.segment.bytes": "1000"}


def directory_of(topic: str, directories: list[Path]) -> Path:
    (found,) = [directory for directory in directories if (directory / f"{topic}-0").exists()]
    return found


def answers(port: int, directories: list[Path]) -> list[object]:
    """Take away the directory of one topic of two; return what clients are told of each then."""
    play = Play(port)
    for topic in ("t", "u"):
        play.topic(topic)
        produce(play.client, batch(b"x"), topic)
    lost = directory_of("t", directories)
    assert directory_of("u", directories) != lost
    shutil.rmtree(lost)

    def metadata(topic: str) -> tuple[int, bool, int]:
        asked = MetadataRequest(topics=[MetadataRequestTopic(name=topic)])
        ((found,),) = [each.partitions for each in play.client.ask(asked, MetadataResponse, 9).topics]
        return found.error_code, found.leader_id >= 0, len(found.offline_replicas)

    until(lambda: not metadata("t")[1], seconds=30)
    described = play.client.ask(DescribeLogDirsRequest(topics=None), DescribeLogDirsResponse, 1).results
    told: list[object] = [metadata("t"), metadata("u")]
    told += [produce(play.client, batch(b"y"), topic).error_code for topic in ("t", "u")]
    told += [fetch(play.client, fetch_request({(topic, 0): 0})).error_code for topic in ("t", "u")]
    told += sorted((result.error_code, result.log_dir == str(lost)) for result in described)
    play.topic("later")
    assert not lost.exists()
    told.append(produce(play.client, batch(b"y"), "later").error_code)
    play.client.socket.close()
    return told


@pytest.fixture
def directories(tmp_path: Path) -> list[Path]:
    return [tmp_path / "a", tmp_path / "b"]


def make(tmp_path: Path, directories: list[Path]) -> Server:
    return make_server(tmp_path / "server", PROPERTIES | {"log.dirs": ",".join(map(str, directories))})


@pytest.mark.apache
def test_clients_are_told_the_same_as_by_the_real_broker(
    apache: Apache, tmp_path: Path, directories: list[Path]
) -> None:
    ours = make(tmp_path, directories)
    ours.start()
    try:
        told = answers(int(ours.bootstrap.rpartition(":")[2]), directories)
    finally:
        ours.stop()
    others = [tmp_path / "c", tmp_path / "d"]
    settings = PROPERTIES | {"log.dirs": ",".join(map(str, others))}
    cluster = start_cluster(tmp_path / "apache", *(f"--property={key}={value}" for key, value in settings.items()))
    try:
        assert told == answers(int(cluster.bootstrap.rpartition(":")[2]), others)
    finally:
        stop_cluster(tmp_path / "apache")


def test_the_server_ends_without_any_directory(tmp_path: Path, directories: list[Path]) -> None:
    server = make(tmp_path, directories)
    server.start("--zookeeper-data-dir", str(tmp_path / "zookeeper"))
    process = server.process
    assert process is not None
    try:
        play = Play(int(server.bootstrap.rpartition(":")[2]))
        for topic in ("t", "u"):
            play.topic(topic)
        shutil.rmtree(directories[0])
        until(lambda: f"Stopped serving replicas in dir {directories[0]}" in server.log.read_text(), seconds=20)
        assert process.poll() is None
        shutil.rmtree(directories[1])
        assert process.wait(STOP_SECONDS) == 1
        play.client.socket.close()
    finally:
        server.stop()
    text = server.log.read_text()
    assert f"Shutdown broker because all log dirs in {directories[0]}, {directories[1]} have failed" in text
    assert "Traceback" not in text
