"""A Kafka for the clients: ours and the real one."""

from tests.support.kafka import kafka

__all__ = ["kafka"]
