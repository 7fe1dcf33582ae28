"""Plays about control: what a controller tells a broker, leaders and replicas on request, quotas, who nobody has proved to be."""

from collections.abc import Sequence
from typing import Any

from kafkacli.wire.messages import (
    alter_client_quotas,
    alter_partition_reassignments,
    alter_replica_log_dirs,
    api_versions,
    controlled_shutdown,
    create_delegation_token,
    create_topics,
    describe_client_quotas,
    describe_delegation_token,
    describe_log_dirs,
    elect_leaders,
    expire_delegation_token,
    leader_and_isr,
    list_partition_reassignments,
    metadata,
    renew_delegation_token,
    sasl_authenticate,
    stop_replica,
    update_metadata,
)
from tests.support.broker_play import Play
from tests.support.produced import batch, produce_request

CURRENT = 1  # the epoch of the first controller of a cluster
AHEAD = 1 << 40  # a broker epoch that no registration has reached


def a_controllers_words(play: Play) -> None:
    """Act as the controller: a topic that only this broker knows comes and goes again, told in every version."""
    for version in range(7):
        name = f"told-{version}"
        lead = min(version, 4)
        play.ask(_lead(name, lead, controller_epoch=0), lead)
        play.ask(_lead(name, lead, broker_epoch=1), lead)
        play.ask(_lead(name, lead, replicas=[77]), lead)
        _describe(play, name)
        play.ask(_lead(f"{name}-led", lead, index=1), lead)
        play.ask(_lead(f"{name}-led", lead, index=1), lead)
        play.ask(_lead(f"{name}-led", lead, index=1, leader_epoch=8), lead)
        play.ask(_lead(f"{name}-led", lead, index=1, leader_epoch=7), lead)
        play.ask(produce_request(batch(b"a"), f"{name}-led", 1), 8)
        play.ask(_tell(play, f"{name}-led", version, controller_epoch=0), version)
        play.ask(_tell(play, f"{name}-led", version, broker_epoch=1), version)
        play.ask(_tell(play, f"{name}-led", version), version)
        _describe(play, f"{name}-led")
        play.ask(produce_request(batch(b"a"), f"{name}-led", 1), 8)
        stop = min(version, 3)
        play.ask(_stop(f"{name}-led", stop, controller_epoch=0), stop)
        play.ask(_stop(f"{name}-led", stop, broker_epoch=1), stop)
        play.ask(_stop(f"{name}-led", stop, delete=False), stop)
        play.ask(produce_request(batch(b"b"), f"{name}-led", 1), 8)
        if version >= 3:
            play.ask(_stop(f"{name}-led", 3, leader_epoch=7), 3)
            play.ask(_stop(f"{name}-led", 3, leader_epoch=8), 3)
            play.ask(_stop(f"{name}-led", 3, leader_epoch=-2, delete=False), 3)
        play.ask(_stop(f"{name}-led", stop, leader_epoch=9), stop)
        play.ask(_stop(f"{name}-led", stop, leader_epoch=9), stop)
        play.ask(produce_request(batch(b"c"), f"{name}-led", 1), 8)
        play.ask(_tell(play, f"{name}-led", version, leader=-2), version)
        _describe(play, f"{name}-led")


def _lead(topic: str, version: int, **fields: Any) -> leader_and_isr.LeaderAndIsrRequest:
    state = leader_and_isr.LeaderAndIsrPartitionState(
        topic_name=topic if version < 2 else "",
        partition_index=fields.get("index", 0),
        controller_epoch=1,
        leader=0,
        leader_epoch=fields.get("leader_epoch", 1),
        isr=[0],
        replicas=fields.get("replicas", [0]),
        is_new=version > 0,
    )
    request = leader_and_isr.LeaderAndIsrRequest(
        controller_id=0, controller_epoch=fields.get("controller_epoch", CURRENT)
    )
    if version < 2:
        request.ungrouped_partition_states = [state]
    else:
        request.broker_epoch = fields.get("broker_epoch", AHEAD)
        request.topic_states = [leader_and_isr.LeaderAndIsrTopicState(topic_name=topic, partition_states=[state])]
    return request


def _tell(play: Play, topic: str, version: int, **fields: Any) -> update_metadata.UpdateMetadataRequest:
    leader = fields.get("leader", 0)
    state = update_metadata.UpdateMetadataPartitionState(
        topic_name=topic if version < 5 else "",
        partition_index=1,
        controller_epoch=1,
        leader=leader,
        leader_epoch=8,
        isr=[0],
        replicas=[0],
    )
    endpoint = update_metadata.UpdateMetadataEndpoint(host="127.0.0.1", port=play.port)
    broker = update_metadata.UpdateMetadataBroker(id=0, rack=None)
    if version == 0:
        broker.v0_host, broker.v0_port = endpoint.host, endpoint.port
    else:
        endpoint.listener = "PLAINTEXT" if version >= 3 else ""
        broker.endpoints = [endpoint]
    request = update_metadata.UpdateMetadataRequest(
        controller_id=0, controller_epoch=fields.get("controller_epoch", CURRENT), live_brokers=[broker]
    )
    if version < 5:
        request.ungrouped_partition_states = [state]
    else:
        request.broker_epoch = fields.get("broker_epoch", AHEAD)
        request.topic_states = [update_metadata.UpdateMetadataTopicState(topic_name=topic, partition_states=[state])]
    return request


