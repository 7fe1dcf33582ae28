"""The broker as its handlers see it: one object that holds the owners of all state.

`startup.py` makes it, in the order of Kafka's own start; `server.py` feeds it with requests.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

from kafkacli.broker.listeners import Listener
from kafkacli.broker.metadata import MetadataCache
from kafkacli.broker.purgatory import Purgatory


def wall_clock_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Broker:
    """What one broker is made of.

    config: typed values of server.properties.
    partitions: the replicas on this broker.
    metadata: what is known of the cluster.
    purgatory: parked fetches, produces and deletions; it has to be told of every moved high watermark
        (`purgatory.notify(topic, partition)`).
    listeners: where clients reach it, ports as bound.
    controller, groups: set by the start sequence once they exist.
    """

    def __init__(
        self,
        *,
        config: Any,
        node_id: int,
        cluster_id: str,
        partitions: Any,
        metadata: MetadataCache,
        purgatory: Purgatory,
        listeners: Sequence[Listener] = (),
        now_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        self.config = config
        self.node_id = node_id
        self.cluster_id = cluster_id
        self.partitions = partitions
        self.metadata = metadata
        self.purgatory = purgatory
        self.listeners = listeners
        self.now_ms = now_ms
        self.controller: Any = None
        self.groups: Any = None
