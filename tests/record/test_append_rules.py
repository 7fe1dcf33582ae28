"""A topic's rules for appended records: which of them need the records walked. The checks are tested where they are used."""

import pytest

from kafkacli.record.append_rules import AppendRules, check_header
from kafkacli.record.batch import InvalidRecord, Record, TimestampType, encode_batch, read_header
from kafkacli.record.errors import UnsupportedForMessageFormat


def test_records_are_walked_only_for_keys_and_timestamps() -> None:
    assert not AppendRules("t-0").walks_records
    assert not AppendRules(
        "t-0", timestamp_type=TimestampType.LOG_APPEND_TIME, timestamp_difference_max_ms=5
    ).walks_records
    assert AppendRules("t-0", timestamp_difference_max_ms=5).walks_records
    assert AppendRules("t-0", compacted=True).walks_records


def test_transactions_and_producer_ids_need_magic_2() -> None:
    rules = AppendRules("t-0", magic=1)
    records = [Record(timestamp=1)]
    transactional = read_header(encode_batch(records, producer_id=1, base_sequence=0, is_transactional=True))
    with pytest.raises(UnsupportedForMessageFormat, match="Transactional records cannot be used with magic version 1"):
        check_header(transactional, rules, True)
    idempotent = read_header(encode_batch(records, producer_id=1, base_sequence=0))
    with pytest.raises(UnsupportedForMessageFormat, match="Idempotent records cannot be used with magic version 1"):
        check_header(idempotent, rules, True)


def test_coordinators_may_write_what_clients_may_not() -> None:
    marker = read_header(encode_batch([Record()], producer_id=1, is_transactional=True, is_control=True))
    check_header(marker, AppendRules("t-0"), False)
    with pytest.raises(InvalidRecord, match="control records"):
        check_header(marker, AppendRules("t-0"), True)
