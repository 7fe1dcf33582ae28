"""JSON as Jackson writes it."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.java_json import to_json

if TYPE_CHECKING:
    from kafkacli.java_json import Json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1, "b": [None, True, False]}, '{"a":1,"b":[null,true,false]}'),
        ('k\u00e9\u0001\u001f"\\/\u2028\n', '"k\u00e9\\u0001\\u001F\\"\\\\/\u2028\\n"'),
        ([1.0, 1e7, 0.5], "[1.0,1.0E7,0.5]"),
        ([math.nan, math.inf], '["NaN","Infinity"]'),
        ([], "[]"),
    ],
)
def test_values(value: Json, text: str) -> None:
    assert to_json(value) == text


@given(VALUES)
def test_others_read_what_is_written(value: Json) -> None:
    assert json.loads(to_json(value)) == value
