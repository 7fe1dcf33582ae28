"""What --add-config, --add-config-file and --delete-config of kafka-configs.sh ask for."""

from __future__ import annotations

import re

from kafkacli import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kafkacli.options.jopt import Parsed

# Outside of brackets: what follows has no closing bracket before the next opening one.
_OUTSIDE = r"(?=[^\]]*(?:\[|$))"
_SECRET = re.compile("SCRAM-|password|secret|jaas", re.IGNORECASE)
_COMMA = re.compile("," + _OUTSIDE)
_EQUALS = re.compile(r"\s*=\s*" + _OUTSIDE)


def wanted_configs(options: Parsed) -> dict[str, str]:
    """Return the values to set. Raises OptionError, OSError for a file, ValueError for what is no pair."""
    configs: dict[str, str] = {}
    if (path := options.value("add-config-file")) is not None:
        from kafkacli.client.properties import load_properties

        configs |= load_properties(path)
    if (text := options.value("add-config")) is not None:
        configs |= parse_configs(text)
    if (version := configs.get("message.format.version")) is not None:
        console.out(
            f"WARNING: The configuration message.format.version={version} is specified. This configuration will be "
            "ignored if the version is newer than the inter.broker.protocol.version specified in the broker."
        )
    return configs


def parse_configs(text: str) -> dict[str, str]:
    """Read `a=1,b=[x,y]`. Raises ValueError."""
    pairs = [_EQUALS.split(part) for part in _COMMA.split(text.rstrip(","))]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(
            'requirement failed: Invalid entity config: all configs to be added must be in the format "key=val".'
        )
    return {name.strip(): value.replace("[", "").replace("]", "").strip() for name, value in pairs}


def tell_change(
    options: Parsed, kind: str, name: str, wanted: Mapping[str, str], unwanted: Iterable[str], said: str
) -> None:
    """Say what was changed, or would be. said: the original's words for it; secrets are not said."""
    from kafkacli.output.changes import Changes

    changes = Changes(dry_run=options.has("dry-run"))
    if not changes.dry_run:
        console.out(said)
    shown = {key: "[hidden]" if _SECRET.search(key) else value for key, value in wanted.items()}
    changes.add("alter", f"{kind}-config", name, **shown, **dict.fromkeys(unwanted))
    changes.show()


def unwanted_configs(options: Parsed) -> list[str]:
    """Return the names to delete."""
    return [name.strip() for name in options.values("delete-config")]
