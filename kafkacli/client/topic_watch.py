"""What a consumer knows of its topics: partitions and their leaders, asked for again as they age or turn out to be old."""

from __future__ import annotations

import time

from kafkacli.client.connection import ConnectFailed
from kafkacli.client.java_errors import topic_exception
from kafkacli.client.records import RecordError
from kafkacli.errors import ErrorCode, error_info
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataRequestTopic, MetadataResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.brokers import Brokers
    from kafkacli.client.records import Notice
    from kafkacli.client.tasks import Steps
    from kafkacli.client.topics import TopicPartition


class TopicWatch:
    """The topics that a consumer reads. notice: told of topics that have no leader or aren't there, as Java logs it.

    max_age_s: after so long it is asked again. retry_s: pause before it is asked again after an error.
    creates: let brokers create topics that are asked for. leaders: node and leader epoch, of partitions that have one.
    counts: partitions, of topics that are there. version: how many answers there were.
    """

    def __init__(self, brokers: Brokers, notice: Notice, *, max_age_s: float, retry_s: float, creates: bool) -> None:
        self._brokers = brokers
        self._notice = notice
        self._max_age = max_age_s
        self._retry = retry_s
        self._creates = creates
        self._topics: set[str] = set()
        self._matches: Callable[[str, bool], bool] | None = None
        self._due = 0.0
        self._not_before = 0.0
        self._said: dict[str, str] = {}
        self.leaders: dict[TopicPartition, tuple[int, int]] = {}
        self.counts: dict[str, int] = {}
        self.matched: list[str] = []
        self.version = 0

    def want(self, topics: set[str]) -> None:
        """Keep these topics in view too."""
        if not topics <= self._topics:
            self._topics |= topics
            self._due = self._not_before = 0.0

    def want_matching(self, matches: Callable[[str, bool], bool]) -> None:
        """Keep all topics in view; `matched` are those of which this, asked with name and whether it is internal, is true."""
        self._matches = matches

    def is_old(self) -> None:
        """Ask again soon: what is known has turned out to be wrong."""
        self._due = 0.0

    def keep(self) -> Steps[None]:
        """Go on asking for ever. Raises RecordError for topics that can't be read."""
        while True:
            while (now := time.monotonic()) < max(self._due, self._not_before) or not (self._topics or self._matches):
                yield None if now >= self._not_before else self._not_before
            self._due, self._not_before = now + self._max_age, now + self._retry
            try:
                yield from self._ask()
            except ConnectFailed:
                self._due = 0.0

    def _ask(self) -> Steps[None]:
        connection = yield from self._brokers.any()
        topics = None if self._matches else [MetadataRequestTopic(name=name) for name in sorted(self._topics)]
        request = MetadataRequest(topics=topics)
        if connection.version_of(MetadataRequest) >= 4:
            request.allow_auto_topic_creation = self._creates
        self._take((yield from self._brokers.ask(connection, request, MetadataResponse)))

    def _take(self, answer: MetadataResponse) -> None:
        self._brokers.links.know({broker.node_id: (broker.host, broker.port) for broker in answer.brokers})
        troubles: dict[str, str] = {}
        counts: dict[str, int] = {}
        matched: list[str] = []
        for topic in answer.topics:
            if self._matches is not None:
                if not self._matches(topic.name, topic.is_internal) and topic.name not in self._topics:
                    continue
                matched.append(topic.name)
            code = topic.error_code
            if exception := topic_exception(topic.name, code):
                if self._matches is None:
                    raise RecordError(exception)
                continue
            if code != ErrorCode.NONE:
                troubles[topic.name] = error_info(code).name
                continue
            counts[topic.name] = len(topic.partitions)
            for row in topic.partitions:
                self._take_leader((topic.name, row.partition_index), row.leader_id, row.leader_epoch)
                if row.error_code == ErrorCode.LEADER_NOT_AVAILABLE:
                    troubles[topic.name] = "LEADER_NOT_AVAILABLE"
        for partition in [each for each in self.leaders if each[0] not in counts]:
            del self.leaders[partition]
        self.counts, self.matched = counts, sorted(matched)
        self.version += 1
        self._tell(troubles)

    def _take_leader(self, partition: TopicPartition, leader: int, epoch: int) -> None:
        known = self.leaders.get(partition)
        if known is not None and known[1] > epoch >= 0:
            return  # a broker that hasn't heard of the newest leader yet
        if leader >= 0:
            self.leaders[partition] = (leader, epoch)
        else:
            self.leaders.pop(partition, None)

    def _tell(self, troubles: dict[str, str]) -> None:
        for topic, name in troubles.items():
            if self._said.get(topic) != name:
                self._notice("WARN", f"Error while fetching metadata : {{{topic}={name}}}")
        self._said = troubles
        if troubles:
            self._due = 0.0
