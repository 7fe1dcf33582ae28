"""docs/server-properties.md is what the table says."""

from pathlib import Path

import pytest

from kafkacli.broker import properties_page
from kafkacli.broker.config_keys import BROKER_KEYS


def test_the_page_is_up_to_date() -> None:
    assert properties_page.main(["--check"]) == 0
    rows = [line for line in properties_page.PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(BROKER_KEYS)


def test_another_page_is_noticed_and_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(properties_page, "PAGE", tmp_path / "page.md")
    assert properties_page.main(["--check"]) == 1
    assert "make generate" in capsys.readouterr().err
    assert properties_page.main([]) == 0
    assert properties_page.main(["--check"]) == 0
