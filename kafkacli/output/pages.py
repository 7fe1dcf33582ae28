"""The published schemas: `docs/schemas/*.json`, and a page that says which command prints which."""

from __future__ import annotations

import json
from pathlib import Path

from kafkacli.interchange.json_lines import SCHEMA as RECORD
from kafkacli.output.schema import OBJECT, STREAM, TEXTS, Field, Schema
from kafkacli.output.schemas import SCHEMAS

_HEAD = """# What commands print with --output

Made by `make generate` from `kafkacli/output/schemas.py`. `--output json` prints one array or object a run, a stream one
object a line; `yaml` and `table` show the same fields. Every field is always there, but for those marked optional. Each schema
is a file beside this page (JSON Schema, draft 2020-12), and the tests hold every command against its own. Fields may be added in later versions; none
goes away or changes its meaning.

"""
_RECORD = """## [record](record.json)

A record without loss (docs/records.md). One object a line.

    kafka-console-consumer.sh
"""
_SHAPES = {OBJECT: "One object.", STREAM: "One object a line.", TEXTS: "An array of strings."}


def schema_files() -> dict[Path, str]:
    """Return every file of docs/schemas with its content, by its path in the checkout."""
    folder = Path("docs", "schemas")
    files = {
        folder / f"{name}.json": json.dumps(schema.json_schema(), indent=2) + "\n" for name, schema in SCHEMAS.items()
    }
    files[folder / "record.json"] = json.dumps(RECORD, indent=2) + "\n"
    files[folder / "README.md"] = _HEAD + "\n".join([*map(_section, SCHEMAS.values()), _RECORD])
    return files


def _section(schema: Schema) -> str:
    commands = "".join(f"    {command}\n" for command in schema.commands)
    rows = "".join(_rows(schema.fields))
    shape = _SHAPES.get(schema.shape, "An array of objects.")
    head = f"## [{schema.name}]({schema.name}.json)\n\n{schema.help} {shape}\n\n{commands}"
    return f"{head}\n| field | kind | meaning |\n|---|---|---|\n{rows}" if rows else head


def _rows(fields: tuple[Field, ...], before: str = "") -> list[str]:
    rows: list[str] = []
    for field in fields:
        name = f"{before}{field.name}"
        kind = _kind(field.kind) + (", optional" if field.is_optional else "")
        rows.append(f"| `{name}` | {kind} | {field.help} |\n")
        rows += _rows(field.fields, f"{name}[]." if field.is_list_of_records else f"{name}.")
    return rows


def _kind(kind: str) -> str:
    if kind.endswith("?"):
        return f"{_kind(kind[:-1])} or null"
    if kind.startswith("["):
        return f"list of {_kind(kind[1:-1])}s"
    if kind.startswith("{"):
        return f"object of {_kind(kind[1:-1])}"
    if kind in ("record", "self"):
        return "object"
    return kind
