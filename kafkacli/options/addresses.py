"""Lists of host:port on command lines, checked as Kafka's ToolsUtils.validatePortOrDie checks them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.options.jopt import Parsed

_ADDRESS = re.compile(r".*?\[?([0-9a-zA-Z\-%._:]*)\]?:([0-9]+)", re.ASCII | re.DOTALL)


def check_addresses(parsed: Parsed, text: str) -> None:
    """Raise UsageError when a part of `text`, cut at the commas, has no port."""
    parts = text.split(",")
    while len(parts) > 1 and not parts[-1]:  # Java's split drops what is empty at the end
        parts.pop()
    if not all(_ADDRESS.fullmatch(part) for part in parts):
        raise parsed.fail("Please provide valid host:port like host1:9091,host2:9092\n ")


def key_values(words: list[str]) -> dict[str, str]:
    """Return the properties in words of the form name=value; a missing value is empty, the last of a name counts."""
    return {name: value for name, _, value in (word.partition("=") for word in words)}
