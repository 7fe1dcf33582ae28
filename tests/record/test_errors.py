"""The errors of record bytes carry Kafka's codes."""

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.record import errors


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.RecordError, ErrorCode.UNKNOWN_SERVER_ERROR),
        (errors.CorruptRecord, ErrorCode.CORRUPT_MESSAGE),
        (errors.InvalidRecord, ErrorCode.INVALID_RECORD),
        (errors.UnsupportedCompression, ErrorCode.UNSUPPORTED_COMPRESSION_TYPE),
        (errors.UnsupportedForMessageFormat, ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT),
        (errors.RecordTooLarge, ErrorCode.MESSAGE_TOO_LARGE),
    ],
)
def test_codes(kind: type[errors.RecordError], code: ErrorCode) -> None:
    error = kind("what is wrong")
    assert isinstance(error, ApiError)
    assert (error.code, str(error)) == (code, "what is wrong")


def test_rejected_records_are_named_one_by_one() -> None:
    rejected = errors.RecordsRejected(((1, "no key"),), invalid_timestamp=False)
    assert (rejected.code, rejected.record_errors) == (ErrorCode.INVALID_RECORD, ((1, "no key"),))
    assert errors.RecordsRejected((), invalid_timestamp=True).code == ErrorCode.INVALID_TIMESTAMP
