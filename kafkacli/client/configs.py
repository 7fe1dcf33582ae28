"""Configurations through the brokers: describe and change (KIP-133, KIP-226, KIP-339)."""

from __future__ import annotations

from kafkacli.client.cluster import Cluster, check
from kafkacli.errors import ApiError
from kafkacli.wire.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
    DescribeConfigsResult,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kafkacli.client.connection import Connection
    from kafkacli.steps import Steps

TOPIC = 2
BROKER = 4
BROKER_LOGGER = 8

# where a value comes from, by Kafka's names
SOURCES = {
    1: "DYNAMIC_TOPIC_CONFIG",
    2: "DYNAMIC_BROKER_CONFIG",
    3: "DYNAMIC_DEFAULT_BROKER_CONFIG",
    4: "STATIC_BROKER_CONFIG",
    5: "DEFAULT_CONFIG",
    6: "DYNAMIC_BROKER_LOGGER_CONFIG",
}
_SOURCES_BEFORE_1_1 = {TOPIC: "DYNAMIC_TOPIC_CONFIG", BROKER: "STATIC_BROKER_CONFIG"}


class Synonym:
    """A value that counts when the ones before it are not set."""

    __slots__ = ("name", "source", "value")

    def __init__(self, name: str, value: str | None, source: str) -> None:
        self.name = name
        self.value = value
        self.source = source


class ConfigEntry:
    """One configuration value. source: Kafka's name; value: None when it is sensitive or unset."""

    __slots__ = ("name", "sensitive", "source", "synonyms", "value")

    def __init__(
        self, name: str, value: str | None, source: str, *, sensitive: bool = False, synonyms: Iterable[Synonym] = ()
    ) -> None:
        self.name = name
        self.value = value
        self.source = source
        self.sensitive = sensitive
        self.synonyms = list(synonyms)

    @property
    def is_default(self) -> bool:
        """Whether nobody set it."""
        return self.source == "DEFAULT_CONFIG"


def describe_topic_configs(
    cluster: Cluster,
    topics: Iterable[str],
    *,
    synonyms: bool = False,
    wanted: Callable[[ConfigEntry], bool] = lambda _: True,
) -> dict[str, list[ConfigEntry] | ApiError]:
    """Return the configuration values of each of these topics that are wanted, or what is wrong with it.

    All of them are asked for in one request, whose answer is long: some hundred topics at a time are enough.
    """
    return _describe(cluster, TOPIC, list(topics), synonyms, wanted)


def each_topic_configs(
    cluster: Cluster,
    topics: Sequence[str],
    at_once: int,
    *,
    synonyms: bool = False,
    wanted: Callable[[ConfigEntry], bool] = lambda _: True,
) -> Iterator[tuple[Sequence[str], dict[str, list[ConfigEntry] | ApiError]]]:
    """Yield so many topics at once, in order, with what `describe_topic_configs` finds; the next are asked for meanwhile."""
    from kafkacli.client.ahead import answers

    def ask(own: Cluster, some: Sequence[str]) -> tuple[Sequence[str], dict[str, list[ConfigEntry] | ApiError]]:
        return some, describe_topic_configs(own, some, synonyms=synonyms, wanted=wanted)

    return answers(cluster, [topics[start : start + at_once] for start in range(0, len(topics), at_once)], ask)


def describe_configs(cluster: Cluster, kind: int, name: str, *, synonyms: bool) -> list[ConfigEntry]:
    """Return every configuration value of one resource.

    kind: TOPIC, BROKER or BROKER_LOGGER. name: '' for the defaults of all brokers. Raises ApiError.
    """
    return present(_describe(cluster, kind, [name], synonyms, lambda _: True)[name])


def present(found: list[ConfigEntry] | ApiError) -> list[ConfigEntry]:
    """Return what was found of a resource. Raises the ApiError that was found instead."""
    if isinstance(found, ApiError):
        raise found
    return found


def change_configs(
    cluster: Cluster,
    kind: int,
    name: str,
    wanted: Mapping[str, str],
    unwanted: Iterable[str],
    *,
    validate_only: bool = False,
) -> None:
    """Set some configurations of a resource and delete others, leave the rest (KIP-339). Raises ApiError.

    validate_only: only ask whether it would work.
    """
    changes = {name: [*wanted.items(), *((key, None) for key in unwanted)]}
    change_many(cluster, kind, changes, validate_only=validate_only)


