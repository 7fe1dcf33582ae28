"""How many requests the tools send for many topics and groups: they may not grow with them where the protocol has lists."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.client.batch_writing import BatchWriter
from kafkacli.client.cluster import Cluster
from kafkacli.client.groups import commit_offsets
from kafkacli.client.topics import create_topic
from kafkacli.record.batch import Record, encode_batch
from kafkacli.wire.api_keys import ApiKey
from tests.support.broker import RunningBroker
from tests.support.counting import calls_here
from tests.support.proxy import Proxy, proxy
from tests.support.tools import Tools

TOPICS = 7
PARTITIONS = 3
GROUPS = 5


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A broker with topics and groups behind a proxy that is the only address it tells."""
    with proxy() as way:
        broker = RunningBroker(
            tmp_path_factory.mktemp("watched") / "log", {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{way.port}"}
        )
        way.target = broker.port
        for number in range(TOPICS):
            broker.create_topic(f"topic-{number}", PARTITIONS)
        with Cluster(f"127.0.0.1:{way.port}") as cluster:
            for number in range(GROUPS):
                offsets = {(f"topic-{topic}", index): 0 for topic in range(TOPICS) for index in range(PARTITIONS)}
                commit_offsets(cluster, f"group-{number}", offsets)
        yield way
        broker.stop()


CASES: dict[str, tuple[list[str], dict[ApiKey, int]]] = {
    "topics are listed": (["kafka-topics.sh", "--list"], {ApiKey.METADATA: 1}),
    "topics are described": (
        ["kafka-topics.sh", "--describe"],
        {ApiKey.METADATA: 1, ApiKey.DESCRIBE_CONFIGS: 1, ApiKey.LIST_PARTITION_REASSIGNMENTS: 1},
    ),
    "one topic is described": (
        ["kafka-topics.sh", "--describe", "--topic", "topic-1"],
        {ApiKey.METADATA: 1, ApiKey.DESCRIBE_CONFIGS: 1, ApiKey.LIST_PARTITION_REASSIGNMENTS: 1},
    ),
    "the configurations of topics are described": (
        ["kafka-configs.sh", "--describe", "--entity-type", "topics"],
        {ApiKey.METADATA: 1, ApiKey.DESCRIBE_CONFIGS: 1},
    ),
    "offsets are listed": (["kafka-get-offsets.sh"], {ApiKey.METADATA: 1, ApiKey.LIST_OFFSETS: 1}),
    "log directories are described": (
        ["kafka-log-dirs.sh", "--describe"],
        {ApiKey.METADATA: 1, ApiKey.DESCRIBE_LOG_DIRS: 1},
    ),
    "groups are listed": (["kafka-consumer-groups.sh", "--list"], {ApiKey.METADATA: 1, ApiKey.LIST_GROUPS: 1}),
    "the lag of groups is described": (
        ["kafka-consumer-groups.sh", "--describe", "--all-groups"],
        {
            ApiKey.METADATA: 2,  # the brokers, then the leaders of what the groups read
            ApiKey.LIST_GROUPS: 1,
            ApiKey.DESCRIBE_GROUPS: 1,
            ApiKey.OFFSET_FETCH: GROUPS,  # one group in each, up to version 7
            ApiKey.LIST_OFFSETS: 1,
        },
    ),
    "groups are described by state": (
        ["kafka-consumer-groups.sh", "--describe", "--all-groups", "--state"],
        {ApiKey.METADATA: 1, ApiKey.LIST_GROUPS: 1, ApiKey.DESCRIBE_GROUPS: 1},
    ),
    "named groups are described": (
        ["kafka-consumer-groups.sh", "--describe", "--group", "group-1", "--group", "group-2", "--members"],
        {ApiKey.METADATA: 1, ApiKey.FIND_COORDINATOR: 2, ApiKey.DESCRIBE_GROUPS: 1},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_requests_do_not_grow_with_what_is_there(tools: Tools, watched: Proxy, name: str) -> None:
    (script, *arguments), expected = CASES[name]
    watched.counts.clear()
    done = tools.run(script, "--bootstrap-server", f"127.0.0.1:{watched.port}", *arguments)
    assert done.status == 0, done
    assert watched.counts == {ApiKey.API_VERSIONS: 1, **expected}


BATCHES = 300  # of 10 KB each: three megabytes
READ = {ApiKey.API_VERSIONS: 1, ApiKey.METADATA: 4, ApiKey.LIST_OFFSETS: 2, ApiKey.DESCRIBE_CONFIGS: 1}
WRITTEN = {ApiKey.API_VERSIONS: 1, ApiKey.METADATA: 2, ApiKey.INIT_PRODUCER_ID: 1}
CALLS = 110  # Python functions for one batch that is copied; half of it to send it and to understand the answer


@pytest.fixture(scope="module")
def filled(watched: Proxy) -> str:
    """A topic with one partition that has records in it."""
    name = "filled"
    batch = encode_batch([Record(value=b"x" * 100) for _ in range(95)])
    with Cluster(f"127.0.0.1:{watched.port}") as cluster:
        for topic in (name, "copied"):
            create_topic(cluster, topic, partitions=1)
        writer = BatchWriter(cluster)
        writer.write([((name, 0), bytearray(batch)) for _ in range(BATCHES)])
        writer.flush()
    return name


def requests_of(tools: Tools, way: Proxy, *words: str) -> Counter[ApiKey]:
    way.counts.clear()
    done = tools.run(words[0], "--bootstrap-server", f"127.0.0.1:{way.port}", *words[1:])
    assert done.status == 0, done
    return Counter(way.counts)


def test_topics_are_moved_by_the_megabyte_and_written_batch_by_batch(
    tools: Tools, watched: Proxy, filled: str, tmp_path: Path
) -> None:
    """A request may have one batch of a partition (KIP-98): as many Produce requests as batches, and no more of anything."""
    folder = str(tmp_path / "folder")
    fetches = -(-BATCHES * 10_000 // 1_000_000)
    copied = requests_of(tools, watched, "copy", "--topic", filled, "--to-topic", "copied")
    exported = requests_of(tools, watched, "export", "--topic", filled, "--directory", folder)
    imported = requests_of(tools, watched, "import", "--directory", folder, "--to-topic", "copied")
    assert copied.pop(ApiKey.PRODUCE) == imported.pop(ApiKey.PRODUCE) == BATCHES
    assert copied.pop(ApiKey.FETCH) <= fetches + 1
    assert exported.pop(ApiKey.FETCH) <= fetches + 1
    assert exported == Counter(READ)
    assert imported == Counter(WRITTEN)
    assert copied == Counter(READ) + Counter(WRITTEN)


def test_functions_called_for_a_batch_that_is_copied(tools: Tools, watched: Proxy, filled: str) -> None:
    requests_of(
        tools, watched, "copy", "--topic", filled, "--to-topic", "copied"
    )  # what is imported counts as calls too
    with calls_here() as calls:
        requests_of(tools, watched, "copy", "--topic", filled, "--to-topic", "copied")
    assert calls.python.total() <= CALLS * BATCHES, calls.python.most_common(60)
