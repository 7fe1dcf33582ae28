"""removewatches: give up the watches on a path."""

from __future__ import annotations

from kafkacli.zkshell.command import Command
from kafkacli.zkshell.parse import Options
from kafkacli.zookeeper.protocol import WatcherType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    kind = WatcherType.CHILDREN if "c" in parsed else WatcherType.DATA if "d" in parsed else WatcherType.ANY
    znodes.remove_watches(parsed.words[1], kind, locally="l" in parsed)


COMMAND = Command("removewatches", "path [-c|-d|-a] [-l]", _run, Options("cdal"))
