"""Probes into what a broker's coordinators and its znode keep: how it is written, and how it is read again at a start."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kafkacli.coordinator.group_records import OFFSETS_TOPIC
from kafkacli.coordinator.transaction_records import TRANSACTIONS_TOPIC
from kafkacli.log.partition_log import PartitionLog
from kafkacli.wire.messages import incremental_alter_configs
from tests.support.config_probes import Place, commit_request
from tests.support.group_requests import fetch as fetch_offsets
from tests.support.transaction_requests import init
from tests.support.waiting import until

MANY = 20  # records of which a few have room in a kilobyte


@contextmanager
def _reads(topic: str) -> Iterator[list[int]]:
    """Note the offsets from which a topic is read by any broker of this process."""
    offsets: list[int] = []
    read = PartitionLog.read

    def noting(log: PartitionLog, offset: int, *arguments: Any, **named: Any) -> Any:
        if log.topic == topic:
            offsets.append(offset)
        return read(log, offset, *arguments, **named)

    PartitionLog.read = noting  # type: ignore[method-assign, assignment]
    try:
        yield offsets
    finally:
        PartitionLog.read = read  # type: ignore[method-assign]


def _commit_often(place: Place) -> None:
    request = commit_request(place)
    for _ in range(MANY):
        assert place.ask(request, 7).topics[0].partitions[0].error_code == 0


def _begin_often(place: Place) -> None:
    assert place.coordinator(1, "id")
    until(lambda: place.ask(init("id"), 3).error_code == 0)
    for _ in range(MANY):
        assert place.ask(init("id"), 3).error_code == 0


def offsets_are_loaded_in_pieces(place: Place) -> bool:
    """Whether a start takes several reads for the offsets of one group."""
    _commit_often(place)
    with _reads(OFFSETS_TOPIC) as offsets:
        place.restart()
        until(lambda: place.ask(fetch_offsets("g", 0), 5).topics[0].partitions[0].committed_offset == 7)
    return len(offsets) > 1


def transactions_are_loaded_in_pieces(place: Place) -> bool:
    _begin_often(place)
    with _reads(TRANSACTIONS_TOPIC) as offsets:
        place.restart()
        until(lambda: place.ask(init("id"), 3).error_code == 0)
    return len(offsets) > 1


def segments_of_offsets(place: Place) -> bool:
    """Whether a group's commits have begun further segments."""
    _commit_often(place)
    return len(place.log(OFFSETS_TOPIC, place.broker.groups.partition_for("g")).segments) > 1


def segments_of_transactions(place: Place) -> bool:
    _begin_often(place)
    return len(place.log(TRANSACTIONS_TOPIC, place.broker.transactions.partition_for("id")).segments) > 1


def kept_password(word: str) -> Callable[[Place], str]:
    """A word of a password's form in the broker's znode."""

    def probe(place: Place) -> str:
        module = incremental_alter_configs
        name = "listener.name.other.ssl.keystore.password"
        config = module.AlterableConfig(name=name, config_operation=0, value="secret")
        node = str(place.broker.node_id)
        resource = module.AlterConfigsResource(resource_type=4, resource_name=node, configs=[config])
        answer = place.ask(module.IncrementalAlterConfigsRequest(resources=[resource]), 1)
        assert answer.responses[0].error_code == 0, answer
        text = place.running.znode(f"/config/brokers/{node}").decode().replace("\\/", "/")
        return text.partition(f"{word}:")[2].partition(",")[0]

    return probe
