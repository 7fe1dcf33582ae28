"""Which errors of a disk end a log directory."""

import errno
import logging
import os

import pytest

from kafkacli.log.directory_failures import DirectoryFailures, explain


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE])
def test_a_shortage_ends_nothing(number: int, caplog: pytest.LogCaptureFixture) -> None:
    failures = DirectoryFailures()
    heard: list[str] = []
    failures.failed = heard.append
    with caplog.at_level(logging.ERROR):
        failures.note("/a", "Error while appending records to t-0 in dir /a", OSError(number, os.strerror(number)))
    assert heard == []
    assert "Error while appending records to t-0 in dir /a: " in caplog.text


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.EROFS, errno.ENOENT])
def test_anything_else_ends_a_directory_once(number: int) -> None:
    failures = DirectoryFailures()
    heard: list[str] = []
    failures.failed = heard.append
    for directory in ("/a", "/b", "/a"):
        failures.note(directory, "Error", OSError(number, os.strerror(number)))
    assert heard == ["/a", "/b"]


def test_too_many_open_files_says_what_to_do() -> None:
    assert explain(OSError(errno.EMFILE, "Too many open files")) == (
        "Too many open files: the server needs a few open files for each segment; raise the limit (ulimit -n) and start "
        "it again"
    )
    assert explain(OSError(errno.EIO, "Input/output error")) == "[Errno 5] Input/output error"
