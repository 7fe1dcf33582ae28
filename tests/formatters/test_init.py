"""Formatters by the names of Java classes."""

import pytest

from kafkacli.client.chunks import Records
from kafkacli.formatters import DEFAULT, FORMATTERS, new_formatter
from kafkacli.java_classes import JavaError


@pytest.mark.parametrize("name", FORMATTERS)
def test_every_class_of_the_table_is_here(name: str) -> None:
    assert new_formatter(name, {}).texts(Records([])) == b""


def test_names_of_2_6_and_later() -> None:
    assert {
        DEFAULT,
        "kafka.coordinator.group.GroupMetadataManager$OffsetsMessageFormatter",
        "kafka.coordinator.group.GroupMetadataManager$GroupMetadataMessageFormatter",
        "kafka.coordinator.transaction.TransactionLog$TransactionLogMessageFormatter",
        "org.apache.kafka.tools.consumer.OffsetsMessageFormatter",
    } <= FORMATTERS.keys()


def test_an_unknown_class_is_javas_error() -> None:
    with pytest.raises(JavaError) as caught:
        new_formatter("no.such.Formatter", {})
    message = str(caught.value)
    assert message.startswith("java.lang.ClassNotFoundException: no.such.Formatter is none of those known here: ")
    assert [name for name in FORMATTERS if name not in message] == []
