r"""Java .properties files, read as `java.util.Properties.load` reads them.

file     = line*                       a line ends with LF, CR or CRLF
line     = blanks ( comment | entry )?
comment  = ("#" | "!") anything        never continued on the next line
entry    = key separator value         the last entry of a key wins
separator= blanks ("=" | ":")? blanks  the first one that no backslash escapes
escapes    \t \n \r \f \uXXXX; before anything else the backslash is dropped; at the end of a line the next
           line goes on, its leading blanks left out
"""

from __future__ import annotations

import re

from kafkacli.client.contexts import PREFIX, properties_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os

_BLANKS = " \t\f"
_LINE_END = re.compile(r"\r\n|\r|\n")
_KEY = re.compile(r"((?:[^\\=: \t\f]|\\.)*)[ \t\f]*[=:]?[ \t\f]*(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.|$)", re.DOTALL)
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def read_properties(text: str) -> dict[str, str]:
    r"""Return the entries of a .properties text, in their order.

    Raises ValueError, with the line's number, for a \u that four hexadecimal digits don't follow.
    Source: java.util.Properties.load.
    """
    properties: dict[str, str] = {}
    entry: str | None = None  # what continued lines gave so far
    started = 0
    for number, line in enumerate(_LINE_END.split(text), 1):
        stripped = line.lstrip(_BLANKS)
        if entry is None:
            if not stripped or stripped[0] in "#!":
                continue
            entry, started = "", number
        entry += stripped
        if (len(entry) - len(entry.rstrip("\\"))) % 2:
            entry = entry[:-1]
            continue
        _add(properties, entry, started)
        entry = None
    if entry:
        _add(properties, entry, started)
    return properties


def load_properties(path: str | os.PathLike[str]) -> dict[str, str]:
    """Return the entries of a .properties file, UTF-8 or, where it isn't that, ISO 8859-1.

    `context:NAME` as the path gives the client properties of a context.
    Raises OSError when the file can't be read, ValueError when it is malformed.
    """
    if isinstance(path, str) and path.startswith(PREFIX):
        return properties_of(path.removeprefix(PREFIX))
    with open(path, "rb") as file:
        content = file.read()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    try:
        return read_properties(text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _add(properties: dict[str, str], entry: str, number: int) -> None:
    match = _KEY.fullmatch(entry)
    assert match is not None  # every text matches
    key, value = match.groups()
    properties[_unescaped(key, number)] = _unescaped(value, number)


def _unescaped(text: str, number: int) -> str:
    if "\\" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        what = match[1]
        if what[:1] == "u":
            if len(what) == 1:
                raise ValueError(f"line {number}: malformed \\uxxxx encoding")
            return chr(int(what[1:], 16))
        return _CONTROLS.get(what, what)

    result = _ESCAPE.sub(replace, text)
    if any("\ud800" <= char <= "\udfff" for char in result):  # two escapes that make one character, as in UTF-16
        result = result.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return result
