"""Moves between log directories, begun by one broker and ended by the other, and as Apache's script shows them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.log.log_dirs import CLEAN_SHUTDOWN_FILE
from tests.broker.test_moves import alter, throttle, where
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.broker import RunningBroker
from tests.support.produced import batch, fetch, fetch_request, produce, values
from tests.support.raw import RawClient
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper

pytestmark = pytest.mark.apache

SMALL = "1000"
VALUES = [b"%d" % number * 200 for number in range(30)]


class Moved:
    """One log directory of two, to and fro; plans and outputs have A and B for their names."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.names = {name: str(directory / name) for name in "ab"}

    @property
    def properties(self) -> dict[str, str]:
        return {"broker.id": "0", "log.dirs": ",".join(self.names.values())}

    def plan(self, target: str) -> str:
        row = {"topic": "t", "partition": 0, "replicas": [0], "log_dirs": [self.names[target]]}
        path = self.directory / f"to-{target}.json"
        path.write_text(json.dumps({"version": 1, "partitions": [row]}))
        return str(path)

    def plain(self, text: str) -> str:
        return text.replace(str(self.directory), "")

    def futures(self, name: str) -> list[str]:
        return [path.name for path in Path(self.names[name]).iterdir() if path.name.endswith("-future")]

    def wait_for(self, client: RawClient, name: str) -> None:
        until(lambda: where(client)[self.names[name]] >= {("t", 0, 0, False)}, seconds=30)

    def refusals(self, client: RawClient) -> list[list[ErrorCode]]:
        """What each refused request is answered with."""
        here = next(path for path, found in where(client).items() if ("t", 0, 0, False) in found)
        return [
            alter(client, "/nowhere", 0),
            alter(client, f"{here}/", 0),
            alter(client, here, 0, 9),
            alter(client, here, 0, topic="absent"),
            alter(client, here, 0, topic="l" * 249),
        ]


def begin_slowly(moved: Moved, client: RawClient, target: str, is_throttled: Callable[[], bool]) -> None:
    """Begin a move that doesn't end: its first chunk is more than it may have.

    is_throttled: whether the broker has heard, through ZooKeeper, of what it answered.
    """
    throttle(client, 1, broker_id=0)
    until(is_throttled)
    assert alter(client, moved.names[target], 0) == [ErrorCode.NONE]
    until(lambda: any(0 < lag < len(VALUES) for _, _, lag, future in where(client)[moved.names[target]] if future))
    assert len(moved.futures(target)) == 1


def read(client: RawClient) -> list[bytes | None]:
    return [value for _, value in values(fetch(client, fetch_request({("t", 0): 0})))]


def test_each_broker_ends_what_the_other_began(
    apache: Apache, zookeeper_server: RunningZooKeeper, tmp_path: Path
) -> None:
    moved = Moved(tmp_path)
    properties = moved.properties | {"zookeeper.connect": zookeeper_server.address, "replica.fetch.max.bytes": SMALL}
    ours = RunningBroker(tmp_path, properties)
    ours.create_topic("t")
    begin = Path(ours.broker.partitions.get("t", 0).log.parent).name
    other = "ab".replace(begin, "")
    with RawClient(ours.port) as client:
        for value in VALUES:
            produce(client, batch(value))
        refused = moved.refusals(client)
        begin_slowly(moved, client, other, lambda: ours.rate_of_moves == 1)
    ours.stop()

    settings = [
        f"--property={key}={value}" for key, value in (moved.properties | {"replica.fetch.backoff.ms": "10"}).items()
    ]
    cluster = start_cluster(
        tmp_path / "apache",
        "--zookeeper",
        zookeeper_server.address,
        *settings,
        f"--property=replica.fetch.max.bytes={SMALL}",
    )
    try:
        with RawClient(int(cluster.bootstrap.rpartition(":")[2])) as client:
            throttle(client, 10_000_000, broker_id=0)
            moved.wait_for(client, other)
            assert moved.futures(other) == []
            until(lambda: read(client) == VALUES)
            assert moved.refusals(client) == refused
            (log,) = (tmp_path / "apache").glob("broker-*.log")
            begin_slowly(moved, client, begin, lambda: "io.max.bytes.per.second -> 1)" in log.read_text())
    finally:
        stop_cluster(tmp_path / "apache")
    assert (Path(moved.names[begin]) / CLEAN_SHUTDOWN_FILE).exists()

    ours = RunningBroker(tmp_path, properties)
    with RawClient(ours.port) as client:
        throttle(client, 10_000_000, broker_id=0)
        moved.wait_for(client, begin)
        assert moved.futures(begin) == []
        until(lambda: read(client) == VALUES)
    ours.stop()


def test_apaches_script_moves_a_replica_of_ours(apache: Apache, tmp_path: Path) -> None:
    moved = Moved(tmp_path)
    ours = RunningBroker(tmp_path, moved.properties | {"replica.fetch.max.bytes": SMALL})
    try:
        ours.create_topic("t")
        begin = Path(ours.broker.partitions.get("t", 0).log.parent).name
        plan = moved.plan("ab".replace(begin, ""))
        with RawClient(ours.port) as client:
            for value in VALUES:
                produce(client, batch(value))

        def run(*action: str) -> str:
            arguments = ("--bootstrap-server", ours.bootstrap, "--reassignment-json-file", plan, *action)
            done = apache.run("kafka-reassign-partitions.sh", *arguments)
            assert done.returncode == 0, done.stdout + done.stderr
            return moved.plain(done.stdout)

        begun = run("--execute", "--replica-alter-log-dirs-throttle", "1")
        assert "The replica-alter-dir throttle limit was set to 1 B/s" in begun
        assert "Successfully started log directory move for: t-0-0" in begun
        assert "Reassignment of replica t-0-0 is still in progress." in run("--verify")
        run("--execute", "--additional", "--replica-alter-log-dirs-throttle", "10000000")
        with RawClient(ours.port) as client:
            moved.wait_for(client, "ab".replace(begin, ""))
        assert "Reassignment of replica t-0-0 completed successfully." in run("--verify")
    finally:
        ours.stop()
