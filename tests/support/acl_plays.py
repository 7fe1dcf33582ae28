"""Plays about access control: ACLs made, found and removed; and every API asked for what one may, and may not, do.

All but the first are for a broker with an authorizer and `allow.everyone.if.no.acl.found`; the last leaves it unusable.
"""

from collections.abc import Sequence
from typing import Any

from kafkacli.authorizer.acls import Operation, PatternType, Permission, ResourceType
from kafkacli.record.batch import Record, encode_batch
from kafkacli.wire.messages import (
    alter_client_quotas,
    alter_configs,
    alter_partition_reassignments,
    controlled_shutdown,
    create_acls,
    create_partitions,
    create_topics,
    delete_acls,
    delete_groups,
    delete_records,
    delete_topics,
    describe_acls,
    describe_client_quotas,
    describe_configs,
    describe_groups,
    describe_log_dirs,
    elect_leaders,
    find_coordinator,
    heartbeat,
    incremental_alter_configs,
    init_producer_id,
    join_group,
    leader_and_isr,
    leave_group,
    list_groups,
    list_offsets,
    list_partition_reassignments,
    metadata,
    offset_commit,
    offset_delete,
    offset_fetch,
    offset_for_leader_epoch,
    stop_replica,
    sync_group,
    update_metadata,
)
from kafkacli.wire.schema import Message
from tests.support.broker_play import Play
from tests.support.produced import batch, fetch_request, produce_request
from tests.support.waiting import until

ANONYMOUS = "User:ANONYMOUS"
PROPERTIES = {
    "authorizer.class.name": "kafka.security.authorizer.AclAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
    "max.incremental.fetch.session.cache.slots": "2",
}
TOPIC, GROUP, CLUSTER, TRANSACTION = (
    ResourceType.TOPIC,
    ResourceType.GROUP,
    ResourceType.CLUSTER,
    ResourceType.TRANSACTIONAL_ID,
)


def acl(
    kind: int,
    name: str,
    operation: int = Operation.ALL,
    permission: int = Permission.ALLOW,
    *,
    pattern: int = PatternType.LITERAL,
    principal: str = ANONYMOUS,
    host: str = "*",
) -> create_acls.AclCreation:
    return create_acls.AclCreation(
        resource_type=kind,
        resource_name=name,
        resource_pattern_type=pattern,
        principal=principal,
        host=host,
        operation=operation,
        permission_type=permission,
    )


def add_acls(play: Play, *acls: create_acls.AclCreation, version: int = 2, noted: bool = False) -> None:
    play.ask(create_acls.CreateAclsRequest(creations=list(acls)), version, noted=noted)


def _wanted(**fields: Any) -> dict[str, Any]:
    return {
        "resource_type_filter": ResourceType.ANY,
        "resource_name_filter": None,
        "pattern_type_filter": PatternType.ANY,
        "principal_filter": None,
        "host_filter": None,
        "operation": Operation.ANY,
        "permission_type": Permission.ANY,
    } | fields


def _describe(play: Play, version: int = 2, **fields: Any) -> None:
    wanted = _wanted(**fields)
    if version == 0:
        del wanted["pattern_type_filter"]
    play.ask(describe_acls.DescribeAclsRequest(**wanted), version)


def delete_acls_of(play: Play, *filters: dict[str, Any], version: int = 2, noted: bool = True) -> None:
    wanted = [_wanted(**fields) for fields in filters]
    if version == 0:
        for each in wanted:
            del each["pattern_type_filter"]
    asked = delete_acls.DeleteAclsRequest(filters=[delete_acls.DeleteAclsFilter(**each) for each in wanted])
    play.ask(asked, version, noted=noted)


def acls_without_an_authorizer(play: Play) -> None:
    for version in range(3):
        _describe(play, version)
        add_acls(play, acl(TOPIC, "t"), acl(TOPIC, ""), version=version, noted=True)
        delete_acls_of(play, {}, {"resource_name_filter": "t"}, version=version)


