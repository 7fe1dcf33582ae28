"""The disk's errors as a client hears of them."""

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.storage_guard import guarded


class Log:
    def __init__(self) -> None:
        self.told: list[str] = []

    def storage_error(self, doing: str, error: OSError) -> ApiError:
        self.told.append(f"{doing}: {error}")
        return ApiError(ErrorCode.KAFKA_STORAGE_ERROR)

    @guarded("counting")
    def count(self, number: int, *, error: Exception | None = None) -> int:
        if error is not None:
            raise error
        return number + 1


def test_an_error_of_the_disk_is_told_and_becomes_a_storage_error() -> None:
    log = Log()
    assert log.count(1) == 2
    with pytest.raises(ApiError) as caught:
        log.count(1, error=OSError(5, "broken"))
    assert caught.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    with pytest.raises(ValueError, match="no error of the disk"):
        log.count(1, error=ValueError("no error of the disk"))
    assert log.told == ["counting: [Errno 5] broken"]
