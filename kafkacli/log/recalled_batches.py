"""Which batches a producer had sent before its last one, read again from the log.

A snapshot has the last batch of each producer only, and after a crash all state comes from snapshots. But a client that was
cut off sends everything again that it has no answer for, up to five batches, and the first of them may be in the log. Kafka
answers it with OUT_OF_ORDER_SEQUENCE_NUMBER, which ends a producer or makes it write the batch twice; here it is known.
"""

from typing import Final

from kafkacli.log.producer_state import ProducerState
from kafkacli.log.segments import Segments

RECALLED_BYTES: Final = 5 * 1024 * 1024  # as many batches of the largest usual size as a producer has on the way
_SCAN_CHUNK: Final = 1024 * 1024


def recall_batches(segments: Segments, state: ProducerState) -> None:
    """Let the producers' entries know the batches that end the log, at most RECALLED_BYTES of them."""
    left = RECALLED_BYTES
    for segment in reversed(list(segments)):
        if left <= 0 or state.is_empty:
            return
        start = segment.offset_index.lookup_position(max(segment.size - left, 0)).position
        left -= segment.size - start
        headers = [header for _, header in segment.batches(start, chunk_bytes=_SCAN_CHUNK)]
        for header in reversed(headers):
            if header.producer_id >= 0 and not header.is_control and header.base_offset < state.end_offset:
                state.recall(header)
