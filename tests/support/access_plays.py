"""Plays: every API asked once by somebody who may do nothing, and by somebody who may do everything by ACLs.

For a broker with `acl_plays.PROPERTIES`. The first leaves only the right to change ACLs, so that it can be taken back.
"""

from collections.abc import Sequence
from typing import Any

from kafkacli.authorizer.acls import Operation, PatternType, Permission
from kafkacli.wire.messages import (
    add_offsets_to_txn,
    add_partitions_to_txn,
    alter_replica_log_dirs,
    api_versions,
    create_acls,
    create_delegation_token,
    delete_acls,
    delete_topics,
    describe_acls,
    describe_delegation_token,
    end_txn,
    expire_delegation_token,
    find_coordinator,
    init_producer_id,
    list_groups,
    renew_delegation_token,
    sasl_authenticate,
    sasl_handshake,
    txn_offset_commit,
    write_txn_markers,
)
from kafkacli.wire.schema import Message
from tests.support.acl_plays import (
    CLUSTER,
    GROUP,
    TOPIC,
    TRANSACTION,
    acl,
    add_acls,
    cluster_requests,
    delete_acls_of,
    group_requests,
    topic_requests,
    with_groups,
)
from tests.support.broker_play import Play
from tests.support.waiting import until

_LEFT = (Operation.CLUSTER_ACTION, Operation.ALTER)  # without them the broker itself, or the play, could not go on


def _transaction_requests(topic: str, group: str) -> Sequence[tuple[Message, int]]:
    producer: dict[str, Any] = {"transactional_id": "id", "producer_id": 1, "producer_epoch": 0}
    part = txn_offset_commit.TxnOffsetCommitRequestPartition(
        partition_index=0, committed_offset=1, committed_metadata=""
    )
    offsets = txn_offset_commit.TxnOffsetCommitRequestTopic(name=topic, partitions=[part])
    marker = write_txn_markers.WritableTxnMarker(
        producer_id=1,
        producer_epoch=0,
        topics=[write_txn_markers.WritableTxnMarkerTopic(name="nowhere", partition_indexes=[0])],
    )
    added = [add_partitions_to_txn.AddPartitionsToTxnTopic(name=topic, partitions=[0])]
    return (
        (find_coordinator.FindCoordinatorRequest(key="id", key_type=1), 3),
        (init_producer_id.InitProducerIdRequest(transactional_id="id", transaction_timeout_ms=-1), 3),
        (add_partitions_to_txn.AddPartitionsToTxnRequest(topics=added, **producer), 1),
        (add_offsets_to_txn.AddOffsetsToTxnRequest(group_id=group, **producer), 1),
        (txn_offset_commit.TxnOffsetCommitRequest(group_id=group, topics=[offsets], **producer), 3),
        (end_txn.EndTxnRequest(**producer), 1),
        (write_txn_markers.WriteTxnMarkersRequest(markers=[marker]), 0),
    )


def _other_requests() -> Sequence[tuple[Message, int]]:
    moved = alter_replica_log_dirs.AlterReplicaLogDir(
        path="/nowhere", topics=[alter_replica_log_dirs.AlterReplicaLogDirTopic(name="nowhere", partitions=[0])]
    )
    anything: dict[str, Any] = {
        "resource_type_filter": TOPIC,
        "resource_name_filter": "nothing",
        "pattern_type_filter": PatternType.LITERAL,
        "principal_filter": None,
        "host_filter": None,
        "operation": Operation.ANY,
        "permission_type": Permission.ANY,
    }
    return (
        (alter_replica_log_dirs.AlterReplicaLogDirsRequest(dirs=[moved]), 1),
        (sasl_handshake.SaslHandshakeRequest(mechanism="PLAIN"), 1),
        (sasl_authenticate.SaslAuthenticateRequest(auth_bytes=b"x"), 2),
        (create_delegation_token.CreateDelegationTokenRequest(), 2),
        (renew_delegation_token.RenewDelegationTokenRequest(hmac=b"x"), 2),
        (expire_delegation_token.ExpireDelegationTokenRequest(hmac=b"x"), 2),
        (describe_delegation_token.DescribeDelegationTokenRequest(owners=None), 2),
        (list_groups.ListGroupsRequest(), 4),
        (describe_acls.DescribeAclsRequest(**anything), 2),
        (create_acls.CreateAclsRequest(), 2),
        (delete_acls.DeleteAclsRequest(filters=[delete_acls.DeleteAclsFilter(**anything)]), 2),
        (delete_topics.DeleteTopicsRequest(topic_names=["asked", "asked-not"], timeout_ms=10_000), 4),
    )


def _ask_everything(play: Play) -> None:
    for request, versions in (*topic_requests("asked"), *group_requests("asked")):
        play.ask(request, versions[-1])
    for request, version in (*_transaction_requests("asked", "asked"), *cluster_requests(), *_other_requests()):
        play.ask(request, version)
    for version in (0, 3):
        answer = play.ask(
            api_versions.ApiVersionsRequest(client_software_name="a", client_software_version="1"), version, noted=False
        )
        play.note(f"ApiVersionsRequest {version}", [(key.api_key, key.max_version) for key in answer.api_keys])


def _ready(play: Play) -> None:
    with_groups(play)
    if not play.has_leaders("asked", 1):
        play.topic("asked")
    asked = init_producer_id.InitProducerIdRequest(transactional_id="other", transaction_timeout_ms=1000)
    found = find_coordinator.FindCoordinatorRequest(key="other", key_type=1)
    until(lambda: not play.ask(found, 3, noted=False).error_code)
    until(lambda: not play.ask(asked, 3, noted=False).error_code)


def every_api_forbidden(play: Play) -> None:
    _ready(play)
    for kind in (TOPIC, GROUP, TRANSACTION):
        add_acls(play, acl(kind, "*", permission=Permission.DENY))
    add_acls(play, *(acl(CLUSTER, "kafka-cluster", operation) for operation in _LEFT))
    _ask_everything(play)
    delete_acls_of(play, {}, noted=False)


def every_api_allowed(play: Play) -> None:
    _ready(play)
    for kind, name in ((TOPIC, "*"), (GROUP, "*"), (TRANSACTION, "*"), (CLUSTER, "kafka-cluster")):
        add_acls(play, acl(kind, name))
    _ask_everything(play)
    delete_acls_of(play, {}, noted=False)
