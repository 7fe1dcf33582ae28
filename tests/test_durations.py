"""Durations as people type them."""

import pytest

from kafkacli.durations import DurationError, seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90", 90), ("0", 0), ("1.5", 1.5), ("30s", 30), ("1m30s", 90), ("500ms", 0.5), ("2H", 7200), (" 7d ", 604800)],
)
def test_a_duration_is_read(text: str, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "s", "-1", "1x", "1m 30s", "1,5s", "1m30", "PT5S", "inf"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(DurationError, match="is no duration"):
        seconds(text)
