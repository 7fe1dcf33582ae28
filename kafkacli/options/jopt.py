"""Command lines read by the rules of jopt-simple 5, which most of Kafka's tools use.

--name, --name VALUE, --name=VALUE; a long name after one dash too; one-letter options in a row (-abc, -nVALUE);
`--` ends the options. A required argument is the next word whatever it looks like; an optional one only when that word
is no option. An option without argument ignores `=VALUE`. Values are converted when they are asked for, and an option
that is asked for one value and has several is an error then. Source: jopt-simple 5.0.4, compared with it in the tests.
"""

from __future__ import annotations

from kafkacli import KAFKA_VERSION, console
from kafkacli.exits import Exit
from kafkacli.options.context import from_context
from kafkacli.options.table import OUTPUT, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    V = TypeVar("V")

_LIMITS = {"integer": 2**31, "long": 2**63}


class OptionError(Exception):
    """A command line that the parser refuses. hint: words of ours for the line below; exception: jopt-simple's class."""

    def __init__(self, message: str, hint: str = "", exception: str = "OptionException") -> None:
        super().__init__(message)
        self.hint = hint
        self.exception = f"joptsimple.{exception}"


class UsageError(Exception):
    """A command line that was read, and makes no sense to the tool: the message, then the help of `table`."""

    def __init__(self, message: str, table: OptionTable) -> None:
        super().__init__(message)
        self.table = table


class Parsed:
    """What a command line held. Options are asked for by their first name."""

    __slots__ = ("arguments", "count", "found", "order", "table")

    def __init__(self, table: OptionTable, count: int) -> None:
        self.table = table
        self.count = count  # words on the command line; 0 has a meaning to many tools
        self.found: dict[str, list[str]] = {}
        self.order: list[str] = []  # the options as they came, repeated ones too
        self.arguments: list[str] = []

    def has(self, name: str) -> bool:
        """Whether the option was given."""
        return name in self.found

    def values(self, name: str) -> list[str]:
        """Every argument given to the option, in order; its default when there was none. Raises OptionError."""
        option = self.table.by_name[name]
        given = self.found.get(name)
        if not given:
            return [] if option.default is None else [option.default]
        return given

    def value(self, name: str) -> str | None:
        """The one argument of the option, or its default, or None. Raises OptionError when it was given several."""
        return self._only(name, self.values(name))

    def integers(self, name: str) -> list[int]:
        """As `values`, as numbers of the option's kind. Raises OptionError."""
        option = self.table.by_name[name]
        return [read_integer(option, text) for text in self.values(name)]

    def integer(self, name: str) -> int | None:
        """As `value`, as a number of the option's kind. Raises OptionError."""
        return self._only(name, self.integers(name))

    def double(self, name: str) -> float | None:
        """As `value`, as a floating point number. Raises OptionError."""
        option = self.table.by_name[name]
        return self._only(name, [read_double(option, text) for text in self.values(name)])

    def _only(self, name: str, values: list[V]) -> V | None:
        if len(values) > 1:
            shown = "/".join(self.table.by_name[name].names)
            message = f"Found multiple arguments for option {shown}, but you asked for only one"
            raise OptionError(message, exception="MultipleArgumentsForOptionException")
        return values[0] if values else None

    # --- Kafka's CommandLineUtils, its texts

    def fail(self, message: str) -> UsageError:
        """The error to raise for a command line that makes no sense: message, then help, exit status 1."""
        return UsageError(message, self.table)

    def require(self, *names: str) -> None:
        """Raise UsageError for the first of these options that is absent."""
        for name in names:
            if name not in self.found:
                raise self.fail(f'Missing required argument "{self.table.by_name[name]}"')

    def exclude(self, used: str, *others: str) -> None:
        """When option `used` is there, raise UsageError for the first of `others` that is too."""
        if used not in self.found:
            return
        by_name = self.table.by_name
        for other in others:
            if other in self.found:
                raise self.fail(f'Option "{by_name[used]}" can\'t be used with option "{by_name[other]}"')

    def exclude_together(self, used: tuple[str, ...], *others: str) -> None:
        """As `exclude`, where all of `used` have to be there."""
        if not all(name in self.found for name in used):
            return
        by_name = self.table.by_name
        for other in others:
            if other in self.found:
                shown = ",".join(str(by_name[name]) for name in used)
                raise self.fail(f'Option combination "{shown}" can\'t be used with option "{by_name[other]}"')


def conversion_error(option: Option, text: str) -> OptionError:
    """The error for an argument that isn't of the option's kind."""
    message = f"Cannot parse argument '{text}' of option {'/'.join(option.names)}"
    return OptionError(message, exception="OptionArgumentConversionException")


