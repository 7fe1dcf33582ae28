"""Real brokers still obey ACLs as is recorded, which `tests/broker/test_plays.py` holds ours to."""

from pathlib import Path

import pytest

from kafkacli.client.registry_acls import RegistryAcls
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.guard_plays import PROPERTIES, allow_what_is_needed, perform, recorded
from tests.support.zookeeper import RunningZooKeeper


@pytest.mark.apache
@pytest.mark.long("three starts of the real broker take a minute")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", PROPERTIES)
def test_the_recorded_answers_are_the_real_brokers(
    apache: Apache, tmp_path: Path, zookeeper_server: RunningZooKeeper, name: str
) -> None:
    zookeeper = f"127.0.0.1:{zookeeper_server.port}"
    with RegistryAcls(zookeeper) as acls:
        allow_what_is_needed(acls)
    properties = (f"--property={key}={value}" for key, value in PROPERTIES[name].items())
    cluster = start_cluster(tmp_path / "apache", "--zookeeper", zookeeper, *properties)
    try:
        assert perform(int(cluster.bootstrap.rpartition(":")[2]), zookeeper) == recorded(name)
    finally:
        stop_cluster(tmp_path / "apache")
