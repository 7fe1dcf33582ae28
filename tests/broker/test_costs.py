"""What one request costs the broker, in counts that don't depend on how busy the machine is. `make bench` prints them.

A limit is a little above what is needed now: whoever comes to it either finds a cheaper way or says here why not.
"""

from collections.abc import Iterator

import pytest

from kafkacli.wire.messages.fetch import FetchResponse
from tests.benchmarks.client import FETCH, make_batch, produce_frame, topic
from tests.benchmarks.costs import MEGABYTE, Asking
from tests.support.broker import RunningBroker
from tests.support.counting import Calls, SystemCalls, calls_of
from tests.support.produced import fetch_request
from tests.support.raw import RawClient
from tests.support.waiting import until

TIMES = 50
OWN = 60  # calls of the counting itself, and of timers of the broker's that happen to run meanwhile


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    running = RunningBroker(tmp_path_factory.mktemp("costs") / "log")
    yield running
    running.stop()


def count(broker: RunningBroker, verb: str) -> Calls:
    """The calls of many requests, one at a time."""
    with topic(broker.port) as name, RawClient(broker.port) as client:
        asking = Asking(client, name)
        with calls_of(broker.loop) as calls:
            for _ in range(TIMES):
                assert getattr(asking, verb)() > 0
    return calls


@pytest.mark.parametrize(
    ("verb", "functions", "system"),
    [
        ("produce", 84, {"poll": 1, "recv_into": 1, "pwrite": 2, "send": 1}),  # a batch, and its place in the index
        ("fetch", 134, {"poll": 1, "recv_into": 1, "pread": 6, "send": 2}),  # five find the first and the last batch
        ("fetch_on", 112, {"poll": 1, "recv_into": 1, "pread": 4, "send": 2}),
    ],
)
def test_calls_of_a_request(broker: RunningBroker, verb: str, functions: int, system: dict[str, int]) -> None:
    calls = count(broker, verb)
    most_called = calls.python.most_common(100)
    assert calls.python.total() <= functions * TIMES + OWN, most_called
    for name, each in calls.system.items():
        assert each <= system.get(name, 0) * TIMES + OWN / 4, (name, each)
    assert calls.system["recv_into"] >= TIMES


def test_nothing_grows_with_the_size_of_a_fetch(broker: RunningBroker) -> None:
    """A megabyte of 64 batches is found and sent as it lies there: fewer steps than batches."""
    calls = count(broker, "fetch_on")
    headers = sum(number for name, number in calls.python.items() if name.endswith("BatchHeader.__init__"))
    assert headers <= 3 * TIMES


def test_a_partition_without_news_costs_a_handful_of_calls(broker: RunningBroker) -> None:
    """Of a thousand partitions that a fetch names most have nothing new."""
    totals = []
    for partitions in (10, 210):
        with topic(broker.port, partitions) as name, RawClient(broker.port) as reader:
            wanted = fetch_request({(name, index): 0 for index in range(partitions)})
            wanted.topics[0].fetch_partitions = [each.fetch_partitions[0] for each in wanted.topics]
            del wanted.topics[1:]
            reader.ask(wanted, FetchResponse, FETCH)
            with calls_of(broker.loop) as calls:
                reader.ask(wanted, FetchResponse, FETCH)
            totals.append(calls.python.total())
    assert totals[1] - totals[0] < 8 * 200 + OWN, totals


def test_a_waiting_fetch_is_asked_about_what_has_moved_alone(broker: RunningBroker) -> None:
    """What a record costs does not grow with the partitions of those who wait for more of them."""
    batch, _ = make_batch(100, 100)
    totals = []
    for partitions in (10, 200):
        with (
            topic(broker.port, partitions) as name,
            RawClient(broker.port) as reader,
            RawClient(broker.port) as writer,
        ):
            wanted = {(name, index): 0 for index in range(partitions)}
            reader.request(fetch_request(wanted, max_wait=20_000, min_bytes=1 << 20), FETCH)
            until(lambda: len(broker.broker.purgatory) == 1)
            with calls_of(broker.loop) as calls:
                for index in range(10):
                    writer.send(produce_frame(name, index, batch, -1))
                    writer.frame()
            totals.append(calls.python.total())
    assert totals[1] < totals[0] + OWN


def test_strace_is_read_call_by_call() -> None:
    seen = SystemCalls()
    seen.read(
        '7 recvfrom(5, ""..., 65536, 0, NULL, NULL) = 100\n'
        '7 pwrite64(9, ""..., 16000, 0 <unfinished ...>\n'
        "8 futex(0x1, FUTEX_WAIT) = 0\n"
        "7 <... pwrite64 resumed>) = 16000\n"
        "7 sendfile(5, 9, [0], 50) = 50\n"
        "7 recvfrom(5, 0x1, 65536, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)\n"
        "7 +++ exited with 0 +++\n"
    )
    assert seen.calls == {"recvfrom": 2, "pwrite64": 1, "futex": 1, "sendfile": 1}
    assert seen.copied == 16100


def test_a_megabyte_comes_in_one_fetch(broker: RunningBroker) -> None:
    with topic(broker.port) as name, RawClient(broker.port) as client:
        assert MEGABYTE * 0.9 < Asking(client, name).fetch() <= MEGABYTE + 1000
