"""YAML: whatever JSON can hold comes back from another reader as it was."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.output.yaml import to_yaml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "",
        "no",
        "null",
        "1",
        "1e3",
        "0x1",
        "2026-01-01",
        "- a",
        "a: b",
        "#",
        "x #y",
        "=",
        "~",
        "\u2028",
        "\ufeff",
        "\x85",
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert yaml.safe_load(to_yaml(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([], "[]\n"),
        ([{"topic": "a", "isr": [0, 1], "none": []}], "- topic: a\n  isr:\n  - 0\n  - 1\n  none: []\n"),
        ({"a": {"b": "no"}, "c": None}, 'a:\n  b: "no"\nc: null\n'),
        ([[1], [2, 3]], "- - 1\n- - 2\n  - 3\n"),
    ],
)
def test_it_is_block_style(value: object, text: str) -> None:
    assert to_yaml(value) == text
