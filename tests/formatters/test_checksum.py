"""The formatter of checksums that are always 0."""

from kafkacli.formatters.checksum import ChecksumFormatter
from tests.formatters.records import record


def test_lines() -> None:
    assert ChecksumFormatter({}).texts([record()]) == b"checksum:0\n"
    assert ChecksumFormatter({"topic": "orders"}).texts([record(), record()]) == b"orders:checksum:0\n" * 2
