"""The znode that a broker left when it died: it stands in the way until ZooKeeper ends that broker's session.

A broker that lives is not waited for: one that answers at an address of the znode. Our own addresses don't count: they are
bound by the time that we register, so that nobody else answers there. Apache Kafka waits for neither.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from kafkacli.broker.embedded_zookeeper import Place, answers
from kafkacli.controller.registration import AlreadyRegistered
from kafkacli.controller.zookeeper_client import NoNode, ZooKeeperClient
from kafkacli.registry.znodes import BrokerRegistration, decode_broker

_log = logging.getLogger("kafka.server.KafkaServer")

EXPIRY_MARGIN_MS: Final = 4_000  # a ZooKeeper server ends sessions at the tick after their timeout


async def outwait(
    zookeeper: ZooKeeperClient, held: AlreadyRegistered, mine: BrokerRegistration, *, last_session: int | None
) -> None:
    """Return when a dead broker's znode is gone, at the latest after the session timeout; at once when a living one holds it.

    mine: what this broker registers. last_session: the session of this broker's last run, None when that ended well.
    """
    timeout_ms = zookeeper.session_timeout_ms + EXPIRY_MARGIN_MS
    gone = asyncio.Event()
    if held.owner != last_session and await _lives(zookeeper, held.path, mine):
        return
    if await zookeeper.exists(held.path, gone.set) is None:
        return
    _log.warning(
        "%s is still held by the session 0x%x of a broker that ended without closing it: waiting up to %d ms for ZooKeeper "
        "to end it",
        held.path,
        held.owner,
        timeout_ms,
    )
    try:
        async with asyncio.timeout(timeout_ms / 1000):
            await gone.wait()
    except TimeoutError:
        pass  # the next try to register says what Kafka says


async def _lives(zookeeper: ZooKeeperClient, path: str, mine: BrokerRegistration) -> bool:
    try:
        data, _ = await zookeeper.get(path)
    except NoNode:
        return False
    own = {(host, port) for _, _, host, port in mine.endpoints}
    for _, _, host, port in decode_broker(data or b"").endpoints:
        if (host, port) not in own and await answers(Place(host, port, "", None)):
            return True
    return False