def acls_made_and_removed(play: Play) -> None:
    for version in range(3):
        prefixed = PatternType.PREFIXED if version else PatternType.LITERAL
        add_acls(
            play,
            acl(TOPIC, f"t-{version}", Operation.READ),
            acl(TOPIC, f"t-{version}", Operation.WRITE, Permission.DENY, principal="User:CN=a,O=b", host="10.0.0.1"),
            acl(TOPIC, f"t-{version}", Operation.READ),
            acl(GROUP, f"g-{version}/\u00fc", pattern=prefixed),
            acl(TRANSACTION, "*", Operation.DESCRIBE),
            acl(CLUSTER, "kafka-cluster", Operation.ALL, principal="User:*"),
            acl(CLUSTER, "other"),
            acl(TOPIC, ""),
            acl(TOPIC, "t", principal="nobody"),
            acl(ResourceType.DELEGATION_TOKEN, "d", Operation.DESCRIBE),
            acl(GROUP, "g", Operation.IDEMPOTENT_WRITE, principal="Group:g"),
            version=version,
            noted=True,
        )
        _describe(play, version)
    add_acls(play, noted=True)
    add_acls(play, acl(ResourceType.ANY, "t"), acl(TOPIC, "t"), noted=True)
    add_acls(play, acl(TOPIC, "t", Operation.ANY), noted=True)
    add_acls(play, acl(TOPIC, "t", pattern=PatternType.MATCH), noted=True)
    add_acls(play, acl(99, "t"), noted=True)
    add_acls(play, acl(TOPIC, "t", 99), noted=True)
    add_acls(play, acl(TOPIC, "t", permission=0), noted=True)
    _describe(play, resource_type_filter=99)
    for fields in (
        {"resource_name_filter": "t-1"},
        {"resource_name_filter": "anything", "pattern_type_filter": PatternType.MATCH},
        {"resource_name_filter": "g-1/\u00fc and more", "pattern_type_filter": PatternType.MATCH},
        {"resource_name_filter": "g-1/\u00fc", "pattern_type_filter": PatternType.PREFIXED},
        {"resource_type_filter": GROUP, "principal_filter": "Group:g"},
        {"host_filter": "10.0.0.1", "permission_type": Permission.DENY},
        {"operation": Operation.READ},
        {"operation": Operation.ALL, "pattern_type_filter": PatternType.LITERAL},
    ):
        _describe(play, **fields)
    delete_acls_of(
        play, {"resource_name_filter": "t-0", "resource_type_filter": TOPIC}, {"resource_name_filter": "none"}
    )
    delete_acls_of(play, {"operation": Operation.WRITE}, {"host_filter": "10.0.0.1"}, version=1)
    delete_acls_of(play, {"resource_name_filter": "g-2/\u00fcx", "pattern_type_filter": PatternType.MATCH})
    delete_acls_of(play, {"resource_type_filter": ResourceType.DELEGATION_TOKEN}, version=0)
    delete_acls_of(play)
    _describe(play)
    delete_acls_of(play, {}, noted=False)
    _describe(play)


def topic_requests(name: str) -> Sequence[tuple[Message, tuple[int, ...]]]:
    """Requests about one topic, in versions that answer differently."""
    part = offset_for_leader_epoch.OffsetForLeaderPartition(partition_index=0, leader_epoch=0)
    config = alter_configs.AlterableConfig(name="retention.ms", value="9")
    change = incremental_alter_configs.AlterableConfig(name="retention.bytes", config_operation=0, value="7")
    both = {"include_cluster_authorized_operations": True, "include_topic_authorized_operations": True}
    named = [metadata.MetadataRequestTopic(name=name)]
    return (
        (produce_request(batch(b"a"), name), (1, 8)),
        (fetch_request({(name, 0): 0}), (4, 11)),
        (
            list_offsets.ListOffsetRequest(
                replica_id=-1,
                topics=[
                    list_offsets.ListOffsetTopic(
                        name=name, partitions=[list_offsets.ListOffsetPartition(partition_index=0, timestamp=-1)]
                    )
                ],
            ),
            (1, 5),
        ),
        (metadata.MetadataRequest(topics=named, allow_auto_topic_creation=False, **both), (8, 9)),
        (
            delete_records.DeleteRecordsRequest(
                topics=[
                    delete_records.DeleteRecordsTopic(
                        name=name, partitions=[delete_records.DeleteRecordsPartition(partition_index=0, offset=0)]
                    )
                ],
                timeout_ms=1000,
            ),
            (2,),
        ),
        (
            offset_for_leader_epoch.OffsetForLeaderEpochRequest(
                topics=[offset_for_leader_epoch.OffsetForLeaderTopic(name=name, partitions=[part])]
            ),
            (3,),
        ),
        (
            create_partitions.CreatePartitionsRequest(
                topics=[create_partitions.CreatePartitionsTopic(name=name, count=1, assignments=None)],
                timeout_ms=1000,
            ),
            (2,),
        ),
        (
            describe_configs.DescribeConfigsRequest(
                resources=[
                    describe_configs.DescribeConfigsResource(
                        resource_type=2, resource_name=name, configuration_keys=["retention.ms"]
                    )
                ]
            ),
            (2,),
        ),
        (
            alter_configs.AlterConfigsRequest(
                resources=[alter_configs.AlterConfigsResource(resource_type=2, resource_name=name, configs=[config])]
            ),
            (1,),
        ),
        (
            incremental_alter_configs.IncrementalAlterConfigsRequest(
                resources=[
                    incremental_alter_configs.AlterConfigsResource(
                        resource_type=2, resource_name=name, configs=[change]
                    )
                ]
            ),
            (1,),
        ),
        (create_topics.CreateTopicsRequest(topics=[_new(name)]), (4, 5)),
        (_commit("free", name), (0, 2, 8)),
        (_fetch_offsets("free", name), (0, 1, 7)),
        (_delete_offsets("free", name), (0,)),
    )


