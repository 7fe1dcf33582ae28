"""Which permissions a client has: what the brokers' answers mean."""

import time
from collections.abc import Sequence
from typing import Any

import pytest

from kafkacli.client.connection import Connection
from kafkacli.client.permissions import Permissions, who
from kafkacli.client.settings import ClientSettings
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.describe_groups import DescribedGroup, DescribeGroupsRequest, DescribeGroupsResponse
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse, MetadataResponseTopic
from tests.support.scripted_broker import framed, scripted_broker, versions_answer

READ, WRITE = 1 << 3, 1 << 4


def ask(
    topic: dict[str, Any],
    group: dict[str, Any],
    coordinator_errors: Sequence[int] = (0,),
    group_errors: Sequence[int] = (),
) -> tuple[str, str]:
    """What is said of topic t and of group g. coordinator_errors, group_errors: of one answer after the other."""
    finding, describing = list(coordinator_errors[::-1]), list(group_errors[::-1])

    def answer(key: int, version: int, request: bytes) -> bytes:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, MetadataRequest, FindCoordinatorRequest, DescribeGroupsRequest)
        if key == ApiKey.METADATA:
            row = MetadataResponseTopic(name="t", partitions=[], **topic)
            return framed(MetadataResponse(topics=[row]), version, request)
        if key == ApiKey.FIND_COORDINATOR:
            found = FindCoordinatorResponse(error_code=finding.pop(), node_id=1, host="127.0.0.1", port=1)
            return framed(found, version, request)
        fields = {**group, "error_code": describing.pop()} if describing else group
        described = DescribedGroup(
            group_id="g", group_state="Empty", protocol_type="", protocol_data="", members=[], **fields
        )
        return framed(DescribeGroupsResponse(groups=[described]), version, request)

    settings = ClientSettings()
    with scripted_broker(answer) as port:
        connection = Connection("127.0.0.1", port, settings, time.monotonic() + 5)
        permissions = Permissions(connection, settings, "b:1", lambda: time.monotonic() + 5)
        found = permissions.of_topic("t", ["READ", "WRITE"]), permissions.of_group("g", [], {})
        connection.close()
    first, second = (f"{each.stage} {each.text}" + (f" -> {each.remedy}" if each.remedy else "") for each in found)
    return first, second


def test_what_is_allowed() -> None:
    topic = {"error_code": 0, "topic_authorized_operations": READ | WRITE}
    group = {"error_code": 0, "authorized_operations": READ}
    assert ask(topic, group) == ("ACLs allowed: Read, Write", "ACLs allowed: Read")


def test_what_is_not() -> None:
    topic, group = {"error_code": 0, "topic_authorized_operations": READ}, {"error_code": 0, "authorized_operations": 0}
    command = (
        "Have somebody allow it who may: kafka-acls.sh --bootstrap-server b:1 --add --allow-principal User:ANONYMOUS"
    )
    assert ask(topic, group) == (
        f"ACLs User:ANONYMOUS is not allowed: Write -> {command} --operation Write --topic t",
        f"ACLs User:ANONYMOUS is not allowed: Read -> {command} --operation Read --group g",
    )
    of_topic, of_group = ask({"error_code": 29}, {"error_code": 30})
    assert of_topic.endswith("--operation Read --operation Write --topic t")
    assert of_group.endswith("--operation Read --group g")
    assert ask({"error_code": 29}, {"error_code": 0}, coordinator_errors=[30])[1].endswith("--operation Read --group g")


def test_what_brokers_leave_open() -> None:
    allowed = {"error_code": 0, "topic_authorized_operations": READ | WRITE}
    assert ask(allowed, {"error_code": 0})[1] == "ACLs may be described; the broker doesn't say what else"
    assert ask(allowed, {"error_code": 56})[1].startswith("group has no coordinator: ")


def test_a_coordinator_that_is_on_its_way_is_waited_for() -> None:
    allowed = {"error_code": 0, "topic_authorized_operations": READ | WRITE}
    group = {"error_code": 0, "authorized_operations": READ}
    assert ask(allowed, group, coordinator_errors=(15, 0, 0), group_errors=(14, 0))[1] == "ACLs allowed: Read"


@pytest.mark.parametrize(
    ("properties", "principal"),
    [
        ({}, "User:ANONYMOUS"),
        ({"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
          "sasl.jaas.config": "x.PlainLoginModule required username=alice password=hidden;"}, "User:alice"),
        ({"security.protocol": "SSL"}, "User:ANONYMOUS"),
    ],
)  # fmt: skip
def test_who_the_brokers_see(properties: dict[str, str], principal: str) -> None:
    assert who(ClientSettings(properties)) == principal
