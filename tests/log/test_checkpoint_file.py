"""The form of checkpoint files, and what is wrong with others."""

import pytest

from kafkacli.log.checkpoint_file import CorruptCheckpoint, create_checkpoint, read_checkpoint, write_checkpoint
from kafkacli.log.filesystem import write_file
from tests.support.memory_filesystem import MemoryFileSystem


@pytest.fixture
def filesystem() -> MemoryFileSystem:
    filesystem = MemoryFileSystem()
    filesystem.make_directories("/d")
    return filesystem


def test_entries_are_lines_behind_version_and_count(filesystem: MemoryFileSystem) -> None:
    write_checkpoint(filesystem, "/d/c", ["a 0 1", "b 2 3"])
    assert filesystem.files["/d/c"].data == b"0\n2\na 0 1\nb 2 3\n"
    assert read_checkpoint(filesystem, "/d/c", 3) == [["a", "0", "1"], ["b", "2", "3"]]


def test_an_empty_file_has_no_entries_and_is_not_overwritten_by_creating(filesystem: MemoryFileSystem) -> None:
    create_checkpoint(filesystem, "/d/c")
    assert read_checkpoint(filesystem, "/d/c", 3) == []
    write_checkpoint(filesystem, "/d/c", ["a 0 1"])
    create_checkpoint(filesystem, "/d/c")
    assert read_checkpoint(filesystem, "/d/c", 3) == [["a", "0", "1"]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x\n", "Malformed line in checkpoint file (/d/c): 'x'"),
        (b"x\n0\n", "Malformed line in checkpoint file (/d/c): 'x'"),
        (b"0\nx\n", "Malformed line in checkpoint file (/d/c): 'x'"),
        (b"1\n0\n", "Unrecognized version of the checkpoint file (/d/c): 1"),
        (b"0\n1\na 0\n", "Malformed line in checkpoint file (/d/c): 'a 0'"),
        (b"0\n2\na 0 1\n", "Expected 2 entries in checkpoint file (/d/c), but found only 1"),
        (b"0\n1\n\xff\xfe\n", "Malformed line in checkpoint file (/d/c): '\ufffd\ufffd'"),
    ],
)
def test_anything_else_is_corrupt(filesystem: MemoryFileSystem, data: bytes, message: str) -> None:
    write_file(filesystem, "/d/c", data)
    with pytest.raises(CorruptCheckpoint) as caught:
        read_checkpoint(filesystem, "/d/c", 3)
    assert str(caught.value) == message
