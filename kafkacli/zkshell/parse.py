"""How the shell reads words: lines into words, words into options.

Lines: words at white space, or whole between quotes that begin a word. Options: commons-cli 1.4's PosixParser: -s, -sw,
-v VALUE, -vVALUE, and names of several letters with one dash or two; options and other words in any order; `--` ends the options.
Sources: ZooKeeperMain.MyCommandOptions (3.5.9); PosixParser and Parser of commons-cli 1.4, compared with it in the tests.
"""

from __future__ import annotations

import re

from kafkacli.zkshell.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

DRY_RUN = "dry-run"
"""The option of ours with which a command changes nothing."""
_WORD = re.compile(r"""\s*([^"']\S*|"[^"]*"|'[^']*')\s*""", re.ASCII)
_QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)


def split_line(line: str) -> list[str]:
    """Return the words of a line, without the quotes around them."""
    words: list[str] = _WORD.findall(line)
    return [word[1:-1] if _QUOTED.fullmatch(word) else word for word in words]


class OptionError(CommandError):
    """Words that a command's options don't allow; `plain` is the message without the Java class."""

    def __init__(self, message: str, plain: str) -> None:
        super().__init__(message)
        self.plain = plain


class Parsed:
    """A command's words: `words` without options, the command's name first; `options` with their values."""

    __slots__ = ("options", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.options: dict[str, str] = {}

    def __contains__(self, option: str) -> bool:
        return option in self.options

    @property
    def wants_json(self) -> bool:
        """Whether a document is wanted, which `command.Command` shows in the form that is."""
        return self.form not in ("plain", "text")

    @property
    def form(self) -> str:
        """Return what --output says; text is the older name of plain. Raises CommandError for what it can't."""
        form = self.options.get("output", "plain")
        if form not in ("json", "yaml", "table", "plain", "text"):
            raise CommandError(f"--output is json, yaml, table or plain, not {form}")
        return form

    def number(self, option: str) -> int | None:
        """Return the value of an option that is a number from 0, None without it. Raises CommandError."""
        value = self.options.get(option)
        if value is None:
            return None
        if not value.isdecimal():
            raise CommandError(f"--{option} is a number, not {value}")
        return int(value)


class Options:
    """The options of one command.

    flags: names of options without a value; a string for names of one letter. valued: names of those with one.
    group: options of which only one may be there (name: its description in messages); group_required: one must.
    """

    __slots__ = ("flags", "group", "group_required", "valued")

    def __init__(
        self,
        flags: str | tuple[str, ...] = "",
        valued: tuple[str, ...] = (),
        group: dict[str, str] | None = None,
        *,
        group_required: bool = False,
    ) -> None:
        self.flags = frozenset(flags)
        self.valued = frozenset(valued)
        self.group = group or {}
        self.group_required = group_required

    def parse(self, words: list[str]) -> Parsed:
        """Read a command's words, its name first. Raises CommandError with the original's words."""
        parsed = Parsed()
        tokens = list(self._flatten(words))
        selected = ""
        position = 0
        while position < len(tokens):
            token = tokens[position]
            position += 1
            if token == "--":
                parsed.words += [word for word in tokens[position:] if word != "--"]
                break
            if token == "-" or not token.startswith("-"):
                parsed.words.append(token)
                continue
            if not self._has(token):
                raise _refusal("UnrecognizedOption", f"Unrecognized option: {token}")
            name = _name(token)
            if name in self.group:
                if selected not in ("", name):
                    raise _refusal(
                        "AlreadySelected",
                        f"The option '{name}' was specified but an option from this group"
                        f" has already been selected: '{selected}'",
                    )
                selected = name
            value = ""
            if name in self.valued:
                if position == len(tokens) or (tokens[position].startswith("-") and self._has(tokens[position])):
                    raise _refusal("MissingArgument", f"Missing argument for option: {name}")
                value = _unquoted(tokens[position])
                position += 1
            parsed.options.setdefault(name, value)
        if self.group_required and not selected:
            choices = ", ".join(f"-{name} {words}" for name, words in self.group.items())
            raise _refusal("MissingOption", f"Missing required option: [{choices}]")
        return parsed

    def _flatten(self, words: list[str]) -> Iterator[str]:
        """Take words such as -sw apart into -s and -w; one that is no option's letter leaves the whole word."""
        for word in words:
            if word.startswith("--") or not word.startswith("-") or len(word) <= 2 or self._has(word):
                yield word
                continue
            for index, letter in enumerate(word[1:], 1):
                if not self._has(letter):
                    yield word
                    break
                yield f"-{letter}"
                if letter in self.valued and len(word) > index + 1:
                    yield word[index + 1 :]
                    break

    def _has(self, token: str) -> bool:
        name = _name(token)
        return name in self.flags or name in self.valued


def _name(token: str) -> str:
    return token[2:] if token.startswith("--") else token.removeprefix("-")


def _unquoted(value: str) -> str:
    inner = value[1:-1]
    return inner if len(value) > 1 and value[0] == value[-1] == '"' and '"' not in inner else value


def _refusal(kind: str, message: str) -> OptionError:
    return OptionError(f"org.apache.commons.cli.{kind}Exception: {message}", message)
