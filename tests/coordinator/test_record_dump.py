"""The coordinators' records as the log dump shows them, against what Kafka's own classes print."""

import pytest

from kafkacli.coordinator.record_dump import dump_group_record, dump_transaction_record
from kafkacli.wire.primitives import WireError
from tests.coordinator.kafka_records import KafkaRecord, kafka_records

ALL = [record for kind in ("offset", "group", "transaction") for record in kafka_records(kind)]


@pytest.mark.parametrize("record", ALL, ids=range(len(ALL)))
def test_the_dumps_are_kafkas(record: KafkaRecord) -> None:
    dump = dump_transaction_record if record.kind == "transaction" else dump_group_record
    assert dump(record.key, record.value) == record.dumped


def test_a_dump_needs_a_key() -> None:
    for dump in (dump_group_record, dump_transaction_record):
        with pytest.raises(WireError):
            dump(None, b"")
