"""How a broker enters the cluster: persistent paths, cluster id, broker id, and its own ephemeral znode.

Source: Apache `KafkaZkClient.scala` (createTopLevelPaths, createOrGetClusterId, generateBrokerSequenceId, CheckedEphemeral).
"""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from typing import Final

from kafkacli.controller.zookeeper_client import Create, NodeExists, NoNode, Set, Stat, ZooKeeperClient
from kafkacli.registry import znodes

NODE_EXISTS: Final = "org.apache.zookeeper.KeeperException$NodeExistsException: KeeperErrorCode = NodeExists"


class AlreadyRegistered(Exception):
    """Another session holds the broker's znode; `owner` is its id. str() is what Kafka logs."""

    def __init__(self, path: str, owner: int, session_id: int) -> None:
        super().__init__(
            f"Error while creating ephemeral at {path}, node already exists and owner '{owner}' does not match "
            f"current session '{session_id}'"
        )
        self.path = path
        self.owner = owner


async def make_persistent_paths(zookeeper: ZooKeeperClient) -> None:
    """Make what Kafka's brokers expect to be there."""
    await asyncio.gather(*(zookeeper.ensure(path) for path in znodes.PERSISTENT_PATHS))


async def cluster_id(zookeeper: ZooKeeperClient, random_bytes: bytes) -> str:
    """Return the cluster's id, made from 16 random bytes when there is none yet."""
    try:
        data, _ = await zookeeper.get(znodes.CLUSTER_ID)
        return znodes.decode_cluster_id(data or b"")
    except NoNode:
        proposed = urlsafe_b64encode(random_bytes).decode().rstrip("=")
        await zookeeper.ensure(znodes.CLUSTER_ID, znodes.encode_cluster_id(proposed))
        return await cluster_id(zookeeper, random_bytes)


async def new_broker_id(zookeeper: ZooKeeperClient, highest_reserved: int) -> int:
    """Return a broker id that nobody had, above `reserved.broker.max.id`."""
    return highest_reserved + (await zookeeper.set(znodes.SEQUENCE_ID, b"")).version


async def partition_count(zookeeper: ZooKeeperClient, topic: str, otherwise: int) -> int:
    """Return how many partitions a topic has, or `otherwise` where there is no such topic."""
    try:
        data, _ = await zookeeper.get(znodes.topic_path(topic))
    except NoNode:
        return otherwise
    return len(znodes.decode_topic(data)) or otherwise


async def check_addresses(zookeeper: ZooKeeperClient, broker_id: int, mine: znodes.BrokerRegistration) -> None:
    """Raise ValueError, with Kafka's text, when another broker has registered an address of this one."""
    ours = {(host, port) for _, _, host, port in mine.endpoints}
    for other in await zookeeper.children(znodes.BROKER_IDS):
        if other == str(broker_id):
            continue
        try:
            data, _ = await zookeeper.get(f"{znodes.BROKER_IDS}/{other}")
        except NoNode:
            continue
        theirs = znodes.decode_broker(data or b"").endpoints
        common = [f"{host}:{port}" for _, _, host, port in theirs if (host, port) in ours]
        if common:
            raise ValueError(
                f"requirement failed: Configured end points {','.join(common)} in advertised listeners are already "
                f"registered by broker {other}"
            )


async def register(
    zookeeper: ZooKeeperClient,
    broker_id: int,
    registration: znodes.BrokerRegistration,
    now_ms: int,
    *,
    expired_session: int | None = None,
) -> int:
    """Make the broker's ephemeral znode and return the broker epoch, its czxid.

    expired_session: the session this broker had before; its znode, where it outlived it, is replaced (KAFKA-7165).
    Raises AlreadyRegistered while the znode belongs to another session.
    """
    path = znodes.broker_path(broker_id)
    data = znodes.encode_broker(registration, now_ms)
    try:
        _, stat = await zookeeper.multi([Create(path, None, ephemeral=True), Set(path, data, 0)])
    except NodeExists:
        existing = await zookeeper.exists(path)
        if existing is not None and existing.ephemeral_owner == expired_session:
            await zookeeper.delete(path)
            existing = None
        if existing is None:
            return await register(zookeeper, broker_id, registration, now_ms)
        if existing.ephemeral_owner != zookeeper.session_id:
            raise AlreadyRegistered(path, existing.ephemeral_owner, zookeeper.session_id) from None
        return existing.czxid
    assert isinstance(stat, Stat)
    return stat.czxid


async def update(
    zookeeper: ZooKeeperClient, broker_id: int, registration: znodes.BrokerRegistration, now_ms: int
) -> None:
    """Write what has changed into the broker's znode, which stays the same node."""
    await zookeeper.set(znodes.broker_path(broker_id), znodes.encode_broker(registration, now_ms))
