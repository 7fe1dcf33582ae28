"""What fetches hear of partitions that they have read to the end: made once, given again until anything about them changes.

A consumer of a thousand partitions names them all in each fetch, of which few have something new.
"""

from kafkacli.replica.partition import LeadershipState, Partition
from kafkacli.wire.messages.fetch import FetchablePartitionResponse, FetchPartition

Key = tuple[str, int]


class IdleAnswers:
    """The answers for readers of committed records only, or for all others. Who gets one may not change it.

    known: those that may still hold, with the leadership under which they were made.
    """

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[Key, tuple[LeadershipState, FetchablePartitionResponse]] = {}

    def find(self, key: Key, partition: Partition, asked: FetchPartition) -> FetchablePartitionResponse | None:
        """Return the answer for a partition that is known, None where it holds no more."""
        state, told = self.known[key]
        log = partition.log
        if (
            partition.state is state
            and asked.fetch_offset == log.log_end_offset == told.high_watermark == log.high_watermark
            and log.log_start_offset == told.log_start_offset
            and (asked.current_leader_epoch < 0 or asked.current_leader_epoch == state.leader_epoch)
        ):
            return told
        return None

    def keep(self, key: Key, partition: Partition, told: FetchablePartitionResponse) -> None:
        """Remember an answer without records and errors, if the partition is led here and the log has nothing more."""
        if partition.is_leader and told.high_watermark == told.last_stable_offset == partition.log.log_end_offset:
            self.known[key] = (partition.state, told)

    def forget(self, key: Key) -> None:
        """Forget a partition that is here no more."""
        self.known.pop(key, None)
