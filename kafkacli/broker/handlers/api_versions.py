"""ApiVersions (18), versions 0-3: which APIs are served in which versions.

An `inter.broker.protocol.version` before transactions hides their APIs. v1 throttle time; v3 flexible, the client's software name and version (KIP-511). A request in a version we don't know is
answered in version 0 with UNSUPPORTED_VERSION and the range of ApiVersions itself, so that the client can ask again.
"""

import re

from kafkacli.broker.dispatch import ROUTES, RequestContext, handles
from kafkacli.config_types import Since
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse, ApiVersionsResponseKey

_TRANSACTIONS = frozenset(
    {
        ApiKey.ADD_PARTITIONS_TO_TXN,
        ApiKey.ADD_OFFSETS_TO_TXN,
        ApiKey.END_TXN,
        ApiKey.WRITE_TXN_MARKERS,
        ApiKey.TXN_OFFSET_COMMIT,
    }
)
_SOFTWARE = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?")


@handles(ApiKey.API_VERSIONS, versions=(0, 3))
def handle(request: ApiVersionsRequest, context: RequestContext) -> ApiVersionsResponse:
    if context.header.api_version >= 3 and not (
        _SOFTWARE.fullmatch(request.client_software_name) and _SOFTWARE.fullmatch(request.client_software_version)
    ):
        return ApiVersionsResponse(error_code=ErrorCode.INVALID_REQUEST)
    hidden = () if context.broker.config.speaks(Since.TRANSACTIONS) else _TRANSACTIONS
    return ApiVersionsResponse(api_keys=[_range(key) for key in sorted(ROUTES) if key not in hidden])


def unsupported_version_response() -> ApiVersionsResponse:
    """The answer, to be sent in version 0, to a version of ApiVersions that we don't know."""
    return ApiVersionsResponse(error_code=ErrorCode.UNSUPPORTED_VERSION, api_keys=[_range(ApiKey.API_VERSIONS)])


def _range(key: int) -> ApiVersionsResponseKey:
    return ApiVersionsResponseKey(api_key=key, min_version=ROUTES[key].low, max_version=ROUTES[key].high)
