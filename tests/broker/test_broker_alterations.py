"""Dynamic configs of brokers; what the real broker answers about them is in tests/broker/test_plays.py."""

import pytest

from kafkacli.broker.broker_alterations import entity_of
from kafkacli.broker.resources import Resource, ResourceType
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.messages.alter_configs import (
    AlterableConfig,
    AlterConfigsRequest,
    AlterConfigsResource,
    AlterConfigsResponse,
)
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.raw import RawClient


def alter(broker: RunningBroker, name: str, **configs: str) -> tuple[int, str | None]:
    resource = AlterConfigsResource(
        resource_type=ResourceType.BROKER,
        resource_name=name,
        configs=[AlterableConfig(name=key.replace("_", "."), value=value) for key, value in configs.items()],
    )
    with RawClient(broker.port) as client:
        (result,) = client.ask(AlterConfigsRequest(resources=[resource]), AlterConfigsResponse, 1).responses
    return result.error_code, result.error_message


def test_where_they_are_kept(broker: RunningBroker) -> None:
    assert entity_of(broker.broker, Resource(ResourceType.BROKER, "")) == "brokers/<default>"
    assert entity_of(broker.broker, Resource(ResourceType.BROKER, str(NODE_ID))) == f"brokers/{NODE_ID}"
    with pytest.raises(ApiError):
        entity_of(broker.broker, Resource(ResourceType.BROKER, "99"))


def test_a_topic_without_configs_follows(broker: RunningBroker) -> None:
    broker.create_topic("t")
    assert alter(broker, "", log_retention_ms="70000") == (0, None)
    log = broker.broker.partitions.get("t", 0).log
    broker.wait_until(lambda: log.config.retention_ms == 70_000)
    assert alter(broker, str(NODE_ID), log_retention_ms="80000") == (0, None)
    broker.wait_until(lambda: log.config.retention_ms == 80_000)
    assert alter(broker, str(NODE_ID)) == (0, None)
    broker.wait_until(lambda: log.config.retention_ms == 70_000)


def test_passwords_are_not_kept_in_the_clear(broker: RunningBroker) -> None:
    code, text = alter(broker, str(NODE_ID), **{"listener.name.tls.ssl.keystore.password": "secret"})
    assert code == ErrorCode.INVALID_REQUEST
    assert "secret not configured" in (text or "")
