"""The text form that Kafka's checkpoint files share.

    file:  "0" newline, number of entries newline, entry* ; an empty file is one without entries
    entry: fields separated by white space, newline

Written as a whole: `.tmp`, sync, rename (Kafka's CheckpointFile.scala).
"""

from collections.abc import Iterable

from kafkacli.log.filesystem import FileSystem, read_file, replace_file, write_file

_VERSION = 0


class CorruptCheckpoint(Exception):
    """A checkpoint file that can't be read; the text is Kafka's."""


def read_checkpoint(filesystem: FileSystem, path: str, fields: int) -> list[list[str]]:
    """Return the entries' fields; CorruptCheckpoint for anything but whole entries of `fields` fields."""
    lines = read_file(filesystem, path).decode("utf-8", "replace").splitlines()
    if not lines:
        return []
    version = _number(path, lines[0])
    if version != _VERSION:
        raise CorruptCheckpoint(f"Unrecognized version of the checkpoint file ({path}): {version}")
    if len(lines) < 2:
        return []
    expected = _number(path, lines[1])
    entries = [line.split() for line in lines[2:]]
    for line, entry in zip(lines[2:], entries, strict=True):
        if len(entry) != fields:
            raise malformed_line(path, line)
    if len(entries) != expected:
        raise CorruptCheckpoint(
            f"Expected {expected} entries in checkpoint file ({path}), but found only {len(entries)}"
        )
    return entries


def _number(path: str, line: str) -> int:
    try:
        return int(line)
    except ValueError:
        raise malformed_line(path, line) from None


def malformed_line(path: str, line: str) -> CorruptCheckpoint:
    """Return the error for a line that is no entry."""
    return CorruptCheckpoint(f"Malformed line in checkpoint file ({path}): '{line}'")


def write_checkpoint(filesystem: FileSystem, path: str, entries: Iterable[str], *, sync: bool = True) -> None:
    """Replace the file with these entries, each a line without its newline.

    sync: False where a crash may leave an empty file.
    """
    lines = list(entries)
    data = "".join(f"{line}\n" for line in (_VERSION, len(lines), *lines)).encode()
    (replace_file if sync else write_file)(filesystem, path, data)


def create_checkpoint(filesystem: FileSystem, path: str) -> None:
    """Make an empty file if there is none."""
    if not filesystem.exists(path):
        write_file(filesystem, path, b"")
