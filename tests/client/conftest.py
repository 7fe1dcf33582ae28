"""A broker of this process for the clients."""

from tests.support.broker import broker

__all__ = ["broker"]
