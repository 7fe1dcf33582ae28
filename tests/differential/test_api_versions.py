"""`kafka-broker-api-versions.sh` prints the same table for our broker as for the real one."""

import pytest

from tests.support.apache import Apache, ApacheCluster
from tests.support.broker import RunningBroker


def table(apache: Apache, bootstrap: str) -> list[str]:
    done = apache.run("kafka-broker-api-versions.sh", "--bootstrap-server", bootstrap)
    assert done.returncode == 0, done.stderr
    first, *rows = done.stdout.splitlines()
    assert first.endswith(" -> (")
    return rows


@pytest.mark.apache
def test_the_same_apis_in_the_same_versions(
    apache: Apache, apache_cluster: ApacheCluster, broker: RunningBroker
) -> None:
    assert table(apache, broker.bootstrap) == table(apache, apache_cluster.bootstrap)
