"""Fixtures and profiles for every test."""

import logging
import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.apache import apache, apache_cluster
from tests.support.loop import no_task_is_destroyed
from tests.support.server import server
from tests.support.spreading import group_of, is_spread, rank
from tests.support.zookeeper import zookeeper_server

__all__ = ["apache", "apache_cluster", "no_task_is_destroyed", "server", "zookeeper_server"]

# "quick" is fixed, so that two runs of one commit do the same; "long" explores, on demand.
settings.register_profile(
    "quick",
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# The contexts of whoever runs the tests are none of theirs.
os.environ["KAFKACLI_CONTEXT"] = ""

# A shell starts what it runs in the background with SIGINT ignored, and programs inherit that: ours must hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_server_log_stays() -> Iterator[None]:
    """A server's main function that ran in this process lets every logger write to stdout: not for the tests behind it."""
    root = logging.getLogger()
    level = root.level
    yield
    if any(type(handler).__module__ == "kafkacli.tools.server_log" for handler in root.handlers):
        root.handlers = [each for each in root.handlers if type(each).__module__ != "kafkacli.tools.server_log"]
        root.setLevel(level)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Where tests are spread over processes, say which stay together."""
    if is_spread(item.config):
        item.add_marker(pytest.mark.xdist_group(group_of(item.nodeid)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where tests are spread over processes, begin with what takes long."""
    if is_spread(config):
        items.sort(key=lambda item: rank(item.nodeid))