def read_integer(option: Option, text: str) -> int:
    """Return `text` as Java's Integer.valueOf or Long.valueOf would. Raises OptionError."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    limit = _LIMITS[option.kind]
    if digits.isdecimal() and -limit <= int(text) < limit:
        return int(text)
    raise conversion_error(option, text)


def read_double(option: Option, text: str) -> float:
    """Return `text` as a floating point number. Raises OptionError."""
    try:
        return float(text.replace("_", "no number"))
    except ValueError:
        raise conversion_error(option, text) from None


def parse(table: OptionTable, arguments: list[str]) -> Parsed:
    """Read a command line (without the program's name). Raises OptionError."""
    parsed = Parsed(table, len(arguments))
    words = arguments[::-1]  # the next one last
    while words:
        word = words.pop()
        if word == "--":
            parsed.arguments += words[::-1]
            break
        if not _looks_like_an_option(word):
            parsed.arguments.append(word)
            continue
        name, equals, value = word[2 if word.startswith("--") else 1 :].partition("=")
        option = _find(table, name)
        if option is not None:
            _handle(parsed, option, value if equals else None, words)
        elif word.startswith("--"):
            raise _unrecognized(table, name)
        else:
            _handle_cluster(parsed, word[1:], words)
    for option, value in from_context(table, parsed.has):
        parsed.found[option.name] = [value]
    _check_required(parsed)
    _choose_form(parsed)
    return parsed


def _choose_form(parsed: Parsed) -> None:
    if OUTPUT.name not in parsed.found or parsed.table.by_name[OUTPUT.name] is not OUTPUT:
        return
    form = parsed.value(OUTPUT.name) or ""
    if form not in OUTPUT.choices:
        raise OptionError(f"--output is one of {', '.join(OUTPUT.choices)}, not '{form}'")
    console.set_form(form)


def _looks_like_an_option(word: str) -> bool:
    return word.startswith("-") and word != "-"


def _find(table: OptionTable, name: str) -> Option | None:
    option = table.by_name.get(name)
    if option is None and table.abbreviations and name:
        matches = {
            found for known, found in table.by_name.items() if known.startswith(name) and found.since != "kafkacli"
        }
        if len(matches) == 1:
            return matches.pop()
    return option


def _handle(parsed: Parsed, option: Option, value: str | None, words: list[str]) -> None:
    parsed.order.append(option.name)
    given = parsed.found.setdefault(option.name, [])
    if option.argument is None:
        return
    if value is None:
        if option.optional:
            if not words or not _is_optional_argument(option, words[-1]):
                return
        elif not words:
            raise OptionError(f"Option {'/'.join(option.names)} requires an argument")
        value = words.pop()
    parts = [part for part in value.split(option.separator) if part] if option.separator else []
    given += parts or [value]


def _is_optional_argument(option: Option, word: str) -> bool:
    if option.kind == "string":
        return not _looks_like_an_option(word)
    try:
        read_integer(option, word)
    except OptionError:
        return not word  # the empty word is taken, and refused only when the value is asked for
    return True


def _handle_cluster(parsed: Parsed, letters: str, words: list[str]) -> None:
    by_name = parsed.table.by_name
    for letter in letters:
        if letter not in by_name:
            raise _unrecognized(parsed.table, letter, letters)
        if by_name[letter].argument is not None:
            break
    for index, letter in enumerate(letters):
        option = by_name[letter]
        rest = letters[index + 1 :]
        if option.argument is not None and rest:
            _handle(parsed, option, rest, words)
            break
        _handle(parsed, option, None, words)


def _unrecognized(table: OptionTable, name: str, typed: str = "") -> OptionError:
    from difflib import get_close_matches

    word = (typed or name).partition("=")[0]
    if word in table.replaced:
        return OptionError(f"{name} is not a recognized option", f"--{word} is gone; {table.replaced[word]}")
    near = get_close_matches(word, table.by_name, n=1)
    hint = f"did you mean --{near[0]}?" if near and len(near[0]) > 1 else ""
    return OptionError(f"{name} is not a recognized option", hint)


def _check_required(parsed: Parsed) -> None:
    options = parsed.table.options
    if any(option.is_help and option.name in parsed.found for option in options):
        return
    missing = ["/".join(option.names) for option in options if option.required and option.name not in parsed.found]
    if missing:
        raise OptionError(f"Missing required option(s) [{', '.join(missing)}]")
    unavailable = [
        "/".join(option.names)
        for option in options
        if option.name in parsed.found
        and option.available_if
        and not any(other in parsed.found for other in option.available_if)
    ]
    if unavailable:
        shown = ", ".join(unavailable)
        raise OptionError(f"Option(s) [{shown}] are unavailable given other options on the command line")


def answer_help(parsed: Parsed, usage: str) -> int | None:
    """Answer --help and --version, as every tool does first. Returns the exit status, None when neither was asked for.

    Raises UsageError with the words `usage` for an empty command line that no context fills.
    """
    if parsed.count == 0 and not parsed.found:
        raise parsed.fail(usage)
    if parsed.has("help"):
        from kafkacli.options.help import render_help

        console.write(render_help(parsed.table, console.width()))
        return Exit.OK
    if parsed.has("version"):
        console.out(KAFKA_VERSION)
        return Exit.OK
    return None
