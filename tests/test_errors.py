"""The error table: Kafka's numbers and texts, and codes that aren't in it."""

import pytest

from kafkacli.errors import ApiError, ErrorCode, error_info


@pytest.mark.parametrize(
    ("code", "name", "exception", "retriable", "message"),
    [
        (-1, "UNKNOWN_SERVER_ERROR", "UnknownServerException", False, "The server experienced an unexpected error"),
        (0, "NONE", "", False, ""),
        (3, "UNKNOWN_TOPIC_OR_PARTITION", "UnknownTopicOrPartitionException", True, "This server does not host this"),
        (36, "TOPIC_ALREADY_EXISTS", "TopicExistsException", False, "Topic with this name already exists."),
    ],
)
def test_rows_are_kafkas(code: int, name: str, exception: str, retriable: bool, message: str) -> None:
    info = error_info(code)
    assert info[:4] == (code, name, exception, retriable)
    assert info.message.startswith(message)


def test_every_code_has_a_row() -> None:
    assert [error_info(code).name for code in ErrorCode] == [code.name for code in ErrorCode]
    assert sorted(ErrorCode) == list(range(-1, len(ErrorCode) - 1))


def test_an_unknown_code_keeps_its_number() -> None:
    info = error_info(12345)
    assert (info.code, info.name, info.exception) == (12345, "UNKNOWN_CODE_12345", "UnknownServerException")


def test_an_error_reads_as_its_own_message_or_the_tables() -> None:
    assert str(ApiError(ErrorCode.TOPIC_ALREADY_EXISTS)) == "Topic with this name already exists."
    assert str(ApiError(ErrorCode.TOPIC_ALREADY_EXISTS, "Topic 't' already exists.")) == "Topic 't' already exists."
    assert ApiError(36).info.exception == "TopicExistsException"
