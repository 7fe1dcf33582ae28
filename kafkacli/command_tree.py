"""What `kafkacli` itself shows: the tree of commands, its own version, and what was meant by a name that isn't there."""

import typer

from kafkacli import __version__, app, console
from kafkacli.exits import Exit


def show(arguments: list[str]) -> int:
    """Answer a `kafkacli` command line that names no tool. Returns the exit status."""
    first = arguments[0] if arguments else "--help"
    if first == "--version":
        console.out(f"kafkacli {__version__}")
        return Exit.OK
    if not first.startswith("-"):
        return _unknown(first)
    status = _tree()(arguments or ["--help"], prog_name="kafkacli", standalone_mode=False)
    return status if isinstance(status, int) else Exit.OK


def _unknown(name: str) -> int:
    from difflib import get_close_matches

    names = [tool.subcommand for tool in app.TOOLS]
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else "kafkacli --help lists them all"
    console.err(f"kafkacli: {name} is not a command\n{hint}")
    return Exit.FAILURE


def _tree() -> typer.Typer:
    tree = typer.Typer(
        add_completion=False,
        help="Apache Kafka's scripts without the JVM. Every command takes the flags of the script it is named after.",
        rich_markup_mode="rich" if console.is_terminal() else None,
    )
    tree.callback()(_callback)
    for tool in app.TOOLS:
        tree.command(tool.subcommand, short_help=_summary(tool), add_help_option=False)(lambda: None)
    return tree


def _callback(
    version: bool = typer.Option(False, "--version", help="Show kafkacli's own version and exit."),
) -> None:
    """Stand for the options that `show` has answered before."""


def _summary(tool: app.Tool) -> str:
    """Return what a tool does, with the other names that it has behind `kafkacli`."""
    names = [name for name, of in app.ALIASES.items() if of == tool.subcommand]
    return f"{tool.summary} Also: {', '.join(names)}." if names else tool.summary
