"""A dry client: writes are looked at, and not done."""

import pytest

from kafkacli.client.registry import Registry
from kafkacli.client.registry_dry_run import DryClient
from kafkacli.client.zookeeper_session import NodeExists, NoNode
from tests.support.kafka import Kafka


def test_nothing_is_written(kafka: Kafka) -> None:
    topic = kafka.create_topic()
    path, absent = f"/brokers/topics/{topic}", f"/brokers/topics/{kafka.new_name()}"
    with Registry(kafka.zookeeper, dry_run=True) as registry:
        client = registry._client
        assert isinstance(client, DryClient)
        before = client.get(path)
        client.set(path, b"other")
        client.set_acls(path, [])
        client.delete(path)
        client.ensure_path(absent)
        assert client.create(absent, b"") == absent
        assert (client.get(path), client.exists(absent)) == (before, None)
        with pytest.raises(NodeExists):
            client.create(path, b"")
        with pytest.raises(NoNode):
            client.set(absent, b"")
