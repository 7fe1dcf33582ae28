"""Transactions of a producer."""

import pytest

from kafkacli.client.producing import RecordProducer
from kafkacli.client.transactions import TransactionError
from tests.support.broker import RunningBroker
from tests.support.console import consume


def producer(bootstrap: str, topic: str, **properties: str) -> RecordProducer:
    named = {name.replace("_", "."): value for name, value in properties.items()}
    wanted = {"bootstrap.servers": bootstrap, "transactional.id": f"id of {topic}", **named}
    return RecordProducer(topic, wanted, lambda *_: None, lambda *_: None)


def committed(broker: RunningBroker, topic: str, count: int) -> list[bytes]:
    """Values that readers of committed records see."""
    words = ["--topic", topic, "--from-beginning", "--isolation-level", "read_committed"]
    return consume(broker.bootstrap, *words, "--max-messages", str(count)).out.splitlines()


def test_what_is_committed_is_read_and_the_rest_is_not(broker: RunningBroker) -> None:
    topic = "two"
    broker.create_topic(topic, 2)
    with producer(broker.bootstrap, topic) as first:
        first.init_transactions()
        for number in (0, 1):
            first.begin_transaction()
            for index in (0, 1):
                first.send_one(None, b"%d-%d" % (number, index), partition=index)
            first.commit_transaction()
        first.begin_transaction()
        first.commit_transaction()  # nothing to commit
        first.begin_transaction()
        first.send_one(None, b"never", partition=0)
        first.flush()
        with producer(broker.bootstrap, topic) as second:
            second.init_transactions()  # ends what the first one left open
            second.begin_transaction()
            second.send_one(None, b"last", partition=0)
            second.commit_transaction()
        with pytest.raises(TransactionError, match=r"ProducerFenced|InvalidProducerEpoch"):
            first.commit_transaction()
    assert sorted(committed(broker, topic, 5)) == [b"0-0", b"0-1", b"1-0", b"1-1", b"last"]


def test_after_a_record_was_lost_nothing_can_be_committed(broker: RunningBroker) -> None:
    topic = "small"
    broker.create_topic(topic, max_message_bytes="1000")
    with producer(broker.bootstrap, topic) as made:
        made.init_transactions()
        made.begin_transaction()
        made.send_values([b"x" * 5000])
        with pytest.raises(TransactionError, match="we are in an error state"):
            made.commit_transaction()


def test_an_id_that_no_broker_takes(broker: RunningBroker) -> None:
    with (
        producer(broker.bootstrap, "t", transaction_timeout_ms="2000000000") as made,
        pytest.raises(TransactionError, match="InvalidTxnTimeoutException"),
    ):
        made.init_transactions()


def test_nobody_answers() -> None:
    with (
        producer("localhost:1", "t", max_block_ms="300") as made,
        pytest.raises(TransactionError, match="Timeout expired after 300milliseconds while awaiting InitProducerId"),
    ):
        made.init_transactions()
