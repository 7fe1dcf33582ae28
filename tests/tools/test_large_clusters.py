"""20,000 partitions: as few requests as the answers allow, and no more memory than for some: output streams, documents too."""

import pytest

from kafkacli.client.ahead import LANES
from kafkacli.client.topics import AT_ONCE
from kafkacli.wire.api_keys import ApiKey
from tests.support.large_cluster import PARTITIONS, large_cluster, measure

TOPICS, GROUPS = 2000, 200
SLICES = TOPICS // AT_ONCE
MORE_KIB = 6 << 10  # what a run may need beyond the least; all partitions as objects are 20 to 40 MiB
CASES: dict[str, tuple[int, dict[ApiKey, int]]] = {  # lines of output, requests
    "kafka-topics --list": (TOPICS, {ApiKey.METADATA: 1}),
    "kafka-topics --describe": (
        TOPICS * (PARTITIONS + 1),
        {ApiKey.METADATA: 1, ApiKey.DESCRIBE_CONFIGS: SLICES, ApiKey.LIST_PARTITION_REASSIGNMENTS: 1},
    ),
    "kafka-log-dirs --describe": (3, {ApiKey.METADATA: 1, ApiKey.DESCRIBE_LOG_DIRS: 1}),
    "kafka-get-offsets": (TOPICS * PARTITIONS, {ApiKey.METADATA: 1, ApiKey.LIST_OFFSETS: SLICES}),
    "kafka-configs --describe --entity-type topics": (
        TOPICS * 2,
        {ApiKey.METADATA: 1, ApiKey.DESCRIBE_CONFIGS: SLICES},
    ),
    "kafka-consumer-groups --describe --all-groups": (
        GROUPS * (2 + 5 * PARTITIONS),
        {
            ApiKey.METADATA: 3,  # the brokers, and the leaders of what each hundred groups read
            ApiKey.LIST_GROUPS: 1,
            ApiKey.DESCRIBE_GROUPS: 1,
            ApiKey.OFFSET_FETCH: GROUPS,
            ApiKey.LIST_OFFSETS: 2,
        },
    ),
}
DOCUMENTS = {  # lines
    "kafka-topics --describe --output json": TOPICS + 2,
    "kafka-log-dirs --describe --output yaml": TOPICS * PARTITIONS * 5 + 4,
    "kafka-get-offsets --output yaml": TOPICS * PARTITIONS * 3,
    "kafka-consumer-groups --describe --all-groups --output json": GROUPS * 5 * PARTITIONS + 2,
}


@pytest.fixture(scope="module")
def least() -> int:
    """KiB that a run needs which hears of next to nothing."""
    with large_cluster(1) as cluster:
        return measure("kafka-topics", "--bootstrap-server", f"127.0.0.1:{cluster.port}", "--list").peak


@pytest.mark.parametrize("words", CASES)
def test_memory_and_requests(words: str, least: int) -> None:
    script, *arguments = words.split()
    lines, requests = CASES[words]
    with large_cluster(TOPICS, GROUPS) as cluster:
        done = measure(script, "--bootstrap-server", f"127.0.0.1:{cluster.port}", *arguments)
    assert (done.status, done.lines) == (0, lines)
    connections = 1 + LANES * (ApiKey.DESCRIBE_CONFIGS in requests)  # brokers take long for these: side by side, then
    assert cluster.counts == {ApiKey.API_VERSIONS: connections, **requests}
    assert done.peak - least < MORE_KIB


@pytest.mark.parametrize("words", DOCUMENTS)
def test_memory_of_documents(words: str, least: int) -> None:
    script, *arguments = words.split()
    with large_cluster(TOPICS, GROUPS) as cluster:
        done = measure(script, "--bootstrap-server", f"127.0.0.1:{cluster.port}", *arguments)
    assert (done.status, done.lines) == (0, DOCUMENTS[words])
    assert done.peak - least < MORE_KIB
