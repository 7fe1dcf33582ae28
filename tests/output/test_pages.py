"""The published schemas: a file each, and a page with every field. That they are fresh, tests/options/test_generate.py says."""

import json
from pathlib import Path

from kafkacli.output.pages import schema_files
from kafkacli.output.schemas import SCHEMAS


def test_each_schema_has_its_file_and_its_fields_on_the_page() -> None:
    files = schema_files()
    assert {path.name for path in files} == {"README.md", "record.json", *(f"{name}.json" for name in SCHEMAS)}
    page = files[Path("docs/schemas/README.md")]
    for name, schema in SCHEMAS.items():
        described = json.loads(files[Path(f"docs/schemas/{name}.json")])
        record = described["items"] if described["type"] == "array" else described
        assert list(record.get("properties", [])) == [field.name for field in schema.fields]
        assert all(f"    {command}\n" in page for command in schema.commands)
    assert "| `partitions[].leader` | integer or null | The broker id of the leader; null without one. |" in page
    assert "| `partitions[].isr` | list of integers |" in page
    assert "| `partitions[].isr` | list of integers or null |" in page
    assert "| `line` | string, optional |" in page
    assert "Paths of znodes. An array of strings.\n\n    zookeeper-shell.sh ls -R\n" in page