def _new(name: str) -> create_topics.CreatableTopic:
    return create_topics.CreatableTopic(name=name, num_partitions=1, replication_factor=1)


def _commit(group: str, topic: str) -> offset_commit.OffsetCommitRequest:
    part = offset_commit.OffsetCommitRequestPartition(partition_index=0, committed_offset=3, committed_metadata="")
    return offset_commit.OffsetCommitRequest(
        group_id=group, topics=[offset_commit.OffsetCommitRequestTopic(name=topic, partitions=[part])]
    )


def _fetch_offsets(group: str, topic: str) -> offset_fetch.OffsetFetchRequest:
    return offset_fetch.OffsetFetchRequest(
        group_id=group, topics=[offset_fetch.OffsetFetchRequestTopic(name=topic, partition_indexes=[0])]
    )


def _delete_offsets(group: str, topic: str) -> offset_delete.OffsetDeleteRequest:
    part = offset_delete.OffsetDeleteRequestPartition(partition_index=0)
    return offset_delete.OffsetDeleteRequest(
        group_id=group, topics=[offset_delete.OffsetDeleteRequestTopic(name=topic, partitions=[part])]
    )


def with_groups(play: Play) -> None:
    """Wait until groups can commit."""
    play.topic("any")
    asked = find_coordinator.FindCoordinatorRequest(key="free", key_type=0)
    until(lambda: not play.ask(asked, 3, noted=False).error_code)

    def committed() -> bool:
        answer = play.ask(_commit("free", "any"), 8, noted=False)
        return not any(part.error_code for topic in answer.topics for part in topic.partitions)

    until(committed)


