"""DescribeLogDirs: directories, partitions, sizes."""

import pytest

from kafkacli.wire.messages.describe_log_dirs import (
    DescribableLogDirTopic,
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
)
from tests.support.broker import RunningBroker
from tests.support.produced import batch, produce
from tests.support.raw import RawClient


@pytest.mark.parametrize("version", range(3))
def test_tells_sizes(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t", 2)
    broker.create_topic("u")
    size = len(batch(b"a"))
    with RawClient(broker.port) as client:
        produce(client, batch(b"a"), partition=1)

        def ask(topics: list[DescribableLogDirTopic] | None) -> set[tuple[str, int, int, int]]:
            response = client.ask(DescribeLogDirsRequest(topics=topics), DescribeLogDirsResponse, version)
            (found,) = response.results
            assert {topic.name for topic in found.topics} == {"t", "u"}
            assert (found.error_code, found.log_dir) == (0, str(broker.directory))
            return {
                (topic.name, part.partition_index, part.partition_size, part.offset_lag)
                for topic in found.topics
                for part in topic.partitions
            }

        assert ask(None) == {("t", 0, 0, 0), ("t", 1, size, 0), ("u", 0, 0, 0)}
        assert ask([DescribableLogDirTopic(topic="t", partition_index=[1, 5])]) == {("t", 1, size, 0)}
        assert ask([]) == set()
