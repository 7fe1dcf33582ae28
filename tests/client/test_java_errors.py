"""Errors as a Java future shows them."""

import pytest

from kafkacli.client.cluster import CallTimedOut, ClientFailure
from kafkacli.client.java_errors import (
    ADMIN_COMMAND_FAILED,
    Thrown,
    cause_text,
    message_text,
    thrown_text,
    topic_exception,
    trace_text,
)
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.primitives import WireError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            ApiError(ErrorCode.GROUP_ID_NOT_FOUND),
            "org.apache.kafka.common.errors.GroupIdNotFoundException: The group id does not exist.",
        ),
        (
            ApiError(ErrorCode.INVALID_PARTITIONS, "Too few."),
            "org.apache.kafka.common.errors.InvalidPartitionsException: Too few.",
        ),
        (CallTimedOut("Too late."), "org.apache.kafka.common.errors.TimeoutException: Too late."),
        (WireError("Too old."), "org.apache.kafka.common.errors.UnsupportedVersionException: Too old."),
        (ClientFailure("No way."), "org.apache.kafka.common.KafkaException: No way."),
        (ValueError("no number"), "no number"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
)
def test_causes_have_class_and_message(error: Exception, text: str) -> None:
    assert cause_text(error) == text


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (Thrown(ADMIN_COMMAND_FAILED, "no such file"), "kafka.common.AdminCommandFailedException: no such file"),
        (ValueError("no number"), "java.lang.IllegalArgumentException: no number"),
        (CallTimedOut("Too late."), "org.apache.kafka.common.errors.TimeoutException: Too late."),
    ],
)
def test_what_is_thrown_has_class_and_message(error: Exception, text: str) -> None:
    assert thrown_text(error) == text


def test_what_comes_out_of_a_future_is_wrapped() -> None:
    cause = "org.apache.kafka.common.errors.TimeoutException: Too late."
    late, thrown = CallTimedOut("Too late."), Thrown(ADMIN_COMMAND_FAILED, "no such file")
    assert (message_text(late), message_text(thrown)) == (cause, "no such file")
    assert trace_text(late) == f"java.util.concurrent.ExecutionException: {cause}"
    assert trace_text(thrown) == thrown_text(thrown)


def test_a_file_that_can_not_be_read_is_its_name() -> None:
    error: OSError = FileNotFoundError(2, "No such file or directory", "/none")
    assert (message_text(error), trace_text(error)) == ("/none", "java.nio.file.NoSuchFileException: /none")
    error = PermissionError(13, "Permission denied", "/none")
    assert thrown_text(error) == "java.nio.file.AccessDeniedException: /none"


def test_errors_of_topics() -> None:
    errors = "org.apache.kafka.common.errors."
    assert (
        topic_exception("t", ErrorCode.INVALID_TOPIC_EXCEPTION) == f"{errors}InvalidTopicException: Invalid topics: [t]"
    )
    assert topic_exception("t", ErrorCode.TOPIC_AUTHORIZATION_FAILED) == (
        f"{errors}TopicAuthorizationException: Not authorized to access topics: [t]"
    )
    assert topic_exception("t", ErrorCode.LEADER_NOT_AVAILABLE) == ""
