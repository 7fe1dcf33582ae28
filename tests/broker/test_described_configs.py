"""DescribeConfigs says of every key what the real broker says (tests/data/described_configs.tsv)."""

from pathlib import Path

from tests.data.make_described_configs import DATA, PROPERTIES, described
from tests.support.broker import RunningBroker


def test_every_key_is_described_as_by_the_real_broker(tmp_path: Path) -> None:
    running = RunningBroker(tmp_path / "log", {"broker.id": "0", **PROPERTIES})
    try:
        assert described(running.port) == DATA.read_text(encoding="utf-8").splitlines()
    finally:
        running.stop()
