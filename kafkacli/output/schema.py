"""A schema as data: the fields of what a command prints, and the JSON Schema (draft 2020-12) that is published for it.

A field's kind is one of

    string integer number boolean     a value; with `?` behind it also null
    any                               any value
    [KIND]                            a list of them
    {KIND}                            an object of any names with such values; each of these with `?` behind it also null
    record                            an object with `fields`; [record] a list of them
    [self]                            a list of such objects as the one that has the field
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

JsonSchema = dict[str, object]
ROWS, OBJECT, STREAM, TEXTS = "rows", "object", "stream", "texts"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


class Field:
    """One field of a record. help: its meaning, with the unit. is_optional: whether some records go without it."""

    __slots__ = ("fields", "help", "is_optional", "kind", "name")

    def __init__(
        self,
        name: str,
        kind: str,
        help: str,  # noqa: A002 - the word that every table uses
        fields: Sequence[Field] = (),
        *,
        is_optional: bool = False,
    ) -> None:
        self.name = name
        self.kind = kind
        self.help = help
        self.fields = tuple(fields)
        self.is_optional = is_optional

    @property
    def is_list_of_records(self) -> bool:
        """Whether a table gives each of its records a row."""
        return self.kind == "[record]"


class Schema:
    """What a command prints.

    name: of the file in docs/schemas. commands: the command lines that print it, without their cluster.
    shape: ROWS for one array a run, OBJECT for one object, STREAM for an object on each line, TEXTS for an array of strings.
    """

    __slots__ = ("commands", "fields", "help", "name", "shape")

    def __init__(
        self,
        name: str,
        commands: Sequence[str],
        help: str,  # noqa: A002 - the word that every table uses
        fields: Sequence[Field],
        shape: str = ROWS,
    ) -> None:
        self.name = name
        self.commands = tuple(commands)
        self.help = help
        self.fields = tuple(fields)
        self.shape = shape

    def json_schema(self) -> JsonSchema:
        """Return the JSON Schema of a run's document, of a line where it is a stream."""
        described: JsonSchema = {"$schema": _DRAFT, "title": self.name, "description": self.help}
        if self.shape == TEXTS:
            return described | {"type": "array", "items": {"type": "string"}}
        record = _record(self.fields)
        return described | ({"type": "array", "items": record} if self.shape == ROWS else record)


def _record(fields: Sequence[Field]) -> JsonSchema:
    return {
        "type": "object",
        "properties": {field.name: _value(field.kind, field) | {"description": field.help} for field in fields},
        "required": [field.name for field in fields if not field.is_optional],
        "additionalProperties": False,
    }


def _value(kind: str, field: Field) -> JsonSchema:
    if kind.endswith(("]?", "}?")):
        return {"anyOf": [_value(kind[:-1], field), {"type": "null"}]}
    if kind.startswith("["):
        return {"type": "array", "items": _value(kind[1:-1], field)}
    if kind.startswith("{"):
        return {"type": "object", "additionalProperties": _value(kind[1:-1], field)}
    if kind == "record":
        return _record(field.fields)
    if kind == "self":
        return {"$ref": "#"}
    if kind == "any":
        return {}
    return {"type": [kind[:-1], "null"] if kind.endswith("?") else kind}
