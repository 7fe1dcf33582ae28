"""Schemas: what a field's kind means in JSON Schema."""

import jsonschema
import pytest

from kafkacli.output.schema import OBJECT, TEXTS, Field, Schema
from kafkacli.output.schemas import SCHEMAS

ONE = Schema(
    "one",
    ("kafka-one.sh",),
    "One thing.",
    (
        Field("name", "string", "Its name."),
        Field("size", "integer?", "Bytes."),
        Field("ids", "[integer]", "Ids."),
        Field("configs", "{string?}", "Configs."),
        Field("parts", "[record]", "Parts.", (Field("leads", "boolean", "Whether."),)),
        Field("numbers", "[integer]?", "Numbers."),
        Field("below", "[self]", "The same, below."),
        Field("remark", "string", "A remark.", is_optional=True),
    ),
    OBJECT,
)
GOOD = {
    "name": "a", "size": None, "ids": [1], "configs": {"b": None}, "parts": [{"leads": True}], "numbers": None, "below": [],
}  # fmt: skip
TEXTS_ONLY = Schema("texts", ("kafka-texts.sh",), "Texts.", (), TEXTS)


def test_a_document_is_accepted() -> None:
    jsonschema.validate(GOOD, ONE.json_schema())
    jsonschema.validate(GOOD | {"numbers": [1], "below": [GOOD], "remark": "r"}, ONE.json_schema())
    jsonschema.validate(["a"], TEXTS_ONLY.json_schema())


@pytest.mark.parametrize(
    "bad",
    [
        GOOD | {"name": None},
        GOOD | {"size": "1"},
        GOOD | {"ids": [None]},
        GOOD | {"configs": {"b": 1}},
        GOOD | {"parts": [{}]},
        GOOD | {"more": 1},
        GOOD | {"numbers": ["1"]},
        GOOD | {"below": [{}]},
        GOOD | {"remark": None},
        {"name": "a"},
        [GOOD],
    ],
)
def test_another_is_refused(bad: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, ONE.json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([bad], TEXTS_ONLY.json_schema())


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name].json_schema())
