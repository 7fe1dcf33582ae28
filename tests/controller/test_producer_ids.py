"""Blocks of producer ids."""

import json
from pathlib import Path

import pytest

from kafkacli.controller.producer_ids import ProducerIds
from kafkacli.controller.registration import make_persistent_paths
from kafkacli.registry.znodes import PRODUCER_ID_BLOCK
from tests.support.controller import zookeeper_client
from tests.support.loop import on_loop


@on_loop
async def test_two_brokers_never_give_the_same_id(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await make_persistent_paths(client)
        first, second = ProducerIds(client, 1), ProducerIds(client, 2)
        await first.reserve()
        assert (await client.get(PRODUCER_ID_BLOCK))[0] == (
            b'{"version":1,"broker":1,"block_start":"0","block_end":"999"}'
        )
        given = [await ids.next() for _ in range(1001) for ids in (first, second)]
        assert given[:2] == [0, 1000]
        assert len(set(given)) == len(given)
        assert max(given) == 3000
        await first.reserve()
        assert await first.next() == 2001


@on_loop
async def test_ids_end_before_the_largest_number(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await make_persistent_paths(client)
        last = {"version": 1, "broker": 1, "block_start": "0", "block_end": str(2**63 - 2)}
        await client.set(PRODUCER_ID_BLOCK, json.dumps(last).encode())
        with pytest.raises(RuntimeError, match="Have exhausted all producerIds"):
            await ProducerIds(client, 1).next()
