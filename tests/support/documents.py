"""Run a command with --output and hold the document against its published schema."""

import json
from typing import Any

import jsonschema
import yaml

from kafkacli.output.schemas import SCHEMAS
from kafkacli.output.table import columns
from tests.support.tools import Tools


def document(tools: Tools, schema: str, *command: str, status: int = 0) -> Any:
    """Return what a command prints with --output json, once it is what the schema says."""
    done = tools.run(*command, "--output", "json")
    assert done.status == status, done
    return checked(schema, done.out)


def checked(schema: str, text: str) -> Any:
    """Return the JSON of a text, once it is what the schema says; a list of the lines where it is a stream."""
    described = SCHEMAS[schema].json_schema()
    jsonschema.Draft202012Validator.check_schema(described)
    found = [json.loads(line) for line in text.splitlines()] if SCHEMAS[schema].shape == "stream" else json.loads(text)
    for part in found if SCHEMAS[schema].shape == "stream" else [found]:
        jsonschema.validate(part, described)
    return found


def in_other_forms(tools: Tools, schema: str, *command: str) -> tuple[Any, list[str]]:
    """Return what a command prints with --output yaml, read; and the lines of the table, once their headings are right."""
    text = tools.run(*command, "--output", "yaml").out
    shape = SCHEMAS[schema].shape
    read = list(yaml.safe_load_all(text)) if shape == "stream" else yaml.safe_load(text)
    lines = tools.run(*command, "--output", "table").out.splitlines()
    assert lines[0].split() == [heading.upper() for heading in columns(SCHEMAS[schema].fields)]
    return read, lines[1:]
