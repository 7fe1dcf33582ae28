"""Logins to ZooKeeper by username and password; the whole exchange is in `tests/secured/test_zookeeper.py`."""

import pytest
from puresasl import SASLProtocolException
from puresasl.client import SASLClient

from kafkacli.client.zookeeper_digest import login_options

CHALLENGE = b'realm="zk-sasl-md5",nonce="n",charset=utf-8,algorithm=md5-sess,qop="auth"'


def exchange() -> SASLClient:
    return SASLClient(host="zk-sasl-md5", **login_options("kafka", "secret"))


def test_a_challenge_is_answered() -> None:
    client = exchange()
    assert client.process() is None
    answer = client.process(CHALLENGE)
    assert b'username="kafka"' in answer
    assert b"secret" not in answer


def test_a_server_that_asks_nothing_has_no_logins() -> None:
    client = exchange()
    client.process()
    with pytest.raises(SASLProtocolException):
        client.process(None)
