"""The formatters of the coordinators' records, against what Kafka's own classes print."""

import pytest

from kafkacli.formatters import Formatter
from kafkacli.formatters.group_metadata import GroupMetadataFormatter
from kafkacli.formatters.offsets import OffsetsFormatter
from kafkacli.formatters.transaction_log import TransactionLogFormatter
from tests.coordinator.kafka_records import KafkaRecord, kafka_records
from tests.formatters.records import record

FORMATTERS: dict[str, type[Formatter]] = {
    "offset": OffsetsFormatter,
    "group": GroupMetadataFormatter,
    "transaction": TransactionLogFormatter,
}
ALL = [found for kind in FORMATTERS for found in kafka_records(kind)]


@pytest.mark.parametrize("found", ALL, ids=range(len(ALL)))
def test_the_formatters_print_what_kafkas_print(found: KafkaRecord) -> None:
    text = FORMATTERS[found.kind]({}).text(record(found.key, found.value)).decode()
    assert text.replace("\n", "\\n") == found.formatted
