"""How many requests the tools send for many topics and groups: they may not grow with them where the protocol has lists."""

from collections.abc import Iterator

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.groups import commit_offsets
from kafkacli.wire.api_keys import ApiKey
from tests.support.broker import RunningBroker
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
