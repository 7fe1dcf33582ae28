"""AlterConfigs: a topic's configs anew."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.alter_configs import (
    AlterableConfig,
    AlterConfigsRequest,
    AlterConfigsResource,
    AlterConfigsResponse,
)
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient

TOPIC, BROKER = 2, 4


def alter(
    broker: RunningBroker,
    configs: dict[str, str | None],
    name: str = "t",
    *,
    resource_type: int = TOPIC,
    version: int = 1,
    validate_only: bool = False,
) -> tuple[int, str | None]:
    resource = AlterConfigsResource(
        resource_type=resource_type,
        resource_name=name,
        configs=[AlterableConfig(name=key, value=value) for key, value in configs.items()],
    )
    with RawClient(broker.port) as client:
        request = AlterConfigsRequest(resources=[resource], validate_only=validate_only)
        (response,) = client.ask(request, AlterConfigsResponse, version).responses
    return response.error_code, response.error_message


def retention(broker: RunningBroker) -> tuple[int, int]:
    config = broker.broker.partitions.get("t", 0).log.config
    return config.retention_ms, config.retention_bytes


@pytest.mark.parametrize("version", [0, 1])
def test_replaces_all_configs_and_the_log_takes_them(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t", retention_ms="5")
    assert alter(broker, {"retention.bytes": "7"}, version=version) == (0, None)
    broker.wait_until(lambda: retention(broker) == (604800000, 7))


def test_validates_only(broker: RunningBroker) -> None:
    broker.create_topic("t", retention_ms="5")
    assert alter(broker, {"retention.bytes": "7"}, validate_only=True) == (0, None)
    assert retention(broker) == (5, -1)


@pytest.mark.parametrize(
    ("configs", "name", "error", "message"),
    [
        ({"no.such": "1"}, "t", ErrorCode.INVALID_CONFIG, "Unknown topic config name: no.such"),
        (
            {"retention.ms": "x"},
            "t",
            ErrorCode.INVALID_REQUEST,
            (
                "Invalid config value for resource ConfigResource(type=TOPIC, name='t'): "
                "Invalid value x for configuration retention.ms: Not a number of type LONG"
            ),
        ),
        ({"retention.ms": None}, "t", ErrorCode.INVALID_REQUEST, "Null value not supported for : retention.ms"),
        ({}, "none", ErrorCode.UNKNOWN_SERVER_ERROR, None),
        ({}, "..", ErrorCode.INVALID_TOPIC_EXCEPTION, 'Topic name cannot be "." or ".."'),
    ],
)
def test_what_is_refused_changes_nothing(
    broker: RunningBroker, configs: dict[str, str | None], name: str, error: ErrorCode, message: str | None
) -> None:
    broker.create_topic("t", retention_ms="5")
    assert alter(broker, configs, name) == (error, message)
    assert retention(broker) == (5, -1)


def test_only_topics_are_altered(broker: RunningBroker) -> None:
    code, _ = alter(broker, {"num.io.threads": "2"}, "7", resource_type=BROKER)
    assert code == ErrorCode.INVALID_REQUEST
