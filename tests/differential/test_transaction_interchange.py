"""Transactions move between Apache Kafka 2.6.2 and ours, with the log directory: open ones and ended ones.

Both brokers have the same ZooKeeper, one after the other; each begins where the other has stopped, or was killed.
"""

import shutil
from pathlib import Path

import pytest

from kafkacli.coordinator.requests import Producer
from kafkacli.errors import ErrorCode
from kafkacli.log.log_dirs import CLEAN_SHUTDOWN_FILE
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient
from tests.support.transaction_client import (
    OK,
    added,
    begin,
    committed,
    ended,
    group_offset,
    offsets_in_transaction,
    producer,
)
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper

pytestmark = pytest.mark.apache


def find(client: RawClient, name: str) -> None:
    """Wait until both coordinators are there."""
    group, transaction = (FindCoordinatorRequest(key=name, key_type=kind) for kind in (0, 1))
    until(lambda: not client.ask(group, FindCoordinatorResponse, 2).error_code, seconds=30)
    until(lambda: not client.ask(transaction, FindCoordinatorResponse, 2).error_code, seconds=30)


def leave_all_kinds(client: RawClient, by: str) -> dict[str, Producer]:
    """Transactions that are committed, aborted and open; each with a record and an offset of its group."""
    producers = {}
    for kind in ("committed", "aborted", "open"):
        name = f"{by}-{kind}"
        find(client, name)
        producers[name] = who = producer(client, name)
        begin(client, who, name.encode(), name=name)
        offsets_in_transaction(client, who, name, 5, name=name)
        if kind != "open":
            await_end(client, who, name, commit=kind == "committed")
    return producers


def await_end(client: RawClient, who: Producer, name: str, *, commit: bool) -> None:
    """Ask for the end of a transaction until it has ended: the answer to the first may come before."""
    assert ended(client, who, commit=commit, name=name) in (OK, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    until(lambda: ended(client, who, commit=commit, name=name) is OK)


def find_all_kinds(client: RawClient, producers: dict[str, Producer], by: str, before: list[bytes | None]) -> None:
    """Find what `leave_all_kinds` has left, and commit what is open."""
    at = {kind: (f"{by}-{kind}", producers[f"{by}-{kind}"]) for kind in ("committed", "aborted", "open")}
    find(client, by)
    until(lambda: group_offset(client, f"{by}-committed") == (5, OK))
    until(lambda: group_offset(client, f"{by}-aborted") == (-1, OK))
    until(lambda: group_offset(client, f"{by}-open") == (-1, ErrorCode.UNSTABLE_OFFSET_COMMIT))
    first = f"{by}-committed".encode()
    assert committed(client) == [*before, first]
    for kind, commit in (("committed", True), ("aborted", False)):
        name, who = at[kind]
        await_end(client, who, name, commit=commit)
        assert ended(client, who, commit=not commit, name=name) is ErrorCode.INVALID_TXN_STATE
        assert producer(client, name) == who._replace(epoch=who.epoch + 1)
    name, who = at["open"]
    assert added(client, who, ("t", 0), name=name) is OK
    await_end(client, who, name, commit=True)
    until(lambda: committed(client) == [*before, first, f"{by}-open".encode()])
    until(lambda: group_offset(client, name) == (5, OK))


@pytest.mark.parametrize("is_killed", [False, True])
def test_transactions_go_on_with_the_other_broker(
    apache: Apache, zookeeper_server: RunningZooKeeper, tmp_path: Path, is_killed: bool
) -> None:
    properties = {"broker.id": "0", "zookeeper.connect": zookeeper_server.address}
    directories = [tmp_path / name for name in ("first", "second", "third")]

    def copy(number: int) -> None:
        """What a kill would leave of a directory: its files as they are."""
        if is_killed:
            shutil.copytree(directories[number], directories[number + 1], ignore=shutil.ignore_patterns(".lock"))

    def hand_over(number: int) -> None:
        """The broker has stopped."""
        if not is_killed:
            assert (directories[number] / CLEAN_SHUTDOWN_FILE).exists()
            shutil.copytree(directories[number], directories[number + 1], ignore=shutil.ignore_patterns(".lock"))

    ours = RunningBroker(directories[0], properties)
    ours.create_topic("t")
    with RawClient(ours.port) as client:
        producers = leave_all_kinds(client, "ours")
    copy(0)
    ours.stop()
    hand_over(0)

    settings = ("--zookeeper", zookeeper_server.address, "--property", f"log.dirs={directories[1]}")
    cluster = start_cluster(tmp_path / "apache", *settings)
    try:
        with RawClient(int(cluster.bootstrap.rpartition(":")[2])) as client:
            find_all_kinds(client, producers, "ours", [])
            producers = leave_all_kinds(client, "apache")
        copy(1)
    finally:
        stop_cluster(tmp_path / "apache")
    hand_over(1)

    ours = RunningBroker(directories[2], properties)
    with RawClient(ours.port) as client:
        find_all_kinds(client, producers, "apache", [b"ours-committed", b"ours-open"])
    ours.stop()
