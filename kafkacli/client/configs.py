"""Configurations through the brokers: describe and change (KIP-133, KIP-226, KIP-339)."""

from __future__ import annotations

from kafkacli.client.cluster import Cluster, check
from kafkacli.wire.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResponse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

TOPIC = 2
BROKER = 4
BROKER_LOGGER = 8
# where a value comes from
DYNAMIC_TOPIC_CONFIG = 1
DYNAMIC_BROKER_CONFIG = 2
DYNAMIC_DEFAULT_BROKER_CONFIG = 3
STATIC_BROKER_CONFIG = 4
DEFAULT_CONFIG = 5
DYNAMIC_BROKER_LOGGER_CONFIG = 6


class ConfigEntry:
    """One configuration value. source: one of the constants above; value: None when it is sensitive or unset."""

    __slots__ = ("is_default", "name", "sensitive", "source", "value")

    def __init__(self, name: str, value: str | None, source: int, is_default: bool, sensitive: bool) -> None:
        self.name = name
        self.value = value
        self.source = source
        self.is_default = is_default
        self.sensitive = sensitive


def describe_topic_configs(cluster: Cluster, topics: Iterable[str]) -> dict[str, list[ConfigEntry]]:
    """Return every configuration value of these topics, by topic. Raises ApiError."""
    request = DescribeConfigsRequest(
        resources=[
            DescribeConfigsResource(resource_type=TOPIC, resource_name=topic, configuration_keys=None)
            for topic in topics
        ]
    )

    def attempt(deadline: float) -> DescribeConfigsResponse:
        return cluster.any(deadline).send(request, DescribeConfigsResponse, deadline)

    configs = {}
    for result in cluster.call("describeConfigs", attempt).results:
        check(result.error_code, result.error_message)
        configs[result.resource_name] = [
            ConfigEntry(
                row.name,
                row.value,
                row.config_source,
                row.is_default or row.config_source == DEFAULT_CONFIG,
                row.is_sensitive,
            )
            for row in result.configs
        ]
    return configs
