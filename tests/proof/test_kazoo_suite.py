"""kazoo's own test suite passes on our ZooKeeper server, but for what `kazoo_suite` names with its reasons."""

import os

import pytest

from tests.proof import kazoo_suite


@pytest.mark.foreign
@pytest.mark.timeout(1800)
def test_kazoos_own_suite_passes() -> None:
    if os.environ.get("KAFKACLI_KAZOO_SUITE") != "1":
        pytest.skip("kazoo's own suite takes minutes: `make proof` runs it")
    assert kazoo_suite.main([]) == 0
