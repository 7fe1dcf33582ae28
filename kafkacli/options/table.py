"""A tool's command line as data: parsing, help, completions and man pages are all made from these tables.

Plain classes, nothing imported: every tool loads its table before it does anything else.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Option:
    """One option of a tool.

    names: without dashes, the script's own name first; one-letter names take one dash.
    argument: what stands for its argument in help, None when it takes none. optional: the argument may be left out.
    kind: how the argument is read: 'string', 'integer', 'long', 'double' (Java's ranges).
    choices: the only values that the parser takes, when there are any. many: it takes one word or several.
    default: the text that counts when the option isn't there. required: the parser itself asks for it.
    available_if: the options of which one has to be there too.
    separator: splits one argument into several.
    completes: what a shell offers as its argument: 'file', 'directory', 'topic', 'group', or the words themselves.
    since: the Kafka version that brought it, when that is later than 2.6, or 'kafkacli' for one of our own; such options
    are left out of the reference.
    """

    __slots__ = (
        "argument",
        "available_if",
        "choices",
        "completes",
        "default",
        "help",
        "is_help",
        "kind",
        "many",
        "names",
        "optional",
        "required",
        "separator",
        "since",
    )

    def __init__(
        self,
        *names: str,
        help: str,  # noqa: A002 - the word that every table uses
        argument: str | None = None,
        optional: bool = False,
        kind: str = "string",
        choices: tuple[str, ...] = (),
        many: bool = False,
        default: str | None = None,
        required: bool = False,
        available_if: tuple[str, ...] = (),
        separator: str = "",
        completes: str | tuple[str, ...] = "",
        is_help: bool = False,
        since: str = "",
    ) -> None:
        self.names = names
        self.help = help
        self.argument = argument
        self.optional = optional
        self.kind = kind
        self.choices = choices
        self.many = many
        self.default = default
        self.required = required
        self.available_if = available_if
        self.separator = separator
        self.completes = completes
        self.is_help = is_help
        self.since = since

    @property
    def name(self) -> str:
        """The first name: what errors of the parser call it."""
        return self.names[0]

    def __str__(self) -> str:
        """As Kafka's own messages show an option: all its names in brackets."""
        return f"[{', '.join(self.names)}]"


class OptionTable:
    """All that is known of one tool's command line.

    script: Apache's name with .sh. summary: what the tool is for, one line. synopsis: what follows the name on the usage line.
    examples: (command line, what it does). arguments: what the words that are no options mean, '' when there are none.
    replaced: options that Kafka had once → what there is in their place, for the word that follows the refusal.
    groups: names of options of which exactly one is needed.
    abbreviations: whether an unambiguous beginning of a long name will do, as in the tools whose parser allows it.
    uses_context: whether a command line that names no cluster is completed from the active context.
    """

    __slots__ = (
        "abbreviations",
        "arguments",
        "by_name",
        "examples",
        "groups",
        "options",
        "replaced",
        "script",
        "summary",
        "synopsis",
        "uses_context",
    )

    def __init__(
        self,
        script: str,
        summary: str,
        options: Sequence[Option],
        *,
        synopsis: str = "[OPTION]...",
        arguments: str = "",
        examples: Sequence[tuple[str, str]] = (),
        groups: Sequence[tuple[str, ...]] = (),
        abbreviations: bool = False,
        replaced: Mapping[str, str] | None = None,
        uses_context: bool = True,
    ) -> None:
        self.script = script
        self.summary = summary
        self.synopsis = synopsis
        self.arguments = arguments
        self.options = tuple(options)
        self.examples = tuple(examples)
        self.groups = tuple(groups)
        self.abbreviations = abbreviations
        self.replaced = replaced or {}
        self.uses_context = uses_context
        self.by_name = {name: option for option in self.options for name in option.names}


HELP = Option("help", help="Show this help and end.", is_help=True)
VERSION = Option("version", help="Show the Kafka version whose behaviour this tool has, and end.", is_help=True)
OUTPUT = Option(
    "output",
    argument="form",
    choices=("plain", "json", "yaml", "table"),
    help="The form of what is printed: Apache's own text (plain, as by default), json, yaml or a table;"
    " docs/schemas says which fields there are.",
    since="kafkacli",
)
DRY_RUN = Option("dry-run", help="Say what would be done, and change nothing.", since="kafkacli")
