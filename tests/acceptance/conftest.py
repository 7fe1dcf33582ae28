"""A tutorial's folder for each test, or one with a running broker for the tests of a step."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tutorial import Tutorial


@pytest.fixture
def tutorial(tmp_path: Path) -> Iterator[Tutorial]:
    """A folder of the test's own, in which nothing runs."""
    made = Tutorial(tmp_path)
    yield made
    made.clear()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tutorial]:
    """A folder whose broker runs, with ZooKeeper in the same process, for all tests of a step: take names of your own."""
    made = Tutorial(tmp_path_factory.mktemp("tutorial"))
    made.start_broker()
    yield made
    made.clear()
