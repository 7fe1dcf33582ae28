"""What a consumer commits: behind what was handled, now and then, and before its partitions are given to others.

Source: ConsumerCoordinator of org.apache.kafka.clients.consumer.internals in 2.6.2.
"""

from __future__ import annotations

import time

from kafkacli.client.readings import Position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kafkacli.client.chunks import Run
    from kafkacli.client.fetching import Fetcher
    from kafkacli.client.group_coordinator import GroupCoordinator
    from kafkacli.client.group_member import GroupMember
    from kafkacli.client.records import Notice
    from kafkacli.client.tasks import Steps
    from kafkacli.client.topics import TopicPartition


class Commits:
    """The commits of a consumer. coordinator: of its group, None without. values: its properties by Java name.

    member: set once it is one.
    """

    def __init__(
        self, coordinator: GroupCoordinator | None, fetcher: Fetcher, values: Mapping[str, Any], notice: Notice
    ) -> None:
        self.member: GroupMember | None = None
        self._coordinator = coordinator
        self._fetcher = fetcher
        self._notice = notice
        self._is_wanted: bool = values["enable.auto.commit"] and coordinator is not None
        self._interval_s = values["auto.commit.interval.ms"] / 1000
        self._poll_s = values["max.poll.interval.ms"] / 1000
        self._due = 0.0
        self.postpone()

    def handled(self, records: Run | None) -> None:
        """Take note that what was received is handled: all of it, or only these records, which are the first ones."""
        readings = self._fetcher.readings
        if records is None:
            for reading in readings.values():
                reading.committed = reading.delivered
            return
        for partition, offset in records.last_offsets().items():
            if (one := readings.get(partition)) is not None:
                one.committed = Position(offset + 1)

    def stop_here(self) -> None:
        """Take note that no more is received: where records wait, there is no epoch, as after Java's seek."""
        for reading in self._fetcher.readings.values():
            if reading.committed is not None and self._fetcher.has_more(reading):
                reading.committed = Position(reading.committed.offset)

    def positions_of(self, offsets: Mapping[TopicPartition, int]) -> dict[TopicPartition, Position]:
        """Return offsets, of the records after the last ones that were handled, with what is known of their epochs."""
        positions = {}
        for partition, offset in offsets.items():
            reading = self._fetcher.readings.get(partition)
            delivered = None if reading is None else reading.delivered
            same = delivered is not None and delivered.offset == offset
            positions[partition] = delivered if same and delivered is not None else Position(offset)
        return positions

    def positions(self) -> dict[TopicPartition, Position]:
        """Return what is to be committed without being asked for: nothing when enable.auto.commit=false."""
        if not self._is_wanted:
            return {}
        return {
            partition: reading.committed
            for partition, reading in self._fetcher.readings.items()
            if reading.committed is not None
        }

    def postpone(self) -> None:
        """Let the next commit be due in auto.commit.interval.ms."""
        self._due = time.monotonic() + self._interval_s

    def regularly(self) -> Steps[None]:
        """Commit at intervals for ever. Raises RecordError."""
        while True:
            if (now := time.monotonic()) < self._due:
                yield self._due
                continue
            self._due = now + self._interval_s
            if self.member is None or self.member.is_stable:  # else it commits before it joins
                yield from self._commit("Asynchronous", self._due)

    def before_rebalance(self) -> Steps[None]:
        """Commit, trying for max.poll.interval.ms. Raises RecordError.

        What was taken has to be handled first, and nothing is taken before the answer has come: who has the partition next
        would be given it again.
        """
        self._fetcher.is_held = True
        try:
            while self._fetcher.is_out:
                yield None
            yield from self._commit("Synchronous", time.monotonic() + self._poll_s)
        finally:
            self._fetcher.is_held = False

    def _commit(self, how: str, deadline: float) -> Steps[None]:
        if (positions := self.positions()) and self._coordinator is not None:
            self.tell(how, (yield from self._coordinator.commit(positions, deadline)))

    def tell(self, how: str, error: str) -> None:
        """Say what came of a commit that nobody asked for."""
        if error:
            self._notice("WARN", f"{how} auto-commit of offsets failed: {error}")
