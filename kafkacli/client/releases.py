"""Which release of Kafka brought an API: what a broker that lacks it would have to be. Source: the KIPs that added them."""

from __future__ import annotations

from kafkacli.wire.api_keys import ApiKey

SINCE = {
    **dict.fromkeys((ApiKey.CREATE_TOPICS, ApiKey.DELETE_TOPICS), "0.10.1"),
    **dict.fromkeys(
        (
            *(ApiKey.DELETE_RECORDS, ApiKey.INIT_PRODUCER_ID, ApiKey.OFFSET_FOR_LEADER_EPOCH),
            *(ApiKey.ADD_PARTITIONS_TO_TXN, ApiKey.ADD_OFFSETS_TO_TXN, ApiKey.END_TXN),
            *(ApiKey.WRITE_TXN_MARKERS, ApiKey.TXN_OFFSET_COMMIT),
            *(ApiKey.DESCRIBE_ACLS, ApiKey.CREATE_ACLS, ApiKey.DELETE_ACLS),
            *(ApiKey.DESCRIBE_CONFIGS, ApiKey.ALTER_CONFIGS),
        ),
        "0.11.0",
    ),
    **dict.fromkeys((ApiKey.DESCRIBE_LOG_DIRS, ApiKey.SASL_AUTHENTICATE, ApiKey.CREATE_PARTITIONS), "1.0"),
    **dict.fromkeys(
        (
            *(ApiKey.ALTER_REPLICA_LOG_DIRS, ApiKey.DELETE_GROUPS),
            *(ApiKey.CREATE_DELEGATION_TOKEN, ApiKey.RENEW_DELEGATION_TOKEN),
            *(ApiKey.EXPIRE_DELEGATION_TOKEN, ApiKey.DESCRIBE_DELEGATION_TOKEN),
        ),
        "1.1",
    ),
    ApiKey.ELECT_LEADERS: "2.2",
    ApiKey.INCREMENTAL_ALTER_CONFIGS: "2.3",
    **dict.fromkeys(
        (ApiKey.ALTER_PARTITION_REASSIGNMENTS, ApiKey.LIST_PARTITION_REASSIGNMENTS, ApiKey.OFFSET_DELETE), "2.4"
    ),
    **dict.fromkeys((ApiKey.DESCRIBE_CLIENT_QUOTAS, ApiKey.ALTER_CLIENT_QUOTAS), "2.6"),
}
"""By the API; those that are not here are in every broker that tells its versions at all (0.10.0)."""


def lack(key: ApiKey) -> str:
    """Return what to say of a broker without an API, or with older versions of it only than we speak."""
    since = SINCE.get(key)
    needed = f"it came with Kafka {since}" if since else "it is too old or too new for these tools"
    return f"this broker does not know {key.name} as it is needed: {needed}"
