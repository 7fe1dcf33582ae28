"""A Kafka for the tools, ours and the real one; and the tools, run in this process."""

from tests.support.broker import broker
from tests.support.kafka import kafka
from tests.support.tools import tools

__all__ = ["broker", "kafka", "tools"]
