"""Command lines read by the rules of argparse4j 0.7, which Kafka's Java tools (`org.apache.kafka.tools.*`) use.

--name VALUE, --name=VALUE; an unambiguous beginning of a name will do; words that are no options are an error. The word after
an option is its value unless it looks like an option; negative numbers don't. The last of a repeated option counts. Values are
converted as they are read; what is required is looked at last, and of several that are missing the last one is named.
Source: argparse4j 0.7.0, compared with it in the tests.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.context import from_context
from kafkacli.options.table import OUTPUT, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

HELP = Option("h", "help", help="Show this help and end.", is_help=True)
_TYPES = {"integer": ("Integer", 2**31), "long": ("Long", 2**63)}
_WIDTH = 75


class ArgumentError(Exception):
    """A command line that is refused; the usage and this message are shown. hint: words of ours for the line below."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class HelpAsked(Exception):
    """The command line asks for help, before anything that is wrong in it."""


class Arguments:
    """What a command line held. Options are asked for by their first name; their defaults count where they are absent."""

    __slots__ = ("_table", "_values")

    def __init__(self, table: OptionTable) -> None:
        self._table = table
        self._values: dict[str, str | int | list[str] | bool] = {}

    def text(self, name: str) -> str | None:
        """The value of a string option."""
        value = self._values.get(name, self._table.by_name[name].default)
        return None if value is None else str(value)

    def texts(self, name: str) -> list[str] | None:
        """The values of an option that takes several."""
        value = self._values.get(name)
        return value if isinstance(value, list) else None

    def integer(self, name: str) -> int | None:
        """The value of a number option."""
        value = self._values.get(name, self._table.by_name[name].default)
        return None if value is None else int(str(value))

    def flag(self, name: str) -> bool:
        """Whether an option without a value was given."""
        return name in self._values

    def set(self, option: Option, value: str | int | list[str] | bool) -> None:
        """Take a value; it replaces one that came before."""
        self._values[option.name] = value

    def has(self, name: str) -> bool:
        """Whether the option was given."""
        return name in self._values


def run(table: OptionTable, program: str, arguments: list[str], tool: Callable[[Arguments], int]) -> int:
    """Read a command line and run a tool on it, as the mains of Kafka's Java tools do. Returns the exit status.

    program: what the tool calls itself in its usage. tool: may raise ArgumentError too.
    """
    try:
        if not arguments:
            raise HelpAsked
        return tool(parse(table, arguments))
    except HelpAsked:
        from kafkacli.options.help import render_help

        console.write(render_help(table, console.width()))
        return Exit.OK
    except ArgumentError as error:
        console.err(usage(table, program).rstrip())
        console.err(f"{program}: error: {error}")
        if error.hint:
            console.err(error.hint)
        return Exit.FAILURE


def parse(table: OptionTable, arguments: list[str]) -> Arguments:
    """Read a command line (without the program's name). Raises ArgumentError, HelpAsked."""
    found = Arguments(table)
    flags = {_flag(name): option for option in table.options for name in option.names}
    words = arguments[::-1]  # the next one last
    in_groups: dict[tuple[str, ...], Option] = {}
    only_values = False
    while words:
        if only_values or not _is_flag(words[-1]):
            raise ArgumentError(f"unrecognized arguments: '{' '.join(words[::-1])}'")
        word = words.pop()
        if word == "--":
            only_values = True
            continue
        name, equals, value = word.partition("=")
        option = _find(flags, name)
        if option is None:
            if word.startswith("-h"):
                raise HelpAsked  # the first letter of a row of options
            raise ArgumentError(f"unrecognized arguments: '{word}'", _suggestion(flags, name))
        for group in table.groups:
            if option.name in group and (other := in_groups.setdefault(group, option)) is not option:
                raise _error(option, f"not allowed with argument {_shown(other)}")
        _handle(found, option, value if equals else None, words)
    for option, text in from_context(table, found.has):
        found.set(option, text)
    _check_required(table, found)
    if table.by_name.get(OUTPUT.name) is OUTPUT:
        console.set_form(found.text(OUTPUT.name) or console.PLAIN)
    return found


