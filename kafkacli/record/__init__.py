"""Record batches, bytes to values and back: no IO, no clock."""
