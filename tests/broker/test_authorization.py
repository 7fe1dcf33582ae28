"""The authorizer of a broker's properties, and ACLs that hold after a restart."""

from pathlib import Path

import pytest

from kafkacli.authorizer.acls import AclEntry, Operation, Permission, ResourcePattern, ResourceType
from kafkacli.broker.authorization import make_authorizer
from kafkacli.broker.configs import KafkaConfig
from kafkacli.config_types import ConfigError
from kafkacli.errors import ErrorCode
from tests.support.broker import RunningBroker
from tests.support.produced import batch, produce
from tests.support.raw import RawClient

AUTHORIZER = {"authorizer.class.name": "kafka.security.authorizer.AclAuthorizer"}


def config(**properties: str) -> KafkaConfig:
    dotted = {key.replace("_", "."): value for key, value in properties.items()}
    return KafkaConfig({"zookeeper.connect": "x"} | AUTHORIZER | dotted)


def allows(ours: KafkaConfig, principal: str) -> bool:
    authorizer = make_authorizer(ours)
    assert authorizer is not None
    return authorizer.allows(principal, "127.0.0.1", Operation.READ, ResourceType.TOPIC, "t")


def test_there_is_none_unless_asked_for() -> None:
    assert make_authorizer(KafkaConfig({"zookeeper.connect": "x"})) is None


def test_super_users() -> None:
    ours = config(super_users="User:a; User:CN=b,O=c;")
    assert [allows(ours, f"User:{name}") for name in ("a", "CN=b,O=c", "c")] == [True, True, False]
    assert ours.unknown_keys() == []


def test_everybody_where_there_is_no_acl() -> None:
    assert allows(config(allow_everyone_if_no_acl_found="TRUE"), "User:a")
    assert not allows(config(allow_everyone_if_no_acl_found="false"), "User:a")


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"super_users": "alice"}, "expected a string in format principalType:principalName but got alice"),
        ({"allow_everyone_if_no_acl_found": "yes"}, 'For input string: "yes"'),
    ],
)
def test_wrong_properties_stop_the_start(properties: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make_authorizer(config(**properties))


def test_acls_hold_after_a_restart(tmp_path: Path) -> None:
    properties = {**AUTHORIZER, "super.users": "User:alice"}
    for error in (ErrorCode.TOPIC_AUTHORIZATION_FAILED, 0, 0):
        running = RunningBroker(tmp_path / "log", properties)
        try:
            if not running.broker.metadata.topics():
                running.create_topic("t")
            elif not running.broker.authorizer.patterns():  # type: ignore[union-attr]
                entry = AclEntry("User:ANONYMOUS", "127.0.0.1", Operation.WRITE, Permission.ALLOW)
                running.call_async("acls.add", ResourcePattern(ResourceType.TOPIC, "t"), [entry])
            with RawClient(running.port) as client:
                assert produce(client, batch(b"a"), "t").error_code == error
        finally:
            running.stop()
