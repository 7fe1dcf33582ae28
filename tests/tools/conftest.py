"""A Kafka for the tools, ours and the real one; and the tools, run in this process."""

from tests.support.broker import broker
from tests.support.kafka import apache_kafka, kafka, our_kafka
from tests.support.tools import tools

__all__ = ["apache_kafka", "broker", "kafka", "our_kafka", "tools"]
