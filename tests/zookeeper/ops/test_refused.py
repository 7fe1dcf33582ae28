"""Operations that a single server without SASL refuses, or answers with nothing: reconfig, sasl."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.pipeline import Rules
from kafkacli.zookeeper.protocol import Error, OpCode, ReconfigRequest, SaslToken
from tests.support.zookeeper_pipeline import Driver


@pytest.mark.parametrize(("enabled", "error"), [(False, Error.RECONFIG_DISABLED), (True, Error.UNIMPLEMENTED)])
def test_reconfig(enabled: bool, error: Error) -> None:
    client = Driver(Rules(reconfig_enabled=enabled)).client()
    assert client.call(OpCode.RECONFIG, ReconfigRequest("", "1", "", -1)) == (error, b"")


def test_sasl_gives_an_empty_token() -> None:
    client = Driver().client()
    assert client.get(SaslToken, OpCode.SASL, SaslToken(b"x")) == SaslToken(None)
