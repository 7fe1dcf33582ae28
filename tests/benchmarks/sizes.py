"""Tools on a large cluster, the real Kafka 2.6.2: many topics listed and described, their log directories, the lag of many groups."""

import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from kafkacli.client.connect import connect
from kafkacli.client.groups import commit_offsets
from tests.benchmarks import programs
from tests.benchmarks.client import wait_for_leaders
from tests.benchmarks.clusters import Apache
from tests.benchmarks.measure import Row
from tests.benchmarks.programs import Run, apaches, ours, run

TOPICS, PARTITIONS, GROUPS = 2000, 10, 200
_AT_ONCE = 10  # topics: a broker makes the files of all of them before it answers
_SPARE = 1500  # files that a broker keeps open besides its segments
_TOOLS = {
    "kafka-topics.sh": (("--list",), ("--describe",)),
    "kafka-log-dirs.sh": (("--describe",),),
    "kafka-consumer-groups.sh": (("--list",), ("--describe", "--all-groups", "--timeout", "60000")),
}


def topic_count(scale: float) -> int:
    """How many topics there may be: no more than a broker may open files for."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return max(10, min(int(TOPICS * scale), (allowed - _SPARE) // PARTITIONS))


def _fill(cluster: Apache, topics: int, groups: int) -> None:
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": cluster.bootstrap})
    names = [f"topic-{number:04}" for number in range(topics)]
    for start in range(0, topics, _AT_ONCE):
        wanted = [NewTopic(name, PARTITIONS, 1) for name in names[start : start + _AT_ONCE]]
        for done in admin.create_topics(wanted, operation_timeout=60, request_timeout=120).values():
            done.result()
    wait_for_leaders(cluster.port, names[-1], PARTITIONS)
    with connect(cluster.bootstrap) as client:
        for group in range(groups):
            read = [names[(group * 5 + more) % topics] for more in range(5)]
            offsets = {(name, index): 0 for name in read for index in range(PARTITIONS)}
            commit_offsets(client, f"group-{group:03}", offsets)


def _lines(expected: set[int], command: list[str]) -> Run:
    done = run(command)
    expected.add(done.lines)
    if len(expected) > 1:
        raise RuntimeError(f"{command}: {done.lines} lines, not {expected - {done.lines}}")
    return done


@contextmanager
def rows(scale: float) -> Iterator[list[Row]]:
    """The rows; scale: the share of the full number of topics and groups."""
    topics, groups = topic_count(scale), max(5, int(GROUPS * scale))
    with tempfile.TemporaryDirectory() as name:
        cluster = Apache(Path(name), {"num.io.threads": "8"})
        cluster.start()
        try:
            _fill(cluster, topics, groups)
            found = []
            for script, actions in _TOOLS.items():
                for action in actions:
                    words = (script, "--bootstrap-server", cluster.bootstrap, *action)
                    expected: set[int] = set()
                    found += programs.rows(
                        f"`{script} {' '.join(action[:2])}`, {topics:,} topics with {PARTITIONS} partitions, {groups} groups",
                        partial(_lines, expected, ours(*words)),
                        partial(_lines, expected, apaches(*words)),
                        target=3,
                    )
            yield found
        finally:
            cluster.stop()