def protected_topics(play: Play) -> None:
    """Topics of which all but one operation is forbidden; one that the last ACL forbids; and those of wildcards, prefixes."""
    with_groups(play)
    add_acls(
        play, acl(CLUSTER, "kafka-cluster", Operation.CLUSTER_ACTION), acl(CLUSTER, "kafka-cluster", Operation.ALTER)
    )
    operations = [operation for operation in Operation if operation > Operation.ALL]
    names = [f"only-{operation.name.lower()}" for operation in operations[:6] + operations[7:9]]
    names += ["all", "all-but-read", "other-host", "other-user"]
    add_acls(play, acl(CLUSTER, "kafka-cluster", Operation.CREATE))
    for name in names:
        play.topic(name)
    delete_acls_of(play, {"resource_type_filter": CLUSTER, "operation": Operation.CREATE}, noted=False)
    for operation in operations:
        add_acls(play, acl(TOPIC, f"only-{operation.name.lower()}", operation))
    add_acls(play, acl(TOPIC, "all", principal="User:*", host="127.0.0.1"))
    add_acls(play, acl(TOPIC, "all-but", pattern=PatternType.PREFIXED))
    add_acls(play, acl(TOPIC, "all-but-r", Operation.READ, Permission.DENY, pattern=PatternType.PREFIXED))
    add_acls(play, acl(TOPIC, "other-host", host="10.0.0.1"), acl(TOPIC, "other-user", principal="User:alice"))
    for name in [*names, "only-cluster_action", "only-create-none"]:
        for request, versions in topic_requests(name):
            for version in versions:
                play.ask(request, version)
    for version in (0, 1, 9):
        asked = metadata.MetadataRequest(topics=[] if version == 0 else None)
        answer = play.ask(asked, version, noted=False)
        play.note("topics", sorted(topic.name for topic in answer.topics if not topic.is_internal))
    play.ask(metadata.MetadataRequest(topics=[metadata.MetadataRequestTopic(name="new")]), 9)
    add_acls(play, acl(TOPIC, "*", Operation.DESCRIBE, Permission.DENY))
    play.ask(metadata.MetadataRequest(topics=[metadata.MetadataRequestTopic(name="all")]), 9)
    all_offsets = offset_fetch.OffsetFetchRequest(group_id="free", topics=None)
    play.ask(all_offsets, 7)
    delete_acls_of(play, {"resource_name_filter": "*"}, noted=False)
    play.ask(delete_topics.DeleteTopicsRequest(topic_names=[*names, "only-delete-x"], timeout_ms=10_000), 4)
    delete_acls_of(play, {"resource_type_filter": TOPIC}, {"resource_type_filter": CLUSTER}, noted=False)


def group_requests(group: str) -> Sequence[tuple[Message, tuple[int, ...]]]:
    """Requests about one group, in versions that answer differently."""
    return (
        (find_coordinator.FindCoordinatorRequest(key=group, key_type=0), (3,)),
        (join_group.JoinGroupRequest(group_id=group, session_timeout_ms=1, rebalance_timeout_ms=1), (6, 7)),
        (sync_group.SyncGroupRequest(group_id=group, member_id="m", protocol_type="c", protocol_name="p"), (5,)),
        (heartbeat.HeartbeatRequest(group_id=group, member_id="m"), (3,)),
        (leave_group.LeaveGroupRequest(group_id=group, member_id="m"), (0, 2)),
        (leave_group.LeaveGroupRequest(group_id=group, members=[leave_group.MemberIdentity(member_id="m")]), (3,)),
        (describe_groups.DescribeGroupsRequest(groups=[group], include_authorized_operations=True), (5,)),
        (_commit(group, "any"), (2, 8)),
        (_fetch_offsets(group, "any"), (1, 5, 7)),
        (_delete_offsets(group, "any"), (0,)),
        (delete_groups.DeleteGroupsRequest(groups_names=[group, group]), (1,)),
    )


def protected_groups(play: Play) -> None:
    with_groups(play)
    for operation in (Operation.READ, Operation.DESCRIBE, Operation.DELETE, Operation.WRITE):
        add_acls(play, acl(GROUP, f"only-{operation.name.lower()}", operation))
        for request, versions in group_requests(f"only-{operation.name.lower()}"):
            for version in versions:
                play.ask(request, version)
    play.ask(list_groups.ListGroupsRequest(), 4)
    add_acls(
        play, acl(CLUSTER, "kafka-cluster", Operation.ALTER), acl(CLUSTER, "kafka-cluster", Operation.CLUSTER_ACTION)
    )
    play.ask(list_groups.ListGroupsRequest(), 4)
    add_acls(play, acl(GROUP, "free", Operation.DELETE))
    play.ask(list_groups.ListGroupsRequest(), 4)
    delete_acls_of(play, {}, noted=False)


def protected_transactions(play: Play) -> None:
    """Transactional and producer ids that may not be used."""
    add_acls(
        play,
        acl(TRANSACTION, "described", Operation.DESCRIBE),
        acl(TRANSACTION, "forbidden", permission=Permission.DENY),
    )
    add_acls(
        play, acl(CLUSTER, "kafka-cluster", Operation.ALTER), acl(CLUSTER, "kafka-cluster", Operation.CLUSTER_ACTION)
    )
    play.ask(find_coordinator.FindCoordinatorRequest(key="forbidden", key_type=1), 3)
    for name in ("described", "forbidden"):
        asked = init_producer_id.InitProducerIdRequest(transactional_id=name, transaction_timeout_ms=1000)
        for version in (0, 3):
            play.ask(asked, version)
    for version in (0, 3):
        play.ask(init_producer_id.InitProducerIdRequest(transactional_id=None), version)
    idempotent = encode_batch([Record(timestamp=1, value=b"a")], producer_id=7, producer_epoch=0, base_sequence=0)
    for version in (3, 8):
        play.ask(produce_request(idempotent, "any"), version)
    play.ask(produce_request(batch(b"a"), "any"), 8)
    delete_acls_of(play, {}, noted=False)


