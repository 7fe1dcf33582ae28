"""Help texts, laid out from an option table: usage, options in two columns, examples."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.options.table import Option, OptionTable

OURS = "kafkacli"
"""What `since` says of options that no version of Kafka has."""
_NAME_COLUMN = 34


def render_help(table: OptionTable, width: int = 80) -> str:
    """Return the help of a tool, at most `width` columns wide where words allow, ending in a line end."""
    lines = [f"usage: {table.script} {table.synopsis}", "", *_wrap(table.summary, width), ""]
    if table.arguments:
        lines += [*_wrap(table.arguments, width), ""]
    lines.append("Options")
    for option in sorted(table.options, key=lambda option: option.name):
        lines += _option_lines(option, width)
    if table.examples:
        lines += ["", "Examples"]
        for command, meaning in table.examples:
            lines += ["  # " + meaning, "  " + command]
    return "\n".join(lines) + "\n"


def option_label(option: Option) -> str:
    """Return how an option is written, such as '-t, --topic <topic>' or '--offset [<offset>]'."""
    names = ", ".join(("-" if len(name) == 1 else "--") + name for name in option.names)
    if option.argument is None:
        return names
    return f"{names} [<{option.argument}>]" if option.optional else f"{names} <{option.argument}>"


def option_meaning(option: Option) -> str:
    """Return an option's meaning, with its default, its words and the version that brought it."""
    text = option.help
    if isinstance(option.completes, tuple):
        text += f" One of {', '.join(option.completes)}."
    if option.default is not None:
        text += f" Default: {option.default}."
    if option.required:
        text += " Required."
    if option.since and option.since != OURS:
        text += f" (Since Kafka {option.since}.)"
    return text


def _option_lines(option: Option, width: int) -> list[str]:
    label = "  " + option_label(option)
    meaning = _wrap(option_meaning(option), max(width - _NAME_COLUMN, 24))
    if len(label) < _NAME_COLUMN - 1:
        first = label.ljust(_NAME_COLUMN) + meaning[0]
        return [first, *(" " * _NAME_COLUMN + line for line in meaning[1:])]
    return [label, *(" " * _NAME_COLUMN + line for line in meaning)]


def _wrap(text: str, width: int) -> list[str]:
    """Words in lines of at most `width`; `textwrap` would cost more to import than the whole help to write."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines
