"""How the Java client's errors read, for the scripts that print what one of its futures threw."""

from __future__ import annotations

from kafkacli.client.cluster import CallTimedOut, ClientFailure
from kafkacli.client.connection import AuthenticationFailed
from kafkacli.console import reason
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.primitives import WireError

_PACKAGE = "org.apache.kafka.common.errors"
ADMIN_COMMAND_FAILED = "kafka.common.AdminCommandFailedException"
ADMIN_OPERATION = "kafka.admin.AdminOperationException"
_OF_FUTURES = (ApiError, CallTimedOut, WireError, ClientFailure, AuthenticationFailed)
_OF_FILES: dict[type[OSError], str] = {
    FileNotFoundError: "java.nio.file.NoSuchFileException",
    PermissionError: "java.nio.file.AccessDeniedException",
}


class Thrown(Exception):
    """What the original itself throws: str() is the message alone, `exception` the Java class."""

    def __init__(self, exception: str, message: str) -> None:
        super().__init__(message)
        self.exception = exception


def cause_text(error: Exception) -> str:
    """Return an error as the message of an ExecutionException shows its cause: class, then message."""
    if isinstance(error, ApiError):
        return f"{_PACKAGE}.{error.info.exception}: {error}"
    if isinstance(error, AuthenticationFailed):
        return f"{_PACKAGE}.{error.exception_name}: {error.java_text}"
    if isinstance(error, CallTimedOut):
        return f"{_PACKAGE}.TimeoutException: {error}"
    if isinstance(error, WireError):  # the broker lacks an API, or what this request needs of it
        return f"{_PACKAGE}.UnsupportedVersionException: {error}"
    if isinstance(error, ClientFailure):
        return f"org.apache.kafka.common.KafkaException: {error}"
    return reason(error)


def topic_exception(topic: str, code: int) -> str:
    """Return the exception that an error of a topic's metadata means to a client, "" for those after which it tries again."""
    if code == ErrorCode.INVALID_TOPIC_EXCEPTION:
        return f"{_PACKAGE}.InvalidTopicException: Invalid topics: [{topic}]"
    if code == ErrorCode.TOPIC_AUTHORIZATION_FAILED:
        return f"{_PACKAGE}.TopicAuthorizationException: Not authorized to access topics: [{topic}]"
    return ""


def thrown_text(error: Exception) -> str:
    """Return an error as Java's `Throwable.toString` shows what a tool threw itself."""
    exception = getattr(error, "exception", None)  # of those that know their Java class
    if exception is not None:
        return f"{exception}: {error}"
    if isinstance(error, ValueError):
        return f"java.lang.IllegalArgumentException: {error}"
    if isinstance(error, OSError) and type(error) in _OF_FILES:
        return f"{_OF_FILES[type(error)]}: {error.filename}"
    return cause_text(error)


def message_text(error: Exception) -> str:
    """Return what Java's `getMessage` gives of what a tool threw itself or got out of a future."""
    if isinstance(error, OSError) and type(error) in _OF_FILES:
        return str(error.filename)
    return cause_text(error) if isinstance(error, _OF_FUTURES) else str(error)


def trace_text(error: Exception) -> str:
    """Return the first line of the stack trace that Java prints of such an error."""
    if isinstance(error, _OF_FUTURES):
        return f"java.util.concurrent.ExecutionException: {cause_text(error)}"
    return thrown_text(error)
