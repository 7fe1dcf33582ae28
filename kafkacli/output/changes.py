"""What a command changes, or would change with --dry-run: lines of our own, or the document that --output asks for."""

from __future__ import annotations

from kafkacli import console


class Changes:
    """The changes of one run. Without --dry-run the plain form is left to the tool, whose text is Apache's.

    tells: whether a dry run is told in our words; not where Apache's tool has its own.
    """

    __slots__ = ("_records", "_tells", "dry_run")

    def __init__(self, *, dry_run: bool, tells: bool = True) -> None:
        self.dry_run = dry_run
        self._tells = dry_run and tells
        self._records: list[dict[str, object]] = []

    def add(self, action: str, resource: str, name: str, **details: object) -> None:
        """Take a change. action: a verb; resource: what kind of thing; details: what of it, None for a default."""
        shown = {key: None if value is None else str(value) for key, value in details.items()}
        self._records.append(
            {
                "action": action,
                "resource": resource,
                "name": name,
                "details": shown,
                "done": not self.dry_run,
                "error": None,
            }
        )
        if self._tells and console.is_plain():
            more = ", ".join(f"{key}={'default' if value is None else value}" for key, value in shown.items())
            console.out(f"Would {action} {resource} {name}" + (f": {more}" if more else ""))

    def fail(self, action: str, resource: str, name: str, error: str, **details: object) -> None:
        """Take a change that did not work. The words about it are left to the tool."""
        shown = {key: None if value is None else str(value) for key, value in details.items()}
        self._records.append(
            {"action": action, "resource": resource, "name": name, "details": shown, "done": False, "error": error}
        )

    @property
    def has_failed(self) -> bool:
        """Whether a change did not work."""
        return any(record["error"] is not None for record in self._records)

    def show(self) -> None:
        """Show the changes in the form that is wanted, when that isn't the plain one; there only a dry run of nothing is told."""
        if not console.is_plain():
            from kafkacli.output.show import show

            show("changes", self._records)
        elif self._tells and not self._records:
            console.out("Would change nothing")
