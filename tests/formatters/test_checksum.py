"""The formatter of checksums that are always 0."""

from kafkacli.client.chunks import Records
from kafkacli.formatters.checksum import ChecksumFormatter
from tests.formatters.records import record


def test_lines() -> None:
    assert ChecksumFormatter({}).texts(Records([record()])) == b"checksum:0\n"
    assert ChecksumFormatter({"topic": "orders"}).texts(Records([record(), record()])) == b"orders:checksum:0\n" * 2