def _stop(topic: str, version: int, **fields: Any) -> stop_replica.StopReplicaRequest:
    delete = fields.get("delete", True)
    request = stop_replica.StopReplicaRequest(controller_id=0, controller_epoch=fields.get("controller_epoch", CURRENT))
    if version < 3:
        request.delete_partitions = delete
    if version >= 1:
        request.broker_epoch = fields.get("broker_epoch", AHEAD)
    if version == 0:
        request.ungrouped_partitions = [stop_replica.StopReplicaPartitionV0(topic_name=topic, partition_index=1)]
    elif version < 3:
        request.topics = [stop_replica.StopReplicaTopicV1(name=topic, partition_indexes=[1])]
    else:
        state = stop_replica.StopReplicaPartitionState(
            partition_index=1, leader_epoch=fields.get("leader_epoch", 9), delete_partition=delete
        )
        request.topic_states = [stop_replica.StopReplicaTopicState(topic_name=topic, partition_states=[state])]
    return request


def _describe(play: Play, topic: str) -> None:
    asked = metadata.MetadataRequest(
        topics=[metadata.MetadataRequestTopic(name=topic)], allow_auto_topic_creation=False
    )
    play.ask(asked, 9)


def stop_other_brokers(play: Play) -> None:
    """Ask for the end of brokers that aren't there, or were there earlier."""
    for version in range(4):
        asked = controlled_shutdown.ControlledShutdownRequest(broker_id=99)
        play.ask(asked, version)
        if version >= 2:
            asked.broker_epoch = AHEAD
            play.ask(asked, version)
            play.ask(controlled_shutdown.ControlledShutdownRequest(broker_id=0, broker_epoch=1), version)


def prove_who_one_is(play: Play) -> None:
    """SASL and delegation tokens on a listener without either."""
    for version in range(3):
        play.ask(sasl_authenticate.SaslAuthenticateRequest(auth_bytes=b"\0u\0p"), version)
        renewer = create_delegation_token.CreatableRenewers(principal_type="User", principal_name="u")
        asked = create_delegation_token.CreateDelegationTokenRequest(renewers=[renewer], max_lifetime_ms=-1)
        play.ask(asked, version)
        play.ask(renew_delegation_token.RenewDelegationTokenRequest(hmac=b"h", renew_period_ms=1), version)
        play.ask(expire_delegation_token.ExpireDelegationTokenRequest(hmac=b"h", expiry_time_period_ms=1), version)
        play.ask(describe_delegation_token.DescribeDelegationTokenRequest(owners=None), version)


def elect_leaders_right_and_wrong(play: Play) -> None:
    play.topic("elected", 2)
    for version in range(3):
        for kind in (0, 1) if version else (0,):
            parts = [
                elect_leaders.TopicPartitions(topic="elected", partition_id=[0, 1, 2]),
                elect_leaders.TopicPartitions(topic="unelected", partition_id=[0]),
            ]
            fields = {"election_type": kind} if version else {}
            play.ask(elect_leaders.ElectLeadersRequest(topic_partitions=parts, **fields), version)
            play.ask(elect_leaders.ElectLeadersRequest(topic_partitions=[], **fields), version)
            play.ask(elect_leaders.ElectLeadersRequest(topic_partitions=None, **fields), version)


def move_replicas_right_and_wrong(play: Play) -> None:
    play.topic("moved", 2)
    module = alter_partition_reassignments

    def ask(topic: str, *targets: list[int] | None) -> None:
        parts = [
            module.ReassignablePartition(partition_index=index, replicas=target) for index, target in enumerate(targets)
        ]
        asked = module.AlterPartitionReassignmentsRequest(
            topics=[module.ReassignableTopic(name=topic, partitions=parts)]
        )
        play.ask(asked, 0)

    ask("moved", None, [])
    ask("moved", [0, 0], [-1])
    ask("moved", [77], [0, 78, 77])
    ask("moved", [0], [0])
    ask("moved", [0], [0], [0], None)
    ask("unmoved", [0], None, [5], [])
    ask("moved")
    play.ask(module.AlterPartitionReassignmentsRequest(), 0)
    listing = list_partition_reassignments
    for topics in (None, [], [listing.ListPartitionReassignmentsTopics(name="moved", partition_indexes=[0, 5])]):
        play.ask(listing.ListPartitionReassignmentsRequest(topics=topics), 0)


