"""The transaction index, `<base offset>.txnindex`: the aborted transactions whose markers lie in the segment.

    file:  entry*
    entry: version (int16, 0; Kafka looks at its first byte only), producer id (int64), first offset (int64),
           last offset (int64, the marker's), last stable offset (int64, when the marker was written)

The file is made with its first entry (Kafka's TransactionIndex.scala, KIP-98).
"""

from struct import Struct
from typing import NamedTuple

from kafkacli.log.filesystem import FileSystem, read_file, write_all
from kafkacli.log.index_file import CorruptIndex

_ENTRY = Struct(">bxqqqq")
_VERSION = 0


class AbortedTransaction(NamedTuple):
    """One aborted transaction: offsets of its first record and of its marker, and the stable end at that moment."""

    producer_id: int
    first_offset: int
    last_offset: int
    last_stable_offset: int


def decode_transactions(data: bytes) -> list[AbortedTransaction]:
    """Return the entries of a file's bytes; a torn last entry is left out. CorruptIndex for an unknown version."""
    found = []
    for position in range(0, len(data) - _ENTRY.size + 1, _ENTRY.size):
        version, *fields = _ENTRY.unpack_from(data, position)
        if version > _VERSION:
            raise CorruptIndex(
                f"Unexpected aborted transaction version {version} in transaction index, current version is {_VERSION}"
            )
        found.append(AbortedTransaction(*fields))
    return found


class TransactionIndex:
    """The aborted transactions of a segment."""

    __slots__ = ("_damage", "_filesystem", "base_offset", "path", "transactions")

    def __init__(self, filesystem: FileSystem, path: str, base_offset: int) -> None:
        """Read the file if there is one; of one that makes no sense `check` tells."""
        self._filesystem = filesystem
        self.path = path
        self.base_offset = base_offset
        self.transactions: list[AbortedTransaction] = []
        self._damage: CorruptIndex | None = None
        if filesystem.exists(path):
            try:
                self.transactions = decode_transactions(read_file(filesystem, path))
            except CorruptIndex as error:
                self._damage = error

    def append(self, transaction: AbortedTransaction) -> None:
        """Add a transaction; its last offset is larger than all before."""
        handle = self._filesystem.open(self.path, create=True)
        try:
            write_all(
                self._filesystem, handle, _ENTRY.pack(_VERSION, *transaction), len(self.transactions) * _ENTRY.size
            )
        finally:
            self._filesystem.close(handle)
        self.transactions.append(transaction)

    def collect(self, offset: int, upper_bound: int) -> tuple[list[AbortedTransaction], bool]:
        """Return the transactions that overlap `offset` (inclusive) to `upper_bound` (exclusive), and if that is all.

        When it is not, the next segment's index may have more.
        """
        found = []
        for transaction in self.transactions:
            if transaction.last_offset >= offset and transaction.first_offset < upper_bound:
                found.append(transaction)
            if transaction.last_stable_offset >= upper_bound:
                return found, True
        return found, False

    def truncate_to(self, offset: int) -> None:
        """Forget the transactions whose markers lie at or beyond `offset`."""
        self._keep([transaction for transaction in self.transactions if transaction.last_offset < offset])

    def reset(self) -> None:
        """Forget every transaction."""
        self._keep([])

    def _keep(self, transactions: list[AbortedTransaction]) -> None:
        self.transactions = transactions
        self._damage = None
        if self._filesystem.exists(self.path):
            handle = self._filesystem.open(self.path)
            try:
                self._filesystem.truncate(handle, len(transactions) * _ENTRY.size)
            finally:
                self._filesystem.close(handle)

    def check(self) -> None:
        """Raise CorruptIndex when an entry is of an unknown version, or a marker lies before the segment."""
        if self._damage is not None:
            raise self._damage
        for transaction in self.transactions:
            if transaction.last_offset < self.base_offset:
                raise CorruptIndex(
                    f"Last offset of aborted transaction {transaction} in index {self.path} is less than start offset "
                    f"{self.base_offset}"
                )

    def rename(self, path: str) -> None:
        """Move the file if there is one."""
        if self._filesystem.exists(self.path):
            self._filesystem.rename(self.path, path)
        self.path = path
