"""The disk's errors as a client hears of them: KAFKA_STORAGE_ERROR, after the log's directory was told on."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from kafkacli.errors import ApiError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Guarded(Protocol):
    """A log that knows what an error of the disk means."""

    def storage_error(self, doing: str, error: OSError) -> ApiError:
        """Take note of the error; return what to raise. doing: as Kafka's log says it, up to the partition's name."""


Log = TypeVar("Log", bound=Guarded)
Method = Callable[Concatenate[Log, Arguments], Result]


def guarded(doing: str) -> Callable[[Method[Log, Arguments, Result]], Method[Log, Arguments, Result]]:
    """Decorate a method of a log: where the disk refuses, it raises ApiError KAFKA_STORAGE_ERROR."""

    def decorate(method: Method[Log, Arguments, Result]) -> Method[Log, Arguments, Result]:
        @wraps(method)
        def call(self: Log, /, *arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
            try:
                return method(self, *arguments, **named)
            except OSError as error:
                raise self.storage_error(doing, error) from error

        return call

    return decorate