def client_quotas_right_and_wrong(play: Play) -> None:
    entities: list[dict[str, str | None]] = [
        {"user": "u 1/*~"},
        {"user": None},
        {"client-id": "c+1"},
        {"client-id": None},
        {"user": "u 1/*~", "client-id": "c"},
        {"user": None, "client-id": None},
        {"user": "other", "client-id": None},
    ]
    for number, entity in enumerate(entities):
        _alter_quota(play, entity, producer_byte_rate=1000.0 + number, request_percentage=1250.5)
    _alter_quota(play, {"user": "only-checked"}, validate_only=True, producer_byte_rate=1.0)
    _alter_quota(play, {"user": "wrong"}, producer_byte_rate=1.5)
    _alter_quota(play, {"user": "wrong"}, no_such=1.0)
    _alter_quota(play, {"client-id": "wrong"}, no_such=1.0)
    _alter_quota(play, {"client-id": "nothing-to-remove"}, no_such=None)
    _alter_quota(play, {"user": "large"}, consumer_byte_rate=1e30, producer_byte_rate=float("nan"))
    _alter_quota(play, {"user": "large"}, request_percentage=1e30, producer_byte_rate=9007199254740993.0)
    _alter_quota(play, {"user": "large"}, request_percentage=-1.0)
    _alter_quota(play, {"user": "large"}, producer_byte_rate=-3.0)
    nobodies: tuple[dict[str, str | None], ...] = ({}, {"user": ""}, {"client-id": ""}, {"host": "h"}, {"": "h"})
    for empty in nobodies:
        _alter_quota(play, empty, producer_byte_rate=1.0)
    asked: list[list[tuple[str, int, str | None]]] = [
        [],
        [("user", 0, "u 1/*~")],
        [("user", 1, None)],
        [("user", 2, None)],
        [("client-id", 0, "c+1")],
        [("client-id", 1, None)],
        [("client-id", 2, None)],
        [("user", 0, "u 1/*~"), ("client-id", 0, "c")],
        [("user", 2, None), ("client-id", 2, None)],
        [("user", 1, None), ("client-id", 1, None)],
        [("user", 0, "nobody")],
        [("user", 0, "u 1/*~"), ("client-id", 2, None)],
    ]
    for components in asked:
        for strict in (False, True):
            _describe_quotas(play, components, strict=strict)
    for wrong in ([("user", 2, None)] * 2, [("client-id", 2, None)] * 2, [("", 2, None)], [("host", 2, None)]):
        _describe_quotas(play, wrong, strict=False)
    _describe_quotas(play, [("user", 3, None)], strict=False)
    _describe_quotas(play, [("user", 0, None)], strict=False)
    large: dict[str, str | None] = {"user": "large"}
    for entity in (*entities, large):
        _alter_quota(play, entity, producer_byte_rate=None, request_percentage=None)
    _describe_quotas(play, [], strict=False)


def _alter_quota(
    play: Play, entity: dict[str, str | None], *, validate_only: bool = False, **values: float | None
) -> None:
    module = alter_client_quotas
    entry = module.AlterClientQuotasRequestEntryData(
        entity=[
            module.AlterClientQuotasRequestEntityData(entity_type=kind, entity_name=name)
            for kind, name in entity.items()
        ],
        ops=[
            module.OpData(key=key, value=0.0 if value is None else value, remove=value is None)
            for key, value in values.items()
        ],
    )
    play.ask(module.AlterClientQuotasRequest(entries=[entry], validate_only=validate_only), 0)


def _describe_quotas(play: Play, components: Sequence[tuple[str, int, str | None]], *, strict: bool) -> None:
    module = describe_client_quotas
    parts = [module.ComponentData(entity_type=kind, match_type=how, match=name) for kind, how, name in components]
    play.ask(module.DescribeClientQuotasRequest(components=parts, strict=strict), 0)


def versions_and_directories(play: Play) -> None:
    """Which APIs there are; topics made in every version; moves between directories that can't be."""
    for version in range(4):
        for name in ("client", "cl ient", ""):
            play.ask(api_versions.ApiVersionsRequest(client_software_name=name, client_software_version="1.0"), version)
    for version in range(6):
        topic = create_topics.CreatableTopic(name=f"made-{version}", num_partitions=1, replication_factor=1)
        asked = create_topics.CreateTopicsRequest(topics=[topic], timeout_ms=10_000)
        play.ask(asked, version)
    for version in range(2):
        for path, name in (("/nowhere", "made-0"), ("/nowhere", "not-made"), ("relative", "made-0")):
            moved = alter_replica_log_dirs.AlterReplicaLogDirTopic(name=name, partitions=[0, 1])
            directory = alter_replica_log_dirs.AlterReplicaLogDir(path=path, topics=[moved])
            play.ask(alter_replica_log_dirs.AlterReplicaLogDirsRequest(dirs=[directory]), version)
    for version in range(3):
        sizes = describe_log_dirs.DescribableLogDirTopic(topic="made-0", partition_index=[0, 1])
        (found,) = play.ask(describe_log_dirs.DescribeLogDirsRequest(topics=[sizes]), version, noted=False).results
        play.note(f"DescribeLogDirsRequest {version}", [topic for topic in found.topics if topic.partitions])
