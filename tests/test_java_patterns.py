"""Regular expressions written for Java."""

import re

import pytest

from kafkacli.java_patterns import compile_pattern


@pytest.mark.parametrize(
    ("text", "matching"), [("a.*|b", "ax"), ("[a-c]x", "bx"), ("a&&b", "a&&b"), ("[a||b]", "|"), ("(?i)x", "X")]
)
def test_what_means_the_same_is_taken(text: str, matching: str) -> None:
    assert compile_pattern(text).fullmatch(matching)


@pytest.mark.parametrize("text", [r"\p{L}", "[a-z&&[^b]]x", "[[ab]c]", "[", "*"])
def test_what_python_does_not_know_is_refused_without_a_warning(text: str) -> None:
    with pytest.raises(re.error):
        compile_pattern(text)
    with pytest.raises(re.error):
        compile_pattern(text)
