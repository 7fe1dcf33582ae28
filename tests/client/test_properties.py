"""Java's .properties rules."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.client.properties import load_properties, read_properties


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("a=b", {"a": "b"}),
        ("a = b ", {"a": "b "}),
        ("a:b\nc d\ne", {"a": "b", "c": "d", "e": ""}),
        ("a  =  : b", {"a": ": b"}),
        ("# no=1\n ! no=2\n\n yes=#3", {"yes": "#3"}),
        ("# no \\\nyes=1", {"yes": "1"}),
        ("list=a,\\\n   b,\\\n   # c", {"list": "a,b,# c"}),
        ("path=C\\:\\\\x\\\ny=1", {"path": "C:\\xy=1"}),
        ("even=\\\\\nnext=1", {"even": "\\", "next": "1"}),
        ("a\\ b\\=c\\:d = v", {"a b=c:d": "v"}),
        ("t=\\t\\n\\r\\f\\q", {"t": "\t\n\r\fq"}),
        ("u=\\u00e9\\u20AC", {"u": "é€"}),
        ("u=\\ud83d\\ude00", {"u": "😀"}),
        ("a=1\r\nb=2\rc=3", {"a": "1", "b": "2", "c": "3"}),
        ("a=1\na=2", {"a": "2"}),
        ("last=1\\", {"last": "1"}),
        ("=value", {"": "value"}),
    ],
)
def test_a_text_gives_what_java_reads(text: str, expected: dict[str, str]) -> None:
    assert read_properties(text) == expected


@pytest.mark.parametrize("text", ["a=\\u12", "ok=1\na=\\uzzzz"])
def test_a_malformed_unicode_escape_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ValueError, match=f"line {len(text.splitlines())}: malformed"):
        read_properties(text)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_file_is_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.properties"
    path.write_bytes("name=é\n".encode(encoding))
    assert load_properties(path) == {"name": "é"}


def test_a_malformed_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.properties"
    path.write_text("a=\\u1")
    with pytest.raises(ValueError, match=r"x\.properties: line 1"):
        load_properties(path)


def _escaped(text: str) -> str:
    return "".join(char if char.isalnum() and char.isascii() else f"\\u{ord(char):04x}" for char in text)


@given(st.dictionaries(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])), st.text(max_size=9)))
def test_what_is_escaped_comes_back(properties: dict[str, str]) -> None:
    values = {key: "".join(char for char in value if ord(char) < 0x10000) for key, value in properties.items()}
    assert read_properties("\n".join(f"{_escaped(k)}={_escaped(v)}" for k, v in values.items())) == values


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_properties(text)
    except ValueError as error:
        assert "malformed" in str(error)  # noqa: PT017
