"""Waiting until a producer's topic is known. Source: Apache `KafkaProducer.waitOnMetadata` of 2.6.2."""

from __future__ import annotations

from time import monotonic

from kafkacli.client.java_errors import topic_exception
from kafkacli.client.records import TIMEOUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.cluster_watch import ClusterWatch
    from kafkacli.client.patience import Patience


def await_topic(
    name: str,
    partition: int | None,
    watch: ClusterWatch,
    patience: Patience,
    max_block_ms: int,
    go_on: Callable[[float], None],
) -> str:
    """Wait for a topic's partitions, or until a partition is one of them; return the exception when they don't come.

    go_on: lets everything go on for at most so many seconds; what it raises ends the wait.
    """
    view = watch.view
    deadline = monotonic() + max_block_ms / 1000
    watch.want({name})
    watch.is_old()
    version = view.version
    while view.count(name) <= (partition or 0):
        if refusal := patience.refused():
            return refusal
        if view.version != version and (exception := topic_exception(name, view.errors.get(name, 0))):
            view.wanted.discard(name)
            return exception
        left = deadline - monotonic()
        if left <= 0:
            patience.say()
            if view.count(name) == 0:
                return f"{TIMEOUT}: Topic {name} not present in metadata after {max_block_ms} ms."
            return (
                f"{TIMEOUT}: Partition {partition} of topic {name} with partition count {view.count(name)} is not present in "
                f"metadata after {max_block_ms} ms."
            )
        if view.count(name):
            watch.is_old()
        go_on(left)
    return ""
