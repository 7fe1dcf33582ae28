"""kazoo's own test suite passes on our ZooKeeper server, but for what `kazoo_suite` names with its reasons."""

import pytest

from tests.proof import kazoo_suite


@pytest.mark.foreign
@pytest.mark.long("kazoo's own suite takes minutes")
@pytest.mark.timeout(1800)
def test_kazoos_own_suite_passes() -> None:
    assert kazoo_suite.main([]) == 0
