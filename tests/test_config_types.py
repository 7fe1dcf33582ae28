"""Values as Java reads and prints them."""

import pytest

from kafkacli.config_types import ConfigError, ConfigType, api_version, java_double, magic_of, parse_type, value_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (0.5, "0.5"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (100.25, "100.25"),
        (9999999.0, "9999999.0"),
        (10_000_000.0, "1.0E7"),
        (12345678.9, "1.23456789E7"),
        (2147483647.0, "2.147483647E9"),
        (-1.7976931348623157e308, "-1.7976931348623157E308"),
        (float("inf"), "Infinity"),
        (float("nan"), "NaN"),
    ],
)
def test_doubles_are_printed_as_java_prints_them(value: float, text: str) -> None:
    assert java_double(value) == text


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (ConfigType.BOOLEAN, " TRUE ", True),
        (ConfigType.SHORT, "-32768", -32768),
        (ConfigType.LONG, "+9223372036854775807", 2**63 - 1),
        (ConfigType.DOUBLE, "1.5f", 1.5),
        (ConfigType.DOUBLE, ".5", 0.5),
        (ConfigType.DOUBLE, "-Infinity", float("-inf")),
        (ConfigType.LIST, "a , b,", ["a", "b", ""]),
        (ConfigType.LIST, " ", []),
        (ConfigType.PASSWORD, " secret ", "secret"),
    ],
)
def test_values_are_read_as_java_reads_them(type_: ConfigType, text: str, value: object) -> None:
    assert parse_type("key", text, type_) == value


@pytest.mark.parametrize("text", ["", "1_0", "0x10", "1 0", "1e", "--1", "½"])
def test_what_is_no_number_to_java_is_none_here(text: str) -> None:
    for type_ in (ConfigType.INT, ConfigType.DOUBLE):
        with pytest.raises(ConfigError, match=f"Not a number of type {type_.name}"):
            parse_type("key", text, type_)


def test_values_are_printed_as_java_prints_them() -> None:
    assert [value_text(value) for value in (None, True, ["a", "b"], 1.0, 5, "x")] == [
        None,
        "true",
        "a,b",
        "1.0",
        "5",
        "x",
    ]


@pytest.mark.parametrize(
    ("text", "version", "magic"),
    [
        ("0.9.0.1", "0.9.0", 0),
        ("0.10.0", "0.10.0-IV1", 1),
        ("0.10.0-IV0", "0.10.0-IV0", 1),
        ("0.11.0", "0.11.0-IV2", 2),
        ("2.6.2", "2.6-IV0", 2),
        ("2.1", "2.1-IV2", 2),
    ],
)
def test_a_version_text_stands_for_the_newest_internal_one(text: str, version: str, magic: int) -> None:
    assert api_version(text) == version
    assert magic_of(version) == magic
