"""How large a producer's records may be. Core without IO. Source: Apache `KafkaProducer.ensureValidRecordSize` of 2.6.2."""

from __future__ import annotations

from kafkacli.client.records import ERRORS
from kafkacli.record.packing import varint_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.filling import Headers

_LENGTHS = 5 + 5 + 1  # the most that the lengths of key and value and the number of headers take
_OVERHEAD = 61 + 21  # a batch's header and the most that a record's fields take (DefaultRecord.MAX_RECORD_OVERHEAD)


class RecordLimits:
    """Sizes in bytes. max_size: of a request. memory: of all that waits. surely: key and value of so many are never too large."""

    def __init__(self, max_size: int, memory: int) -> None:
        self._max_size = max_size
        self._memory = memory
        self.surely = min(max_size, memory) - _OVERHEAD - _LENGTHS

    def refusal(self, key: bytes | None, value: bytes | None, headers: Headers) -> str:
        """Return the exception for a record that is too large, '' for another."""
        size = _OVERHEAD + _sized(key) + _sized(value) + varint_size(len(headers))
        size += sum([_sized(name.encode()) + _sized(data) for name, data in headers])
        for limit, what in (
            (self._max_size, f"{self._max_size}, which is the value of the max.request.size configuration."),
            (self._memory, "the total memory buffer you have configured with the buffer.memory configuration."),
        ):
            if size > limit:
                return (
                    f"{ERRORS}RecordTooLargeException: The message is {size} bytes when serialized which is larger than "
                    f"{what}"
                )
        return ""


def _sized(data: bytes | None) -> int:
    """Return how many bytes a key or a value takes in a record, the varint of its length included."""
    return 1 if data is None else len(data) + varint_size(len(data))
