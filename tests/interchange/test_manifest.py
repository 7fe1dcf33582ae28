"""The list of contents of an exported folder."""

import pytest

from kafkacli.interchange.manifest import ExportedTopic, ManifestError, Part, read_manifest, to_text


def test_it_comes_back_as_it_was() -> None:
    topics = {"t": ExportedTopic({"retention.ms": "5"}, {0: Part(2, 12, 7, ("a.log",)), 1: Part(0, 0)})}
    again = read_manifest(to_text(topics))["t"]
    assert again.configs == {"retention.ms": "5"}
    part = again.parts[0]
    assert (part.start, part.end, part.records, part.files, part.missing) == (2, 12, 7, ["a.log"], 3)
    assert again.parts[1].files == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 2, "topics": {}}',
        '{"format": 1, "topics": {"t": {}}}',
        '{"format": 1, "topics": {"t": {"configs": {}, "partitions": {"1": {"start": 0, "end": 0, "records": 0, "files": []}}}}}',
        (
            '{"format": 1, "topics": {"t": {"configs": {}, "partitions": '
            '{"0": {"start": 0, "end": 0, "records": 0, "files": ["../x"]}}}}}'
        ),
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ManifestError):
        read_manifest(text)
