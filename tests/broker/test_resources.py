"""Resources by their numbers and names."""

import pytest

from kafkacli.broker.resources import Resource, broker_id, error_text
from kafkacli.errors import ApiError, ErrorCode


def test_is_written_as_kafka_writes_it() -> None:
    assert str(Resource(2, "t")) == "ConfigResource(type=TOPIC, name='t')"
    assert str(Resource(8, "1")) == "ConfigResource(type=BROKER_LOGGER, name='1')"
    assert str(Resource(77, "")) == "ConfigResource(type=UNKNOWN, name='')"


def test_a_broker_is_named_by_its_id() -> None:
    assert broker_id(Resource(4, "12")) == 12
    with pytest.raises(ApiError, match="Broker id must be an integer, but it is: x"):
        broker_id(Resource(4, "x"))


def test_only_texts_of_an_errors_own_are_told() -> None:
    assert error_text(ApiError(ErrorCode.INVALID_CONFIG, "why")) == "why"
    assert error_text(ApiError(ErrorCode.INVALID_CONFIG)) is None
    assert error_text(ApiError(ErrorCode.UNKNOWN_SERVER_ERROR, "why")) is None
