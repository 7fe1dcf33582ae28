"""The table of client properties against the Java clients' own definitions."""

import pytest

from kafkacli.client.client_properties import PROPERTIES, Property, Side
from tests.data.make_client_configs import TABLE, dump

SERIALIZERS = ("key.serializer", "value.serializer", "key.deserializer", "value.deserializer")  # given beside the rest
UNCHECKED = ("non-null string", "non-empty string")  # of no use where every value comes from a text


def definitions() -> set[tuple[str, str, str, str, str]]:
    rows = [tuple(line.split("\t")) for line in TABLE.read_text().splitlines()]
    return {
        (side, name, kind, default, "" if check in UNCHECKED else check)
        for side, name, kind, default, check in rows
        if name not in SERIALIZERS
    }


def ours(row: Property, side: Side) -> tuple[str, str, str, str, str]:
    default = "(null)" if row.default is None else row.default
    check = "" if row.validator is None else str(row.validator)
    return str(side.name).lower(), row.name, row.type.name, default, check


def test_every_property_is_there_with_javas_type_default_and_check() -> None:
    table = [ours(row, side) for row in PROPERTIES for side in (Side.PRODUCER, Side.CONSUMER) if side in row.side]
    assert len(table) == len(set(table))
    assert set(table) == definitions()


@pytest.mark.apache
@pytest.mark.usefixtures("apache")
def test_the_definitions_are_those_of_the_jars() -> None:
    assert dump() == TABLE.read_bytes()
