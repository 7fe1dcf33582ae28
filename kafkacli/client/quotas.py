"""Quotas of users and clients through the brokers (KIP-546)."""

from __future__ import annotations

from kafkacli.client.cluster import Cluster, check
from kafkacli.wire.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasRequestEntityData,
    AlterClientQuotasRequestEntryData,
    AlterClientQuotasResponse,
    OpData,
)
from kafkacli.wire.messages.describe_client_quotas import (
    ComponentData,
    DescribeClientQuotasRequest,
    DescribeClientQuotasResponse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

USER = "user"
CLIENT_ID = "client-id"
_EXACT, _DEFAULT, _ANY = 0, 1, 2

Entity = dict[str, str | None]
"""Entity type (USER, CLIENT_ID) to its name; None is the default of that type."""


def describe_quotas(
    cluster: Cluster, components: Sequence[tuple[str, str | None]]
) -> list[tuple[Entity, dict[str, float]]]:
    """Return the quotas of every entity that has just these types.

    components: (entity type, name); '' is the default entity, None any. Raises ApiError.
    """
    request = DescribeClientQuotasRequest(
        components=[
            ComponentData(
                entity_type=kind,
                match_type=_ANY if name is None else _EXACT if name else _DEFAULT,
                match=name or None,
            )
            for kind, name in components
        ],
        strict=True,
    )

    def attempt(deadline: float) -> DescribeClientQuotasResponse:
        response = cluster.any(deadline).send(request, DescribeClientQuotasResponse, deadline)
        check(response.error_code, response.error_message)
        return response

    return [
        (
            {part.entity_type: part.entity_name for part in entry.entity},
            {row.key: row.value for row in entry.values},
        )
        for entry in cluster.call("describeClientQuotas", attempt).entries or ()
    ]


def change_quotas(
    cluster: Cluster,
    entity: Mapping[str, str | None],
    changes: Mapping[str, float | None],
    *,
    validate_only: bool = False,
) -> None:
    """Set quotas of an entity, remove those whose value is None. Raises ApiError. validate_only: only ask if it would work."""
    entry = AlterClientQuotasRequestEntryData(
        entity=[
            AlterClientQuotasRequestEntityData(entity_type=kind, entity_name=name) for kind, name in entity.items()
        ],
        ops=[
            OpData(key=key, value=0.0 if value is None else value, remove=value is None)
            for key, value in changes.items()
        ],
    )

    def attempt(deadline: float) -> None:
        response = cluster.any(deadline).send(
            AlterClientQuotasRequest(entries=[entry], validate_only=validate_only), AlterClientQuotasResponse, deadline
        )
        for row in response.entries:
            check(row.error_code, row.error_message)

    cluster.call("alterClientQuotas", attempt)