def _flag(name: str) -> str:
    return ("-" if len(name) == 1 else "--") + name


def _is_flag(word: str) -> bool:
    """Whether a word is an option: more than dashes (but `--` is one too), and no negative number."""
    if word == "--":
        return True
    return word.startswith("-") and word.strip("-") != "" and not (word[1:].isascii() and word[1:].isdigit())


def _find(flags: dict[str, Option], name: str) -> Option | None:
    if name in flags:
        return flags[name]
    matches = sorted(flag for flag, option in flags.items() if flag.startswith(name) and option.since != "kafkacli")
    if len(matches) > 1:
        raise ArgumentError(f"ambiguous option: {name} could match {', '.join(matches)}")
    return flags[matches[0]] if matches else None


def _handle(found: Arguments, option: Option, value: str | None, words: list[str]) -> None:
    if option.argument is None:
        if value is not None:
            raise _error(option, f"ignore implicit argument '{value}'")
        if option.is_help:
            raise HelpAsked
        found.set(option, True)
    elif option.many:
        values = [] if value is None else [value]
        while value is None and words and not _is_flag(words[-1]):
            values.append(words.pop())
        if not values:
            raise _error(option, "expected 1 argument(s)")
        found.set(option, values)
    else:
        if value is None:
            if not words or _is_flag(words[-1]):
                raise _error(option, "expected one argument")
            value = words.pop()
        found.set(option, _converted(option, value))


def _converted(option: Option, text: str) -> str | int:
    value: str | int = text
    if option.kind in _TYPES:
        java_name, limit = _TYPES[option.kind]
        digits = text[1:] if text[:1] in ("+", "-") else text
        if not digits.isdecimal() or not -limit <= int(text) < limit:
            raise _error(option, f"could not convert '{text}' to {java_name} (For input string: \"{text}\")")
        value = int(text)
    if option.choices and str(value) not in option.choices:
        raise _error(option, f"invalid choice: '{text}' (choose from {{{','.join(option.choices)}}})")
    return value


def _check_required(table: OptionTable, found: Arguments) -> None:
    missing = [option for option in table.options if option.required and not found.has(option.name)]
    if missing:
        raise ArgumentError(f"argument {_shown(missing[-1])} is required")
    empty = [group for group in table.groups if not any(found.has(name) for name in group)]
    if empty:
        names = " ".join(_shown(table.by_name[name]) for name in empty[-1])
        raise ArgumentError(f"one of the arguments {names} is required")


def _shown(option: Option) -> str:
    return "/".join(_flag(name) for name in option.names)


def _error(option: Option, message: str) -> ArgumentError:
    return ArgumentError(f"argument {_shown(option)}: {message}")


def _suggestion(flags: dict[str, Option], name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, flags, n=1)
    return f"did you mean {near[0]}?" if near else ""


def usage(table: OptionTable, program: str) -> str:
    """Return the usage as argparse4j lays it out, options in the order of the table, those of groups last, ours left out."""
    grouped = {name for group in table.groups for name in group}
    parts = [_syntax(option) for option in table.options if option.name not in grouped and option.since != "kafkacli"]
    for group in table.groups:
        words = [_plain_syntax(table.by_name[name]) for name in group]
        parts.append(f"({words[0]}")
        for word in words[1:]:
            parts += ["|", word]
        parts[-1] += ")"
    start = f"usage: {program}"
    indent = " " * len(start) if len(start) <= 30 else " " * 6
    lines = [start if len(start) <= 30 else f"{start}\n{indent}"]
    width = len(start) if len(start) <= 30 else 12
    for number, part in enumerate(parts):
        if number and width + len(part) + 1 > _WIDTH:
            lines.append(indent)
            width = len(indent)
        lines[-1] += f" {part}"
        width += len(part) + 1
    return "\n".join(lines) + "\n"


def _syntax(option: Option) -> str:
    plain = _plain_syntax(option)
    return plain if option.required else f"[{plain}]"


def _plain_syntax(option: Option) -> str:
    flag = _flag(option.name)
    if option.argument is None:
        return flag
    word = option.argument.upper()
    return f"{flag} {word} [{word} ...]" if option.many else f"{flag} {word}"
