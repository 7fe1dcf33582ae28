"""A Kafka for the clients: ours and the real one; a broker of this process."""

from tests.support.broker import broker
from tests.support.certificates import authority
from tests.support.kafka import kafka

__all__ = ["authority", "broker", "kafka"]
