"""The in-process broker for the tests of its rooms."""

from tests.support.broker import broker, not_controller

__all__ = ["broker", "not_controller"]
