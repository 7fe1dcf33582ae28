"""The real broker still does with older protocols what is recorded, which `tests/broker/test_plays.py` holds ours to."""

from pathlib import Path

import pytest

from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.protocol_plays import VERSIONS, perform, properties, recorded


@pytest.mark.apache
@pytest.mark.long("four starts of the real broker take a minute")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_recorded_answers_are_the_real_brokers(apache: Apache, tmp_path: Path, version: str) -> None:
    cluster = start_cluster(tmp_path, *(f"--property={key}={value}" for key, value in properties(version).items()))
    try:
        assert perform(int(cluster.bootstrap.rpartition(":")[2])) == recorded(version)
    finally:
        stop_cluster(tmp_path)
