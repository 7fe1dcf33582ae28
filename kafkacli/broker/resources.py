"""What configs belong to: a topic, a broker, a broker's loggers. Source: Apache `ConfigResource.java`."""

from enum import IntEnum
from typing import NamedTuple

from kafkacli.authorizer import acls
from kafkacli.authorizer.acls import Operation
from kafkacli.broker.dispatch import RequestContext
from kafkacli.errors import ApiError, ErrorCode


class ResourceType(IntEnum):
    """The protocol's numbers."""

    UNKNOWN = 0
    TOPIC = 2
    BROKER = 4
    BROKER_LOGGER = 8


class Resource(NamedTuple):
    """One owner of configs; str() as Kafka prints it."""

    type: int
    name: str

    @property
    def type_name(self) -> str:
        """The type's name, UNKNOWN for a number that is none."""
        return ResourceType(self.type).name if self.type in ResourceType._value2member_map_ else "UNKNOWN"

    def __str__(self) -> str:
        return f"ConfigResource(type={self.type_name}, name='{self.name}')"


def broker_id(resource: Resource) -> int:
    """Return the broker id that a BROKER resource names. Raises ApiError."""
    try:
        return int(resource.name)
    except ValueError:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"Broker id must be an integer, but it is: {resource.name}") from None


def check_allowed(resource: Resource, context: RequestContext, *, alter: bool) -> None:
    """Raise ApiError where the client may not alter, or may not describe, the configs of a resource."""
    operation = Operation.ALTER_CONFIGS if alter else Operation.DESCRIBE_CONFIGS
    if resource.type == ResourceType.TOPIC:
        context.check(operation, acls.ResourceType.TOPIC, resource.name)
    elif resource.type in (ResourceType.BROKER, ResourceType.BROKER_LOGGER):
        context.check(operation, acls.ResourceType.CLUSTER)


def error_text(error: ApiError) -> str | None:
    """Return what is told of an error beside its code: nothing when that is the code's own text, or for unknown errors."""
    if error.code == ErrorCode.UNKNOWN_SERVER_ERROR or str(error) == error.info.message:
        return None
    return str(error)
