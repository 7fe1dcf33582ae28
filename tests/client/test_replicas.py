"""Reading one replica."""

from kafkacli.client.replicas import ReplicaReader
from kafkacli.record.batch import iter_records
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.console import produce


def test_what_a_broker_has(broker: RunningBroker) -> None:
    broker.create_topic("t", 2)
    produce(broker.bootstrap, "t", b"a\n")
    reader = ReplicaReader(broker.bootstrap, NODE_ID, 1 << 20, 10)
    found = reader.fetch({("t", 0): 0, ("t", 1): 0, ("none", 0): 0})
    reader.close()
    assert sorted(replica.high_watermark for replica in found.values()) == [-1, 0, 1]
    assert [record.value for replica in found.values() for record in iter_records(replica.records)] == [b"a"]


def test_a_broker_that_is_not_there_has_nothing(broker: RunningBroker) -> None:
    reader = ReplicaReader(broker.bootstrap, 99, 100, 10)
    found = reader.fetch({("t", 0): 0})[("t", 0)]
    reader.close()
    assert (found.high_watermark, bytes(found.records)) == (-1, b"")
