"""The page on exit statuses, docs/exit-codes.md: what each means, and the commands that have a way of their own."""

from __future__ import annotations

from kafkacli.exits import Exit
from kafkacli.options.manpage import STATUSES

OWN_WAYS = (
    (
        "kafka-consumer-groups.sh",
        "0 also after most errors of the brokers, as the original; not with `--dry-run`",
    ),
    ("any command with `--dry-run`", "0 when it would work, 1 when not"),
    ("kafka-delete-records.sh", "0 also when some partitions have an error, as the original"),
    (
        "kafka-console-producer.sh",
        (
            "0 also when records could not be delivered, as the original, with a line for each; 1 then with `--sync`,"
            " `--input json` or `--format`"
        ),
    ),
    ("kafka-console-consumer.sh", "0 also when `--timeout-ms` ended it, as the original"),
    ("kafka-server-stop.sh, zookeeper-server-stop.sh", "1 when there is nothing to stop"),
    (
        "zkCli.sh, zookeeper-shell.sh",
        "127 for a command that the shell doesn't know, `help` among them, as the original; 1 for `grep` when nothing was found",
    ),
    ("kafkacli wait", "124 when the time is over before the condition holds"),
    ("kafkacli doctor", "1 when something has to change"),
)
_HEAD = """# Exit statuses

Made by `make generate` from `kafkacli/exits.py`, `kafkacli/options/manpage.py` and `kafkacli/options/exit_codes.py`. The man
pages have the same table under EXIT STATUS.

| status | name | meaning |
|---|---|---|
"""


def page() -> str:
    """Return the whole page."""
    rows = "".join(f"| {status.value} | {status.name} | {STATUSES[status]} |\n" for status in Exit)
    ways = "".join(f"- {command}: {way}.\n" for command, way in OWN_WAYS)
    return f"{_HEAD}{rows}\nWhere a command differs:\n\n{ways}"
