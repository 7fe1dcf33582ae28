"""Log directories of brokers."""

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.log_dirs import alter_replica_log_dirs, describe_log_dirs
from kafkacli.errors import ErrorCode
from tests.support.apache import ApacheCluster
from tests.support.kafka import Kafka


def test_directories_hold_replicas(kafka: Kafka) -> None:
    name = kafka.create_topic(2, records=1)
    with Cluster(kafka.bootstrap) as cluster:
        (directory,) = describe_log_dirs(cluster, kafka.broker_id)
        (chosen,) = describe_log_dirs(cluster, kafka.broker_id, [(name, 0)])
    assert directory.error == ErrorCode.NONE
    assert directory.path == chosen.path
    assert {(name, 0), (name, 1)} <= {partition for partition, _ in directory.replicas()}
    assert [partition for partition, _ in directory.replicas([name])] == [(name, 0), (name, 1)]
    ((partition, info),) = chosen.replicas()
    assert partition == (name, 0)
    assert info.size > 0
    assert (info.lag, info.future) == (0, False)


@pytest.mark.apache
def test_a_replica_stays_where_no_such_directory_is(apache_cluster: ApacheCluster) -> None:
    kafka = Kafka(apache_cluster.bootstrap, apache_cluster.zookeeper, 0)
    name = kafka.create_topic()
    with Cluster(kafka.bootstrap) as cluster:
        (directory,) = describe_log_dirs(cluster, 0)
        moved = alter_replica_log_dirs(cluster, {(name, 0, 0): "/no/such"})
        stays = alter_replica_log_dirs(cluster, {(name, 0, 0): directory.path})
    error = moved[name, 0, 0]
    assert error is not None
    assert error.code == ErrorCode.LOG_DIR_NOT_FOUND
    assert stays == {(name, 0, 0): None}
