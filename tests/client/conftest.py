"""A Kafka for the clients: ours and the real one; a broker of this process."""

from tests.support.broker import broker
from tests.support.kafka import kafka

__all__ = ["broker", "kafka"]
