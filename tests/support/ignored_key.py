"""A pytest plugin that has brokers ignore one key of server.properties, named by KAFKACLI_IGNORED_KEY.

    KAFKACLI_IGNORED_KEY=fetch.max.bytes pytest -p tests.support.ignored_key tests/broker/test_config_effects.py

A test that shows the key acting fails then.
"""

import os
from collections.abc import Mapping

from kafkacli.broker.configs import KafkaConfig

VARIABLE = "KAFKACLI_IGNORED_KEY"


def pytest_configure() -> None:
    """Begin to ignore it."""
    ignored = os.environ[VARIABLE]
    read = KafkaConfig.__init__

    def read_others(self: KafkaConfig, properties: Mapping[str, str]) -> None:
        read(self, {name: value for name, value in properties.items() if name != ignored})

    KafkaConfig.__init__ = read_others  # type: ignore[method-assign]
