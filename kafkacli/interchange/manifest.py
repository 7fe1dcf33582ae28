"""The list of contents of an exported folder: `export.json`, beside a folder for each partition.

    {"format": 1,
     "topics": {"orders": {"configs": {"retention.ms": "1000"},
                           "partitions": {"0": {"start": 0, "end": 12, "records": 10, "files": ["...0.log"]}}}}}

The files of a partition are segments as Kafka has them on disk: record batches one behind the other, with the offsets, codecs
and producers they had. `start` and `end` (exclusive) are the offsets that count: a first batch may begin before. Offsets
without a record were compacted away, markers of transactions, or aborted; their number is end - start - records.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

FILE = "export.json"
_FORMAT = 1


class ManifestError(ValueError):
    """A text that is no list of contents."""


class Part:
    """A partition in an exported folder. files: names in its folder."""

    __slots__ = ("end", "files", "records", "start")

    def __init__(self, start: int, end: int, records: int = 0, files: tuple[str, ...] = ()) -> None:
        self.start = start
        self.end = end
        self.records = records
        self.files = list(files)

    @property
    def missing(self) -> int:
        """How many offsets have no record."""
        return self.end - self.start - self.records


class ExportedTopic:
    """A topic in an exported folder."""

    __slots__ = ("configs", "parts")

    def __init__(self, configs: Mapping[str, str], parts: Mapping[int, Part]) -> None:
        self.configs = dict(configs)
        self.parts = dict(parts)


def to_text(topics: Mapping[str, ExportedTopic]) -> str:
    """Return the text of the file."""
    document = {
        "format": _FORMAT,
        "topics": {
            name: {
                "configs": topic.configs,
                "partitions": {
                    str(index): {"start": part.start, "end": part.end, "records": part.records, "files": part.files}
                    for index, part in topic.parts.items()
                },
            }
            for name, topic in topics.items()
        },
    }
    return json.dumps(document, indent=2) + "\n"


def read_manifest(text: str) -> dict[str, ExportedTopic]:
    """Return the topics. Raises ManifestError."""
    try:
        document: dict[str, Any] = json.loads(text)
        if document["format"] != _FORMAT:
            raise ManifestError(f"format {document['format']}: this version reads format {_FORMAT}")
        return {name: _topic(found) for name, found in document["topics"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, ManifestError):
            raise
        raise ManifestError(f"{type(error).__name__}: {error}") from None


def _topic(found: dict[str, Any]) -> ExportedTopic:
    configs = {str(name): str(value) for name, value in found["configs"].items()}
    parts = {}
    for index, part in found["partitions"].items():
        files = tuple([str(name) for name in part["files"]])
        if any("/" in name or name.startswith(".") for name in files):
            raise ManifestError(f"files of a partition lie in its folder: {', '.join(files)}")
        parts[int(index)] = Part(int(part["start"]), int(part["end"]), int(part["records"]), files)
    if sorted(parts) != list(range(len(parts))):
        raise ManifestError("partitions are numbered from 0 on")
    return ExportedTopic(configs, parts)
