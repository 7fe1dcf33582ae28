"""KAFKA_OPTS."""

import pytest

from kafkacli.client.system_properties import system_properties


def test_only_definitions_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_OPTS", "-Xmx1g -Da=b=c '-Dd=e f' -Dg -verbose")
    assert system_properties() == {"a": "b=c", "d": "e f", "g": ""}


def test_there_may_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_OPTS", raising=False)
    assert system_properties() == {}
