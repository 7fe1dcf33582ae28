"""Fixtures and profiles for every test."""

import os
import signal

from hypothesis import HealthCheck, settings

from tests.support.apache import apache, apache_cluster
from tests.support.server import server
from tests.support.zookeeper import zookeeper_server

__all__ = ["apache", "apache_cluster", "server", "zookeeper_server"]

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
