"""Apache's `kafka-acls.sh`, which writes and reads ACLs in ZooKeeper itself, beside a broker of ours that obeys them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.authorizer.acls import Operation
from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.create_acls import CreateAclsRequest, CreateAclsResponse
from tests.support import acl_plays
from tests.support.apache import Apache
from tests.support.broker import RunningBroker
from tests.support.guard_plays import PROPERTIES
from tests.support.produced import batch, fetch, fetch_request, produce
from tests.support.raw import RawClient
from tests.support.waiting import until

pytestmark = pytest.mark.apache


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[RunningBroker]:
    running = RunningBroker(tmp_path / "log", PROPERTIES["open"])
    running.create_topic("t")
    yield running
    running.stop()


def test_what_either_writes_the_other_knows(apache: Apache, guarded: RunningBroker) -> None:
    def acls(*arguments: str) -> str:
        where = ("--authorizer-properties", f"zookeeper.connect={guarded.zookeeper}")
        done = apache.run("kafka-acls.sh", *where, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    with RawClient(guarded.port) as client:
        assert produce(client, batch(b"a")).error_code == 0
        prefix = ("--topic", "t", "--resource-pattern-type", "prefixed")
        acls("--add", "--allow-principal", "User:ANONYMOUS", "--operation", "Read", *prefix)
        until(lambda: produce(client, batch(b"b")).error_code == ErrorCode.TOPIC_AUTHORIZATION_FAILED)
        assert fetch(client, fetch_request({("t", 0): 0})).error_code == 0
        ours = acl_plays.acl(acl_plays.TOPIC, "t", Operation.WRITE, host="127.0.0.1")
        client.ask(CreateAclsRequest(creations=[ours]), CreateAclsResponse, 2)
        assert produce(client, batch(b"b")).error_code == 0  # at once: the answer comes when it counts
        listed = acls("--list", "--topic", "t", "--resource-pattern-type", "match")
        assert "(principal=User:ANONYMOUS, host=127.0.0.1, operation=WRITE, permissionType=ALLOW)" in listed
        assert "(principal=User:ANONYMOUS, host=*, operation=READ, permissionType=ALLOW)" in listed
        acls("--remove", "--force", "--topic", "t")
        until(lambda: produce(client, batch(b"c")).error_code == ErrorCode.TOPIC_AUTHORIZATION_FAILED)
