"""Man pages in section 1, made from the option tables: one for each name of each command, and one for `kafkacli` itself.

A command's second name gets a whole page: `.so` needs the reader's folder to be right, and a wheel can't hold links.
"""

from __future__ import annotations

from kafkacli import __version__
from kafkacli.exits import Exit
from kafkacli.options.commands import COMMON, Command
from kafkacli.options.help import option_label, option_meaning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafkacli.options.table import Option, OptionTable

NOTICE = r".\" Made by `python -m kafkacli.options.generate`: change the option tables instead."
STATUSES = {
    Exit.OK: "The command did what it was asked to do, or has shown its help or version.",
    Exit.FAILURE: "It did not: a wrong command line, no answer from the servers, a refusal. One line on stderr says why.",
    Exit.TIMED_OUT: "What kafkacli wait waited for did not come in time. One line on stderr says what is missing.",
    Exit.TIMED_OUT: "The time of kafkacli wait was over.",
    Exit.COMMAND_NOT_FOUND: "It was started under a name that is none of Kafka's or ZooKeeper's.",
    Exit.INTERRUPTED: "It was ended by Ctrl-C.",
    Exit.TERMINATED: "It was ended by SIGTERM.",
}
"""What each exit status means; a command that has more of them says so in its description."""
_SOURCE = f"kafkacli {__version__}"
_OVERVIEW_EXAMPLES = (
    ("kafkacli server-start", "Run a broker and ZooKeeper on this machine:"),
    ("kafkacli topics --create --topic test --bootstrap-server localhost:9092", "Create a topic:"),
    ("kafkacli context add here --bootstrap-server localhost:9092", "Name the servers once and for all:"),
)
_DATE = "2026-11-24"  # of the reference that the pages were last compared with; readers show it
_COLUMNS = 80


def manual_files(commands: list[Command]) -> dict[str, str]:
    """Return path below man/ → content."""
    files = {"man1/kafkacli.1": overview_page(commands)}
    for command in commands:
        for name in command.names or [f"kafkacli-{command.subcommand}"]:
            files[f"man1/{name}.1"] = command_page(command, name)
    return files


def command_page(command: Command, name: str) -> str:
    """Return the page of one command under one of its names."""
    table = command.table
    names = [name, *(other for other in command.names if other.removesuffix(".sh") == name.removesuffix(".sh"))]
    lines = [
        NOTICE,
        _title(name),
        ".SH NAME",
        *_text(f"{', '.join(dict.fromkeys(names))} - {table.summary.rstrip('.')}"),
        ".SH SYNOPSIS",
        rf".B {_escaped(name if command.names else table.script)}",
        *_text(table.synopsis),
        ".SH DESCRIPTION",
        *_text(table.summary),
    ]
    if table.arguments:
        lines += [".PP", *_text(table.arguments)]
    lines += [".PP", rf"The same as \fBkafkacli {_escaped(command.subcommand)}\fR."]
    lines.append(".SH OPTIONS")
    for option in sorted([*table.options, *_common(table)], key=lambda option: option.name):
        lines += [".TP", rf"\fB{_escaped(option_label(option))}\fR", *_text(option_meaning(option))]
    lines += _statuses()
    if table.examples:
        lines += _examples(table.examples)
    lines += [".SH SEE ALSO", ".BR kafkacli (1)"]
    return "\n".join(lines) + "\n"


def overview_page(commands: list[Command]) -> str:
    """Return the page of `kafkacli`."""
    lines = [
        NOTICE,
        _title("kafkacli"),
        ".SH NAME",
        r"kafkacli \- Apache Kafka's scripts without the JVM",
        ".SH SYNOPSIS",
        ".B kafkacli",
        r"\fICOMMAND\fR [\fIOPTION\fR]...",
        ".SH DESCRIPTION",
        *_text(
            "Every command takes the options of the Apache script that it is named after, and says what that one says."
        ),
        *_text("Each is also there under that script's own name, with and without .sh, and has a page of its own."),
        ".SH COMMANDS",
    ]
    for command in commands:
        page = command.names[0] if command.names else f"kafkacli-{command.subcommand}"
        lines += [".TP", rf"\fB{_escaped(command.subcommand)}\fR", *_text(command.summary)]
        lines += ["See", rf".BR {_escaped(page)} (1)."]
    lines += [".SH OPTIONS", "Every command takes, on top of its own:"]
    for option in COMMON:
        lines += [".TP", rf"\fB{_escaped(option_label(option))}\fR", *_text(option_meaning(option))]
    lines += [
        ".SH ENVIRONMENT",
        *[line for name, meaning in _ENVIRONMENT for line in (".TP", f".B {name}", meaning)],
        *_statuses(),
        *_examples(_OVERVIEW_EXAMPLES),
    ]
    return "\n".join(lines) + "\n"


_ENVIRONMENT = (
    ("KAFKACLI_COMPLETION_MS", "How many milliseconds a Tab waits for names from the cluster; 300 without it."),
    ("KAFKACLI_CONTEXT", r"The context that counts, as with \fB\-\-context\fR."),
    ("KAFKACLI_DEBUG", r"When it is 1, errors show their traceback, as with \fB\-\-debug\fR."),
    ("KAFKA_OPTS", r"Java's system properties, as \fB\-Djava.security.auth.login.config=\fIFILE\fR."),
    ("NO_COLOR", "When it is not empty, nothing is coloured. In a pipe nothing ever is."),
)


def _common(table: OptionTable) -> list[Option]:
    """The options that every command takes, as far as the table has none of that name."""
    return [option for option in COMMON if option.name not in table.by_name]


def _statuses() -> list[str]:
    lines = [".SH EXIT STATUS"]
    for status in Exit:
        lines += [".TP", rf"\fB{status.value}\fR", *_text(STATUSES[status])]
    return lines


def _examples(examples: Sequence[tuple[str, str]]) -> list[str]:
    lines = [".SH EXAMPLES"]
    for example, meaning in examples:
        lines += [".TP", *_text(meaning), ".EX", _escaped(example), ".EE"]
    return lines


def _title(name: str) -> str:
    return f'.TH {_escaped(name).upper()} 1 "{_DATE}" "{_SOURCE}"'


def _text(text: str) -> list[str]:
    """Return running text as lines that no macro or escape is seen in, broken between words."""
    lines: list[str] = []
    for word in text.split():
        escaped = _escaped(word)
        if lines and len(lines[-1]) + 1 + len(escaped) <= _COLUMNS:
            lines[-1] += f" {escaped}"
        else:
            lines.append(escaped)
    return lines


def _escaped(text: str) -> str:
    """Return text that no macro or escape is seen in."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped
