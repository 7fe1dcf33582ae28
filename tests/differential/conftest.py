"""A broker of ours beside the real one, and the tools, run in this process."""

from tests.support.broker import broker
from tests.support.tools import tools

__all__ = ["broker", "tools"]
