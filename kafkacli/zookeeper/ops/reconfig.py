"""reconfig: changes an ensemble; a single server refuses it as the original's does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.ops import View, no_body, writes
from kafkacli.zookeeper.protocol import Error, KeeperError, OpCode, ReconfigRequest

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client


@writes(OpCode.RECONFIG, "RECO", ReconfigRequest, no_body)
def reconfig(_: ReconfigRequest, __: View, caller: Client) -> Record:
    """Refuse: disabled, or, where it is enabled, not possible with one server."""
    raise KeeperError(Error.UNIMPLEMENTED if caller.rules.reconfig_enabled else Error.RECONFIG_DISABLED)
