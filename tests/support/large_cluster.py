"""A cluster of as many topics as one likes, which exists in its answers only: how tools stand sizes that no test could make."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    AlterPartitionReassignmentsResponse,
    ReassignablePartitionResponse,
    ReassignableTopicResponse,
)
from kafkacli.wire.messages.delete_records import (
    DeleteRecordsPartitionResult,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopicResult,
)
from kafkacli.wire.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
    DescribeConfigsResult,
)
from kafkacli.wire.messages.describe_groups import DescribedGroup, DescribeGroupsRequest, DescribeGroupsResponse
from kafkacli.wire.messages.describe_log_dirs import (
    DescribeLogDirsPartition,
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
    DescribeLogDirsResult,
    DescribeLogDirsTopic,
)
from kafkacli.wire.messages.list_groups import ListedGroup, ListGroupsRequest, ListGroupsResponse
from kafkacli.wire.messages.list_offsets import (
    ListOffsetPartitionResponse,
    ListOffsetRequest,
    ListOffsetResponse,
    ListOffsetTopicResponse,
)
from kafkacli.wire.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)
from kafkacli.wire.messages.metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)
from kafkacli.wire.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchResponse,
    OffsetFetchResponsePartition,
    OffsetFetchResponseTopic,
)
from kafkacli.wire.schema import Message
from tests.support.scripted_broker import framed, read_request, scripted_broker, versions_answer

PARTITIONS = 10
CONFIGS = 25
_READ = 5  # topics that a group reads
_MEASURED = """
import sys
from pathlib import Path
from kafkacli.app import find_subcommand, run_tool
from kafkacli import console
status = run_tool(find_subcommand(sys.argv[1]), sys.argv[1], sys.argv[2:])
try:
    peak = int(next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line).split()[1])
except OSError:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
sys.stdout.flush()
print(peak, file=sys.stderr)
sys.exit(status)
"""


class LargeCluster:
    """One broker, on `port`, with `topics` topics and `groups` groups. counts: the requests it got.

    slow: seconds that answers about configurations, and changes, take.
    """

    def __init__(self, topics: int, groups: int = 0) -> None:
        self.names = [f"topic-{number:05}" for number in range(topics)]
        self.groups = [f"group-{number:05}" for number in range(groups)]
        self.counts: Counter[ApiKey] = Counter()
        self.port = 0
        self.slow = 0.0

    def answer(self, key: int, version: int, request: bytes) -> bytes | None:
        """Answer as `scripted_broker` wants it."""
        self.counts[ApiKey(key)] += 1
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, *_ANSWERS)
        kind, make = next((kind, make) for kind, make in _ANSWERS.items() if kind.api_key == key)
        return framed(make(self, read_request(request, kind)), version, request)

    def metadata(self, request: Any) -> Message:
        asked = self.names if request.topics is None else [topic.name for topic in request.topics]
        broker = MetadataResponseBroker(node_id=0, host="127.0.0.1", port=self.port)
        topics = [MetadataResponseTopic(name=name, partitions=_PARTITIONS) for name in asked]
        return MetadataResponse(brokers=[broker], controller_id=0, topics=topics)

    def configs(self, request: Any) -> Message:
        time.sleep(self.slow)
        rows = [
            DescribeConfigsResourceResult(
                name=f"some.name.{number}", value=str(number), config_source=5 - 4 * (not number)
            )
            for number in range(CONFIGS)
        ]
        results = [
            DescribeConfigsResult(resource_type=2, resource_name=resource.resource_name, configs=rows)
            for resource in request.resources
        ]
        return DescribeConfigsResponse(results=results)

    def reassignments(self, _request: Any) -> Message:
        return ListPartitionReassignmentsResponse()

    def reassigned(self, request: Any) -> Message:
        time.sleep(self.slow)
        return AlterPartitionReassignmentsResponse(
            error_message=None,
            responses=[
                ReassignableTopicResponse(
                    name=topic.name,
                    partitions=[
                        ReassignablePartitionResponse(partition_index=row.partition_index, error_message=None)
                        for row in topic.partitions
                    ],
                )
                for topic in request.topics
            ],
        )

    def deleted(self, request: Any) -> Message:
        time.sleep(self.slow)
        topics = [
            DeleteRecordsTopicResult(
                name=topic.name,
                partitions=[
                    DeleteRecordsPartitionResult(partition_index=row.partition_index, low_watermark=1)
                    for row in topic.partitions
                ],
            )
            for topic in request.topics
        ]
        return DeleteRecordsResponse(topics=topics)

    def log_dirs(self, _request: Any) -> Message:
        rows = [DescribeLogDirsPartition(partition_index=index, partition_size=1) for index in range(PARTITIONS)]
        topics = [DescribeLogDirsTopic(name=name, partitions=rows) for name in reversed(self.names)]
        return DescribeLogDirsResponse(results=[DescribeLogDirsResult(log_dir="/data", topics=topics)])

    def offsets(self, request: Any) -> Message:
        topics = [
            ListOffsetTopicResponse(
                name=topic.name,
                partitions=[
                    ListOffsetPartitionResponse(partition_index=row.partition_index, offset=5)
                    for row in topic.partitions
                ],
            )
            for topic in request.topics
        ]
        return ListOffsetResponse(topics=topics)

    def listed_groups(self, _request: Any) -> Message:
        return ListGroupsResponse(groups=[ListedGroup(group_id=name, protocol_type="consumer") for name in self.groups])

    def described_groups(self, request: Any) -> Message:
        rows = [DescribedGroup(group_id=name, group_state="Empty", protocol_type="consumer") for name in request.groups]
        return DescribeGroupsResponse(groups=rows)

    def committed(self, request: Any) -> Message:
        first = _READ * self.groups.index(request.group_id)
        rows = [OffsetFetchResponsePartition(partition_index=index, committed_offset=3) for index in range(PARTITIONS)]
        read = [self.names[number % len(self.names)] for number in range(first, first + _READ)]
        return OffsetFetchResponse(topics=[OffsetFetchResponseTopic(name=name, partitions=rows) for name in read])


_PARTITIONS = [
    MetadataResponsePartition(partition_index=index, leader_id=0, replica_nodes=[0], isr_nodes=[0])
    for index in range(PARTITIONS)
]
_ANSWERS: dict[type[Message], Callable[[LargeCluster, Any], Message]] = {
    MetadataRequest: LargeCluster.metadata,
    DescribeConfigsRequest: LargeCluster.configs,
    ListPartitionReassignmentsRequest: LargeCluster.reassignments,
    AlterPartitionReassignmentsRequest: LargeCluster.reassigned,
    DeleteRecordsRequest: LargeCluster.deleted,
    DescribeLogDirsRequest: LargeCluster.log_dirs,
    ListOffsetRequest: LargeCluster.offsets,
    ListGroupsRequest: LargeCluster.listed_groups,
    DescribeGroupsRequest: LargeCluster.described_groups,
    OffsetFetchRequest: LargeCluster.committed,
}


@contextmanager
def large_cluster(topics: int, groups: int = 0) -> Iterator[LargeCluster]:
    """A cluster that answers."""
    made = LargeCluster(topics, groups)
    with scripted_broker(made.answer) as made.port:
        yield made


class Measured(NamedTuple):
    """What came of a run. peak: KiB of memory that it had at most."""

    status: int
    lines: int
    peak: int


def measure(script: str, *arguments: str) -> Measured:
    """Run a tool in a process of its own, and look how much memory it needs."""
    command = [sys.executable, "-c", _MEASURED, script, *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return Measured(done.returncode, done.stdout.count("\n"), int(done.stderr.splitlines()[-1]))
