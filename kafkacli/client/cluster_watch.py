"""Keeps what a client knows of its cluster up to date: it is asked for again as it ages, or turns out to be wrong.

Source: Apache `Metadata` and `NetworkClient.DefaultMetadataUpdater` of 2.6.2.
"""

from __future__ import annotations

from kafkacli.client.link import decoded
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataRequestTopic, MetadataResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.cluster_view import ClusterView
    from kafkacli.client.links import Links

_NEVER = 3600.0  # seconds
_RELIABLE_EPOCHS = 9  # version of Metadata: brokers before 2.4 told old ones while replicas moved (KAFKA-9212)


class ClusterWatch:
    """Asks over a connection for `purpose`. Times in seconds. taken: told of the number of an answer, once the view has it.

    max_age_s: after so long it is asked again. retry_s: pause before it is asked again. timeout_s: for an answer.
    creates: let brokers create topics that are asked for.
    """

    def __init__(
        self,
        view: ClusterView,
        links: Links,
        taken: Callable[[int], None],
        *,
        purpose: str,
        max_age_s: float,
        retry_s: float,
        timeout_s: float,
        creates: bool,
    ) -> None:
        self.view = view
        self._links = links
        self._taken = taken
        self._purpose = purpose
        self._max_age_s = max_age_s
        self._retry_s = retry_s
        self._timeout_s = timeout_s
        self._creates = creates
        self._due = 0.0
        self._not_before = 0.0
        self._is_asking = False

    def want(self, topics: set[str]) -> None:
        """Keep these topics in view too; new ones are asked for at once."""
        if not topics <= self.view.wanted:
            self.view.wanted |= topics
            self._due = self._not_before = 0.0

    def is_old(self) -> None:
        """Ask again soon: what is known has turned out to be wrong."""
        self._due = 0.0

    def look_after(self, now: float) -> float:
        """Ask when it is time. Returns the seconds until then."""
        if self._is_asking:
            return _NEVER
        due = max(self._due, self._not_before)
        if now < due:
            return due - now
        view = self.view
        if not view.wanted and view.matches is None:
            return _NEVER
        link = self._links.any(now, self._purpose)
        if link is None:
            return self._links.any_delay(now, self._purpose)
        topics = None if view.matches is not None else [MetadataRequestTopic(name=name) for name in sorted(view.wanted)]
        request = MetadataRequest(topics=topics)
        if link.version_of(MetadataRequest) >= 4:
            request.allow_auto_topic_creation = self._creates
        self._due, self._not_before = now + self._max_age_s, now + self._retry_s
        self._is_asking = True
        link.send(request, self._take, self._timeout_s)
        return _NEVER

    def _take(self, frame: memoryview | None, version: int) -> None:
        self._is_asking = False
        due, self._due = self._due, 0.0
        if frame is None:
            return
        is_well = self.view.take(decoded(MetadataResponse, frame, version), has_epochs=version >= _RELIABLE_EPOCHS)
        self._links.know(self.view.brokers)
        self._taken(self.view.version)
        if is_well:
            self._due = due
