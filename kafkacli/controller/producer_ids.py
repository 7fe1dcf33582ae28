"""Producer ids: a block of a thousand reserved in ZooKeeper at a time (KIP-98).

    /latest_producer_id_block  {"version":1,"broker":1,"block_start":"0","block_end":"999"}

Source: Apache `ProducerIdManager.scala`.
"""

from __future__ import annotations

import asyncio
import json
from typing import Final

from kafkacli.controller.zookeeper_client import BadVersion, ZooKeeperClient
from kafkacli.registry.znodes import PRODUCER_ID_BLOCK

BLOCK_SIZE: Final = 1000
_MAXIMUM: Final = 2**63 - 1


class ProducerIds:
    """The ids of one broker; nobody else gives out an id of its block."""

    def __init__(self, zookeeper: ZooKeeperClient, broker_id: int) -> None:
        self._zookeeper = zookeeper
        self._broker_id = broker_id
        self._next = 0
        self._end = 0
        self._lock = asyncio.Lock()

    async def next(self) -> int:
        """Return an id that nobody had. Raises RuntimeError when all are used up."""
        async with self._lock:
            if self._next == self._end:
                await self._reserve()
            self._next += 1
            return self._next - 1

    async def reserve(self) -> None:
        """Reserve the first block before anybody asks, as Kafka does at its start."""
        async with self._lock:
            if self._next == self._end:
                await self._reserve()

    async def _reserve(self) -> None:
        while True:
            data, stat = await self._zookeeper.get(PRODUCER_ID_BLOCK)
            start = int(json.loads(data)["block_end"]) + 1 if data else 0
            if start > _MAXIMUM - BLOCK_SIZE:
                raise RuntimeError(f"Have exhausted all producerIds as the next block's start {start} is too large")
            block = {
                "version": 1,
                "broker": self._broker_id,
                "block_start": str(start),
                "block_end": str(start + BLOCK_SIZE - 1),
            }
            try:
                await self._zookeeper.set(
                    PRODUCER_ID_BLOCK, json.dumps(block, separators=(",", ":")).encode(), stat.version
                )
            except BadVersion:
                continue
            self._next, self._end = start, start + BLOCK_SIZE
            return
