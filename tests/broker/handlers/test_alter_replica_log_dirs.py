"""AlterReplicaLogDirs: who may, and an empty request. What comes of it is in `tests/broker/test_moves.py`."""

from pathlib import Path

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.alter_replica_log_dirs import (
    AlterReplicaLogDir,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
    AlterReplicaLogDirTopic,
)
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient


def test_nothing_asked_nothing_answered(broker: RunningBroker) -> None:
    with RawClient(broker.port) as client:
        assert client.ask(AlterReplicaLogDirsRequest(), AlterReplicaLogDirsResponse, 1).results == []


def test_only_who_may_alter_the_cluster_moves_replicas(tmp_path: Path) -> None:
    broker = RunningBroker(
        tmp_path / "log",
        {"authorizer.class.name": "kafka.security.authorizer.AclAuthorizer", "super.users": "User:root"},
    )
    try:
        with RawClient(broker.port) as client:
            topics = [AlterReplicaLogDirTopic(name="t", partitions=[0, 1])]
            asked = AlterReplicaLogDirsRequest(dirs=[AlterReplicaLogDir(path="/nowhere", topics=topics)])
            answer = client.ask(asked, AlterReplicaLogDirsResponse, 1)
        assert [part.error_code for part in answer.results[0].partitions] == [
            ErrorCode.CLUSTER_AUTHORIZATION_FAILED
        ] * 2
    finally:
        broker.stop()
