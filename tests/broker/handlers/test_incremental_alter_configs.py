"""IncrementalAlterConfigs: single configs of a topic."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient

TOPIC = 2
SET, DELETE, APPEND, SUBTRACT = range(4)


def alter(
    broker: RunningBroker, *changes: tuple[str, int, str | None], name: str = "t", version: int = 1
) -> tuple[int, str | None]:
    configs = [AlterableConfig(name=key, config_operation=what, value=value) for key, what, value in changes]
    resource = AlterConfigsResource(resource_type=TOPIC, resource_name=name, configs=configs)
    with RawClient(broker.port) as client:
        request = IncrementalAlterConfigsRequest(resources=[resource])
        (response,) = client.ask(request, IncrementalAlterConfigsResponse, version).responses
    return response.error_code, response.error_message


@pytest.mark.parametrize("version", [0, 1])
def test_sets_and_deletes_single_configs(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t", retention_ms="5", segment_ms="6")
    changes = (("retention.bytes", SET, "7"), ("segment.ms", DELETE, None), ("flush.ms", DELETE, None))
    assert alter(broker, *changes, version=version) == (0, None)
    log = broker.broker.partitions.get("t", 0).log
    broker.wait_until(lambda: log.config.retention_bytes == 7)
    assert (log.config.retention_ms, log.config.segment_ms) == (5, 604800000)


def test_appends_to_and_subtracts_from_lists(broker: RunningBroker) -> None:
    broker.create_topic("t")
    log = broker.broker.partitions.get("t", 0).log
    assert alter(broker, ("cleanup.policy", APPEND, "compact")) == (0, None)
    broker.wait_until(lambda: log.config.cleanup_policy == {"delete", "compact"})
    assert alter(broker, ("cleanup.policy", SUBTRACT, "delete")) == (0, None)
    broker.wait_until(lambda: log.config.cleanup_policy == {"compact"})


INVALID = ErrorCode.INVALID_REQUEST


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (
            [("retention.ms", SET, "1"), ("retention.ms", DELETE, None)],
            INVALID,
            "Error due to duplicate config keys : retention.ms",
        ),
        ([("retention.ms", SET, None)], INVALID, "Null value not supported for : SET:retention.ms"),
        (
            [("retention.ms", APPEND, "1")],
            INVALID,
            "Config value append is not allowed for config key: retention.ms",
        ),
        (
            [("retention.ms", SUBTRACT, "1")],
            INVALID,
            "Config value subtract is not allowed for config key: retention.ms",
        ),
        ([("no.such", APPEND, "1")], ErrorCode.INVALID_CONFIG, "Unknown topic config name: no.such"),
        ([("retention.ms", 9, "1")], INVALID, "Unknown operation 9"),
    ],
)
def test_what_is_refused(
    broker: RunningBroker, changes: list[tuple[str, int, str | None]], error: ErrorCode, message: str | None
) -> None:
    broker.create_topic("t")
    assert alter(broker, *changes) == (error, message)


def test_an_unknown_topic(broker: RunningBroker) -> None:
    assert alter(broker, ("retention.ms", SET, "1"), name="no") == (-1, None)