def change_many(
    cluster: Cluster,
    kind: int,
    changes: Mapping[str, Sequence[tuple[str, str | None]]],
    *,
    validate_only: bool = False,
    steps: Steps | None = None,
) -> None:
    """Set configurations of resources, or delete them where the value is None, leave the rest. Raises ApiError.

    changes: by the resource's name; topics are changed by one request. validate_only: only ask whether it would work.
    steps: told of resources that are asked for, and of those that are changed.
    """
    from kafkacli.wire.messages.incremental_alter_configs import (
        AlterableConfig,
        AlterConfigsResource,
        IncrementalAlterConfigsRequest,
        IncrementalAlterConfigsResponse,
    )

    set_operation, delete_operation = 0, 1

    def resource(name: str) -> AlterConfigsResource:
        steps = [
            AlterableConfig(
                name=key, config_operation=delete_operation if value is None else set_operation, value=value or ""
            )
            for key, value in changes[name]
        ]
        return AlterConfigsResource(resource_type=kind, resource_name=name, configs=steps)

    for names in [list(changes)] if kind == TOPIC else [[name] for name in changes]:
        if not names:
            continue
        request = IncrementalAlterConfigsRequest(
            resources=[resource(name) for name in names], validate_only=validate_only
        )

        def attempt(deadline: float, name: str = names[0], asked: IncrementalAlterConfigsRequest = request) -> None:
            connection = _responsible(cluster, kind, name, deadline)
            if steps is not None:
                steps.begin(*(resource.resource_name for resource in asked.resources))
            responses = connection.send(asked, IncrementalAlterConfigsResponse, deadline).responses
            if steps is not None:
                steps.end(*(response.resource_name for response in responses if not response.error_code))
            for response in responses:
                check(response.error_code, response.error_message)

        cluster.call("incrementalAlterConfigs", attempt)


def replace_configs(
    cluster: Cluster, kind: int, name: str, configs: Mapping[str, str | None], *, validate_only: bool = False
) -> None:
    """Give a resource these configurations and no others. Raises ApiError. validate_only: only ask whether it would work."""
    from kafkacli.wire.messages.alter_configs import (
        AlterableConfig,
        AlterConfigsRequest,
        AlterConfigsResource,
        AlterConfigsResponse,
    )

    values = [AlterableConfig(name=key, value=value) for key, value in configs.items()]
    request = AlterConfigsRequest(
        resources=[AlterConfigsResource(resource_type=kind, resource_name=name, configs=values)],
        validate_only=validate_only,
    )

    def attempt(deadline: float) -> None:
        connection = _responsible(cluster, kind, name, deadline)
        for response in connection.send(request, AlterConfigsResponse, deadline).responses:
            check(response.error_code, response.error_message)

    cluster.call("alterConfigs", attempt)


def _responsible(cluster: Cluster, kind: int, name: str, deadline: float) -> Connection:
    """A broker's own configuration is asked of that broker, everything else of any."""
    return cluster.any(deadline) if kind == TOPIC or not name else cluster.broker(int(name), deadline)


def _describe(
    cluster: Cluster, kind: int, names: list[str], synonyms: bool, wanted: Callable[[ConfigEntry], bool]
) -> dict[str, list[ConfigEntry] | ApiError]:
    request = DescribeConfigsRequest(
        resources=[
            DescribeConfigsResource(resource_type=kind, resource_name=name, configuration_keys=None) for name in names
        ],
        include_synonyms=synonyms,
    )
    found: dict[str, list[ConfigEntry] | ApiError] = {}

    def take(_: DescribeConfigsResponse, result: DescribeConfigsResult, _data: memoryview) -> None:
        if result.error_code:
            found[result.resource_name] = ApiError(result.error_code, result.error_message or None)
        else:
            entries = (_entry(row, kind) for row in result.configs)
            found[result.resource_name] = [entry for entry in entries if wanted(entry)]

    def attempt(deadline: float) -> None:
        found.clear()
        connection = _responsible(cluster, kind, names[0], deadline)
        connection.send_for(request, DescribeConfigsResponse, DescribeConfigsResult, take, deadline)

    cluster.call("describeConfigs", attempt)
    return found


def _entry(row: DescribeConfigsResourceResult, kind: int) -> ConfigEntry:
    source = SOURCES.get(row.config_source, "UNKNOWN")
    if row.config_source < 0:  # brokers before 1.1 say only whether it is the default
        source = "DEFAULT_CONFIG" if row.is_default else _SOURCES_BEFORE_1_1.get(kind, "UNKNOWN")
    return ConfigEntry(
        row.name,
        row.value,
        source,
        sensitive=row.is_sensitive,
        synonyms=[Synonym(item.name, item.value, SOURCES.get(item.source, "UNKNOWN")) for item in row.synonyms],
    )
