"""DescribeConfigs: topics, the broker, what is neither."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResponse,
    DescribeConfigsResult,
)
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.raw import RawClient

TOPIC, BROKER, LOGGER = 2, 4, 8


def describe(
    broker: RunningBroker, resource_type: int, name: str, version: int = 3, keys: list[str] | None = None
) -> DescribeConfigsResult:
    resource = DescribeConfigsResource(resource_type=resource_type, resource_name=name, configuration_keys=keys)
    with RawClient(broker.port) as client:
        response = client.ask(DescribeConfigsRequest(resources=[resource]), DescribeConfigsResponse, version)
    (result,) = response.results
    assert (result.resource_type, result.resource_name) == (resource_type, name)
    return result


@pytest.mark.parametrize("version", range(4))
def test_describes_a_topic(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t", retention_ms="5")
    result = describe(broker, TOPIC, "t", version)
    assert (result.error_code, result.error_message) == (0, None)
    entries = {entry.name: entry for entry in result.configs}
    assert entries["retention.ms"].value == "5"
    if version == 0:
        assert not entries["retention.ms"].is_default
        assert entries["segment.bytes"].is_default
    else:
        assert (entries["retention.ms"].config_source, entries["segment.bytes"].config_source) == (1, 5)
    assert entries["retention.ms"].config_type == (5 if version == 3 else 0)


def test_describes_this_broker(broker: RunningBroker) -> None:
    result = describe(broker, BROKER, str(NODE_ID), keys=["log.dirs"])
    assert [(entry.name, entry.value) for entry in result.configs] == [("log.dirs", str(broker.directory))]


def test_there_are_no_defaults_for_all_brokers(broker: RunningBroker) -> None:
    result = describe(broker, BROKER, "")
    assert (result.error_code, result.configs) == (0, [])


@pytest.mark.parametrize(
    ("resource_type", "name", "error", "message"),
    [
        (TOPIC, "none", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, None),
        (TOPIC, "..", ErrorCode.INVALID_TOPIC_EXCEPTION, 'Topic name cannot be "." or ".."'),
        (BROKER, "8", ErrorCode.INVALID_REQUEST, "Unexpected broker id, expected 7 or empty string, but received 8"),
        (BROKER, "x", ErrorCode.INVALID_REQUEST, "Broker id must be an integer, but it is: x"),
        (LOGGER, "", ErrorCode.INVALID_REQUEST, "Broker id must not be empty"),
        (99, "7", ErrorCode.INVALID_REQUEST, "Unsupported resource type: UNKNOWN"),
    ],
)
def test_what_can_not_be_described(
    broker: RunningBroker, resource_type: int, name: str, error: ErrorCode, message: str | None
) -> None:
    result = describe(broker, resource_type, name)
    assert (result.error_code, result.error_message, result.configs) == (error, message, [])
