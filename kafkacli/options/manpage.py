"""Man pages in section 1, made from the option tables; a page for `kafkacli` itself, and for each further name a pointer."""

from __future__ import annotations

from kafkacli import __version__
from kafkacli.options.commands import Command
from kafkacli.options.help import option_label, option_meaning

NOTICE = r".\" Made by `python -m kafkacli.options.generate`: change the option tables instead."
_SOURCE = f"kafkacli {__version__}"


def manual_files(commands: list[Command]) -> dict[str, str]:
    """Return path below man/ → content."""
    files = {"man1/kafkacli.1": overview_page(commands)}
    for command in commands:
        names = command.names or [f"kafkacli-{command.subcommand}"]
        files[f"man1/{names[0]}.1"] = command_page(command, names[0])
        for name in names[1:]:
            files[f"man1/{name}.1"] = f".so man1/{names[0]}.1\n"
    return files


def command_page(command: Command, name: str) -> str:
    """Return the page of one command."""
    table = command.table
    lines = [
        NOTICE,
        _title(name),
        ".SH NAME",
        rf"{_text(name)} \- {_text(table.summary.rstrip('.'))}",
        ".SH SYNOPSIS",
        rf".B {_text(table.script)}",
        _text(table.synopsis),
        ".SH DESCRIPTION",
        _text(table.summary),
    ]
    if table.arguments:
        lines += [".PP", _text(table.arguments)]
    lines += [".PP", rf"The same as \fBkafkacli {_text(command.subcommand)}\fR."]
    lines.append(".SH OPTIONS")
    for option in sorted(table.options, key=lambda option: option.name):
        lines += [".TP", rf"\fB{_text(option_label(option))}\fR", _text(option_meaning(option))]
    if table.examples:
        lines.append(".SH EXAMPLES")
        for example, meaning in table.examples:
            lines += [".TP", _text(meaning), f".EX\n{_text(example)}\n.EE"]
    lines += [".SH SEE ALSO", r".BR kafkacli (1)"]
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
        "Every command takes the options of the Apache script that it is named after, and says what that one says.",
        ".SH COMMANDS",
    ]
    for command in commands:
        page = command.names[0] if command.names else f"kafkacli-{command.subcommand}"
        lines += [".TP", rf"\fB{_text(command.subcommand)}\fR", _text(command.summary), rf"See \fB{_text(page)}\fR(1)."]
    lines += [
        ".SH ENVIRONMENT",
        ".TP",
        ".B KAFKACLI_DEBUG",
        r"When it is 1, errors show their traceback, as with \fB\-\-debug\fR.",
    ]
    return "\n".join(lines) + "\n"


def _title(name: str) -> str:
    return f'.TH {_text(name).upper()} 1 "" "{_SOURCE}"'


def _text(text: str) -> str:
    """Return text that no macro or escape is seen in."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped
