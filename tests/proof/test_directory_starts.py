"""The real broker still makes of wrong log directories what is recorded; `tests/broker/test_directory_starts.py` holds ours to it."""

from pathlib import Path

import pytest

from tests.data.make_directory_starts import TARGET, answers
from tests.support.apache import Apache


def words(line: str) -> list[str]:
    """What is said, in any order: its threads load directories at once."""
    return sorted(line.replace(",", " ").split())


@pytest.mark.apache
@pytest.mark.long("some forty starts of the real broker take minutes")
@pytest.mark.timeout(1800)
def test_the_real_broker_does_what_is_recorded(apache: Apache, tmp_path: Path) -> None:
    for found, recorded in zip(answers(tmp_path), TARGET.read_text(encoding="utf-8").splitlines(), strict=True):
        assert words(found) == words(recorded)
