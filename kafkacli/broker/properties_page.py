"""Write docs/server-properties.md from the table of effects: `python -m kafkacli.broker.properties_page [--check]`, in a checkout.

With --check nothing is written, and a page that says something else makes the exit status 1.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from kafkacli import console
from kafkacli.broker.config_documentation import BROKER_DOCUMENTATION
from kafkacli.broker.config_effects import EFFECTS, Effect, Kind
from kafkacli.broker.config_keys import BROKER_KEYS
from kafkacli.config_types import ConfigKey, ConfigType, UpdateMode
from kafkacli.exits import Exit

PAGE = Path(__file__).resolve().parents[2] / "docs" / "server-properties.md"

_HEAD = """# The keys of server.properties

Every key of Kafka 2.6.2's broker, in its order, and what it does here. Made by `make generate` from
`kafkacli/broker/config_effects.py`; `make check` says when it is out of date.

{counts}. The tests named stand below `tests/`; each fails
when brokers ignore the key ([proof.md](proof.md)). Keys that may change
while the broker runs (`kafka-configs.sh`) say for whom: *broker* for one, *cluster* for all or one. A refused key stops the start
when it asks for something; its default doesn't. Keys that Kafka doesn't know are kept and named in a warning. The broker serves
PLAINTEXT: a listener with TLS or SASL is refused.

| key | meaning | default | dynamic | here |
|---|---|---|---|---|
"""
_DYNAMIC = {UpdateMode.READ_ONLY: "", UpdateMode.PER_BROKER: "broker", UpdateMode.CLUSTER_WIDE: "cluster"}


def page() -> str:
    """Return the whole page."""
    numbers = {kind: sum(effect.kind is kind for effect in EFFECTS.values()) for kind in Kind}
    acting, meaningless, refused = (numbers[kind] for kind in (Kind.ACTS, Kind.NO_MEANING, Kind.REFUSED))
    counts = f"{acting} act, {meaningless} are accepted and mean nothing here, {refused} are refused"
    rows = "".join(_row(BROKER_KEYS[name], effect) for name, effect in EFFECTS.items())
    return _HEAD.format(counts=f"Of {len(EFFECTS)} keys: {counts}") + rows


def _row(key: ConfigKey, effect: Effect) -> str:
    default = (
        "" if key.default is None or key.type is ConfigType.PASSWORD else f"`{key.default}`" if key.default else ""
    )
    here = f"acts: `{effect.text}`" if effect.kind is Kind.ACTS else f"{effect.kind.value}: {effect.text}"
    cells = (f"`{key.name}`", BROKER_DOCUMENTATION[key.name], default, _DYNAMIC[key.update_mode], here)
    return f"| {' | '.join(cells)} |\n"


def main(arguments: Sequence[str]) -> int:
    """Run the program. Returns its exit status."""
    if "--check" not in arguments:
        PAGE.write_text(page(), encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        console.err("docs/server-properties.md is not what the table says; run: make generate")
        return Exit.FAILURE
    return Exit.OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
