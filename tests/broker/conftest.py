"""The in-process broker for the tests of its rooms."""

from tests.support.broker import broker

__all__ = ["broker"]
