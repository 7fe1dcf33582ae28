"""Places in partitions as people write them."""

from datetime import UTC, datetime

import pytest

from kafkacli.interchange.places import EARLIEST, LATEST, Place, PlaceError, parse_partitions, parse_place

NOW = 1_700_000_000_000


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("42", Place("offset", 42)),
        ("earliest", Place(EARLIEST)),
        ("Beginning", Place(EARLIEST)),
        ("end", Place(LATEST)),
        ("@1699999999999", Place("timestamp", 1699999999999)),
        ("@-5", Place("timestamp", -5)),
        ("-1h", Place("timestamp", NOW - 3_600_000)),
        ("-1h30m", Place("timestamp", NOW - 5_400_000)),
        ("-250ms", Place("timestamp", NOW - 250)),
        ("-1w2d", Place("timestamp", NOW - 9 * 86_400_000)),
        (
            "2026-11-24T12:30:00Z",
            Place("timestamp", int(datetime(2026, 11, 24, 12, 30, tzinfo=UTC).timestamp()) * 1000),
        ),
        ("2026-11-24T13:30:00.5+01:00", Place("timestamp", 1795523400500)),
        ("2026-11-24", Place("timestamp", int(datetime(2026, 11, 24).timestamp()) * 1000)),
    ],
)
def test_what_places_mean(text: str, place: Place) -> None:
    assert parse_place(text, NOW) == place


@pytest.mark.parametrize("text", ["", "x", "-5", "-1y", "-h", "1h", "2026-13-01", "@", "9" * 19, "-1h x"])
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(PlaceError):
        parse_place(text, NOW)


def test_lists_of_partitions() -> None:
    assert parse_partitions("3, 0,5-7,6") == [0, 3, 5, 6, 7]
    for text in ("", "a", "3-1", "-1", "1,", "0-9999999"):
        with pytest.raises(PlaceError):
            parse_partitions(text)
