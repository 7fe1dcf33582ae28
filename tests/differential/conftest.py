"""A broker of ours beside the real one."""

from tests.support.broker import broker

__all__ = ["broker"]
