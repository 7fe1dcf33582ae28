"""Levels of loggers; what the real broker answers about them is in tests/broker/test_plays.py."""

import logging
from collections.abc import Iterator

import pytest

from kafkacli.broker.loggers import KAFKAS, change, check_change, levels
from kafkacli.config_types import ConfigError
from kafkacli.errors import ApiError

NAME = "kafka.test.Logger"


@pytest.fixture(autouse=True)
def logger() -> Iterator[logging.Logger]:
    made = logging.getLogger(NAME)
    yield made
    made.setLevel(logging.NOTSET)


def test_a_level_is_set_and_taken_away(logger: logging.Logger) -> None:
    change([(NAME, "FATAL")])
    assert levels([NAME]) == {NAME: "FATAL"}
    assert not logger.isEnabledFor(logging.ERROR)
    change([(NAME, "TRACE")])
    assert logger.isEnabledFor(5)
    change([(NAME, None)])
    assert levels([NAME])[NAME] == levels()["root"]


def test_other_libraries_loggers_are_not_ours() -> None:
    logging.getLogger("asyncio")
    assert "asyncio" not in levels()


def test_the_loggers_of_kafkas_broker_are_there_from_the_start() -> None:
    assert set(KAFKAS) <= set(levels())
    check_change("kafka.server.KafkaApis", "SET", "DEBUG")


@pytest.mark.parametrize(
    ("name", "operation", "level", "error"),
    [
        (NAME, "SET", "INFO", None),
        (NAME, "SET", "WARNING", ConfigError),
        ("no.such", "DELETE", None, ConfigError),
        ("root", "DELETE", None, ApiError),
        (NAME, "APPEND", "INFO", ApiError),
    ],
)
def test_changes_that_can_not_be_made(
    name: str, operation: str, level: str | None, error: type[Exception] | None
) -> None:
    if error is None:
        check_change(name, operation, level)
    else:
        with pytest.raises(error):
            check_change(name, operation, level)
