"""Offsets of the oldest consumers, in ZooKeeper: /consumers/GROUP/offsets/TOPIC/PARTITION holds the number as text.

OffsetCommit and OffsetFetch of version 0 go here. Source: Apache `KafkaZkClient.setOrCreateConsumerOffset`.
"""

from kafkacli.controller.zookeeper_client import NoNode, ZooKeeperClient


def _path(group_id: str, topic: str, partition: int) -> str:
    return f"/consumers/{group_id}/offsets/{topic}/{partition}"


async def read_offset(zookeeper: ZooKeeperClient, group_id: str, topic: str, partition: int) -> int | None:
    """Return the offset, None where none is stored. Raises ValueError for a znode that holds no number."""
    try:
        data, _ = await zookeeper.get(_path(group_id, topic, partition))
    except NoNode:
        return None
    return None if data is None else int(data)


async def write_offset(zookeeper: ZooKeeperClient, group_id: str, topic: str, partition: int, offset: int) -> None:
    """Store the offset, making the znodes that are not there."""
    path, data = _path(group_id, topic, partition), b"%d" % offset
    try:
        await zookeeper.set(path, data)
    except NoNode:
        await zookeeper.ensure(path, data)
