"""A verb of the shell: its name, its usage, its options and what it does."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.parse import DRY_RUN, OptionError, Options, Parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.zkshell.znodes import Znodes


class Command:
    """One verb, as its file in commands/ declares it.

    usage: what follows the name in help. run: does it; raises CommandError and OperationError. minimum: how many words it
    needs, its name among them. old_watch: what to write in place of the old `NAME path watch`, '' where that never was.
    summary: what it does, in one line; '' for the original's commands.
    """

    __slots__ = ("minimum", "name", "old_watch", "options", "run", "summary", "usage")

    def __init__(
        self,
        name: str,
        usage: str,
        run: Callable[[Znodes, Parsed], None],
        options: Options | None = None,
        *,
        minimum: int = 2,
        old_watch: str = "",
        summary: str = "",
    ) -> None:
        self.name = name
        self.usage = usage
        self.run = run
        self.options = options or Options()
        self.minimum = minimum
        self.old_watch = old_watch
        self.summary = summary

    def execute(self, znodes: Znodes, words: list[str]) -> None:
        """Read the words, the name first, and do it. Raises CommandError, OperationError, and ValueError for numbers."""
        try:
            parsed = self.options.parse(words)
        except OptionError as error:
            raise CommandError(f"{self.name}: {error.plain}") if self.summary else error from None
        if len(parsed.words) < self.minimum:
            raise CommandError(f"{self.name} {self.usage}")
        if self.old_watch and len(parsed.words) > 2:
            console.err(
                f"'{self.name} path [watch]' has been deprecated. Please use '{self.name} {self.old_watch}' instead."
            )
            parsed = self.options.parse([*words[:2], "-w", *words[3:]])
        if DRY_RUN in parsed:
            from kafkacli.zkshell.dry_run import DryRun

            znodes = DryRun(znodes.session, tells=not parsed.wants_json)
        if parsed.form in ("yaml", "table"):
            from kafkacli.zkshell.json_output import in_form

            with in_form(parsed.form):
                self.run(znodes, parsed)
        else:
            self.run(znodes, parsed)
