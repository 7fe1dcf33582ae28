"""Times written by patterns, as a JVM writes them (recorded from java.text.SimpleDateFormat, zone UTC or New York)."""

import time
from collections.abc import Callable, Iterator

import pytest

from kafkacli.java_dates import DateFormat

MOMENTS = (1600000000.123, 1577836800, 1609372799.005)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def use(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield use
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (
            "yyyy-MM-dd HH:mm:ss:SSS",
            ("2020-09-13 12:26:40:123", "2020-01-01 00:00:00:000", "2020-12-30 23:59:59:005"),
        ),
        ("yy/M/d h:m:s.S a", ("20/9/13 12:26:40.123 PM", "20/1/1 12:0:0.0 AM", "20/12/30 11:59:59.5 PM")),
        ("EEE MMM Z z X", ("Sun Sep +0000 UTC Z", "Wed Jan +0000 UTC Z", "Wed Dec +0000 UTC Z")),
        ("EEEE MMMM D k K", ("Sunday September 257 12 0", "Wednesday January 1 24 0", "Wednesday December 365 23 11")),
        ("yyyyy.MMMMM.dd GGG", ("02020.September.13 AD", "02020.January.01 AD", "02020.December.30 AD")),
        ("w W F u YYYY", ("38 3 2 7 2020", "1 1 1 3 2020", "1 5 5 3 2021")),
        ("hh 'o''clock'''", ("12 o'clock'", "12 o'clock'", "11 o'clock'")),
        ("''y'' LL SSSSS", ("'2020' 09 00123", "'2020' 01 00000", "'2020' 12 00005")),
    ],
)
def test_patterns(zone: Callable[[str], None], pattern: str, texts: tuple[str, ...]) -> None:
    zone("UTC")
    assert tuple(DateFormat(pattern).format(moment) for moment in MOMENTS) == texts


def test_zones(zone: Callable[[str], None]) -> None:
    zone("EST5EDT,M3.2.0,M11.1.0")
    texts = [DateFormat("Z X XX XXX z").format(moment) for moment in MOMENTS]
    assert texts[:2] == ["-0400 -04 -0400 -04:00 EDT", "-0500 -05 -0500 -05:00 EST"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("j", "Illegal pattern character 'j'"), ("y'", "Unterminated quote"), ("'x", "Unterminated")],
)
def test_wrong_patterns(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DateFormat(pattern)
