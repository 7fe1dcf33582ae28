"""A broker of this process, and the tools run in it."""

from tests.support.broker import broker
from tests.support.tools import tools

__all__ = ["broker", "tools"]
