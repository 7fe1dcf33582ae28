"""The API registry: which request goes to which handler in which versions; ApiVersions answers from it.

    @handles(ApiKey.DELETE_RECORDS, versions=(0, 2))
    def handle(request: DeleteRecordsRequest, context: RequestContext) -> DeleteRecordsResponse: ...

The request class is that of the handler's first argument. Handlers return the response, an awaitable of it, or None when
there is none (Produce with acks=0). A double registration or a range the message doesn't have stops the import.
"""

from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from kafkacli.authorizer.acls import CLUSTER_NAME, OPERATIONS, Operation, ResourceType
from kafkacli.config_types import Since
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire import codec
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.header import RequestHeader
from kafkacli.wire.primitives import Buffer, Part
from kafkacli.wire.schema import Message

if TYPE_CHECKING:
    from kafkacli.broker.broker import Broker
    from kafkacli.broker.quotas import Usage

H = TypeVar("H", bound=Callable[..., Any])

REFUSALS: Final = {
    ResourceType.TOPIC: ErrorCode.TOPIC_AUTHORIZATION_FAILED,
    ResourceType.GROUP: ErrorCode.GROUP_AUTHORIZATION_FAILED,
    ResourceType.CLUSTER: ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
    ResourceType.TRANSACTIONAL_ID: ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
}
"""What a client is told that may not do something."""


class RequestContext:
    """Who asks, and whom: the broker, the request's header, the client's address, listener and principal."""

    __slots__ = ("broker", "client_host", "header", "listener", "principal", "usage")

    def __init__(
        self,
        broker: "Broker",
        header: RequestHeader,
        client_host: str,
        listener: str,
        principal: str,
        usage: "Usage | None",
    ) -> None:
        """usage: what the request costs its client, None where nothing is limited."""
        self.broker = broker
        self.header = header
        self.client_host = client_host
        self.listener = listener
        self.principal = principal
        self.usage = usage

    def allows(self, operation: Operation, kind: ResourceType, name: str = CLUSTER_NAME) -> bool:
        """Whether the client may do something with a resource (of type CLUSTER: the cluster)."""
        authorizer = self.broker.authorizer
        return authorizer is None or authorizer.allows(self.principal, self.client_host, operation, kind, name)

    def check(self, operation: Operation, kind: ResourceType, name: str = CLUSTER_NAME) -> None:
        """Raise ApiError TOPIC_AUTHORIZATION_FAILED, GROUP_… and so on unless `allows`."""
        if not self.allows(operation, kind, name):
            raise ApiError(REFUSALS[kind])

    def check_transactions(self) -> None:
        """Raise ApiError UNSUPPORTED_VERSION where brokers speak a protocol without transactions among each other."""
        if not self.broker.config.speaks(Since.TRANSACTIONS):
            raise ApiError(ErrorCode.UNSUPPORTED_VERSION)

    def knows_member(self, group_instance_id: str | None) -> bool:
        """Whether a member may have this id: static ones only where every broker knows of them (KIP-345)."""
        return group_instance_id is None or self.broker.config.speaks(Since.STATIC_MEMBERS)

    def allowed_operations(self, kind: ResourceType, name: str = CLUSTER_NAME) -> int:
        """Return what the client may do with a resource, each operation the bit of its number (KIP-430)."""
        return sum(1 << operation for operation in OPERATIONS[kind] if self.allows(operation, kind, name))


class CloseConnection(Exception):
    """Raised by a handler that can tell its client only by ending the connection (an error with acks=0)."""


class Route(NamedTuple):
    """One API: the class of its requests, the versions served, the handler, and both ways through the codec.

    decode: (frame, version, position of the body) → request. encode: (response, version) → parts of the body.
    """

    request: type[Message]
    low: int
    high: int
    handle: Callable[[Any, RequestContext], "Message | Awaitable[Message | None] | None"]
    decode: Callable[[Buffer, int, int], Message]
    encode: Callable[[Any, int], Sequence[Part]]


ROUTES: dict[int, Route] = {}
FLEXIBLE_FROM: dict[int, int] = {}  # API key → first version whose header has tagged fields


def handles(
    key: ApiKey,
    versions: tuple[int, int],
    *,
    decode: Callable[[Buffer, int, int], Message] | None = None,
    encode: Callable[[Any, int], Sequence[Part]] = codec.encode_parts,
) -> Callable[[H], H]:
    """Register the function below as the handler of `key` in these versions, both inclusive.

    decode, encode: a hand-written way that replaces the codec's.
    Raises ValueError for an API that has a handler already, an inverted range, or versions its request class lacks.
    """

    def register(handler: H) -> H:
        request = next(iter(handler.__annotations__.values()))
        low, high = versions
        if key in ROUTES:
            raise ValueError(f"{key.name} has two handlers")
        if low > high or low not in request.valid_versions or high not in request.valid_versions:
            raise ValueError(f"{key.name} can't be served in versions {low} to {high}")
        if request.api_key is not key:
            raise ValueError(f"{request.__name__} is no request of {key.name}")
        ROUTES[key] = Route(request, low, high, handler, decode or _decoder(request), encode)
        if request.flexible_versions.low <= request.flexible_versions.high:
            FLEXIBLE_FROM[key] = request.flexible_versions.low
        return handler

    return register


def _decoder(request: type[Message]) -> Callable[[Buffer, int, int], Message]:
    def decode(frame: Buffer, version: int, position: int) -> Message:
        # Like Kafka, no look at what follows the last field: librdkafka asks for all topics with three bytes too many.
        return codec.decode_prefix(request, frame, version, position)[0]

    return decode


def import_handlers() -> None:
    """Import every module of `broker/handlers`, which fills ROUTES."""
    from kafkacli.broker import handlers

    for module in iter_modules(handlers.__path__):
        import_module(f"{handlers.__name__}.{module.name}")