def a_protected_cluster(play: Play) -> None:
    """Forbid more and more of the cluster, at last what brokers themselves need."""
    cluster = {"resource_type_filter": CLUSTER}
    add_acls(
        play, acl(CLUSTER, "kafka-cluster", Operation.ALTER), acl(CLUSTER, "kafka-cluster", Operation.CLUSTER_ACTION)
    )
    _ask_about_cluster(play)
    delete_acls_of(play, {**cluster, "operation": Operation.CLUSTER_ACTION}, noted=False)
    _ask_about_cluster(play)
    delete_acls_of(play, {**cluster, "operation": Operation.ALTER}, noted=False)
    add_acls(play, acl(CLUSTER, "kafka-cluster", Operation.CREATE))
    add_acls(play, acl(CLUSTER, "kafka-cluster", Operation.ALL, Permission.DENY))
    _ask_about_cluster(play)


def cluster_requests() -> Sequence[tuple[Message, int]]:
    """Requests about the cluster as a whole."""
    quota = alter_client_quotas.AlterClientQuotasRequestEntryData(
        entity=[alter_client_quotas.AlterClientQuotasRequestEntityData(entity_type="user", entity_name="u")],
        ops=[alter_client_quotas.OpData(key="no-such", value=0.0, remove=True)],
    )
    elected = elect_leaders.TopicPartitions(topic="nowhere", partition_id=[0, 1])
    move = alter_partition_reassignments.ReassignableTopic(
        name="nowhere", partitions=[alter_partition_reassignments.ReassignablePartition(partition_index=0)]
    )
    return (
        (elect_leaders.ElectLeadersRequest(election_type=0, topic_partitions=[elected]), 2),
        (elect_leaders.ElectLeadersRequest(topic_partitions=[elected]), 0),
        (alter_partition_reassignments.AlterPartitionReassignmentsRequest(topics=[move]), 0),
        (list_partition_reassignments.ListPartitionReassignmentsRequest(), 0),
        (alter_client_quotas.AlterClientQuotasRequest(entries=[quota]), 0),
        (describe_client_quotas.DescribeClientQuotasRequest(), 0),
        (controlled_shutdown.ControlledShutdownRequest(broker_id=99), 3),
        (describe_log_dirs.DescribeLogDirsRequest(topics=[]), 2),
        (create_topics.CreateTopicsRequest(topics=[_new("..")]), 5),
        (
            metadata.MetadataRequest(
                topics=[metadata.MetadataRequestTopic(name="not-made")], include_cluster_authorized_operations=True
            ),
            8,
        ),
        (leader_and_isr.LeaderAndIsrRequest(controller_epoch=0), 4),
        (stop_replica.StopReplicaRequest(controller_epoch=0), 3),
        (update_metadata.UpdateMetadataRequest(controller_epoch=0), 6),
        (fetch_request({("nowhere", 0): 0}), 11),
        (
            describe_configs.DescribeConfigsRequest(
                resources=[
                    describe_configs.DescribeConfigsResource(
                        resource_type=4, resource_name="0", configuration_keys=["log.retention.ms"]
                    )
                ]
            ),
            2,
        ),
        (
            incremental_alter_configs.IncrementalAlterConfigsRequest(
                resources=[incremental_alter_configs.AlterConfigsResource(resource_type=8, resource_name="9")]
            ),
            1,
        ),
    )


def _ask_about_cluster(play: Play) -> None:
    for request, version in cluster_requests():
        play.ask(request, version)
    _describe(play)
    add_acls(play, acl(GROUP, "made", Operation.READ), noted=True)
    delete_acls_of(play, {"resource_type_filter": GROUP, "resource_name_filter": "made"})
