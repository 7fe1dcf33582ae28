"""Logs that were deleted: their renamed directories, until their delay is over, and checkpoints that still name them.

The checkpoints of a directory name all of its logs: written again for each of many logs deleted at once, as Kafka does, they
would cost the square of the number.
"""

from kafkacli.log.offset_checkpoint import TopicPartition


class DeletedLogs:
    """What is left to do about them."""

    __slots__ = ("_due", "_outdated")

    def __init__(self) -> None:
        self._due: list[tuple[int, str]] = []  # when it is to be removed, and the renamed directory
        self._outdated: dict[str, set[TopicPartition]] = {}  # by log directory

    def add(self, path: str, due_ms: int) -> None:
        """Remember a renamed directory that is to be removed then."""
        self._due.append((due_ms, path))

    def take_due(self, now_ms: int) -> list[str]:
        """Return the directories whose delay is over, and forget them."""
        due = [path for due_ms, path in self._due if due_ms <= now_ms]
        self._due = [entry for entry in self._due if entry[0] > now_ms]
        return due

    def outdate(self, directory: str, key: TopicPartition) -> None:
        """Note that the checkpoints of a log directory name a log which isn't there any more."""
        self._outdated.setdefault(directory, set()).add(key)

    def is_named(self, key: TopicPartition) -> bool:
        """Whether a checkpoint may still name a deleted log of this name: after a crash a new one would be taken for it."""
        return any(key in keys for keys in self._outdated.values())

    def take_outdated(self) -> dict[str, set[TopicPartition]]:
        """Return the log directories whose checkpoints have to be written, and what they shouldn't name; forget them."""
        outdated, self._outdated = self._outdated, {}
        return outdated

    def forget(self, directory: str) -> None:
        """Leave a log directory alone that has failed."""
        self._due = [entry for entry in self._due if entry[1].rpartition("/")[0] != directory]
        self._outdated.pop(directory, None)
