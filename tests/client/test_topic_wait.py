"""What becomes of the wait for a topic."""

from kafkacli.client.cluster_view import ClusterView
from kafkacli.client.cluster_watch import ClusterWatch
from kafkacli.client.connection import AuthenticationFailed
from kafkacli.client.patience import Patience
from kafkacli.client.topic_wait import await_topic
from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.metadata import MetadataResponse
from tests.client.test_brokers import Case
from tests.client.test_cluster_view import answer, topic

ERRORS = "org.apache.kafka.common.errors."


def wait(*answers: MetadataResponse, partition: int | None = None, patience: Patience | None = None) -> str:
    """Wait for topic t while brokers answer so; without more answers the time is over."""
    view = ClusterView(keeps_known=True)
    watch = ClusterWatch(
        view, Case(1).links, lambda _: None, purpose="", max_age_s=1, retry_s=1, timeout_s=1, creates=True
    )
    left = list(answers)

    def go_on(seconds: float) -> None:
        assert view.wanted == {"t"}
        if left:
            view.take(left.pop(0))

    return await_topic("t", partition, watch, patience or Patience(lambda *_: None), 50, go_on)


def test_it_ends_when_the_partition_is_there() -> None:
    assert wait(answer(topic("t", [], ErrorCode.LEADER_NOT_AVAILABLE)), answer(topic("t", [1]))) == ""
    assert wait(answer(topic("t", [1])), answer(topic("t", [1, 1])), partition=1) == ""


def test_what_does_not_come_in_time() -> None:
    assert wait() == f"{ERRORS}TimeoutException: Topic t not present in metadata after 50 ms."
    assert wait(answer(topic("t", [1])), partition=1) == (
        f"{ERRORS}TimeoutException: Partition 1 of topic t with partition count 1 is not present in metadata after 50 ms."
    )


def test_a_topic_that_is_not_for_us_and_a_broker_that_lets_nobody_in() -> None:
    refused = answer(topic("t", [], ErrorCode.TOPIC_AUTHORIZATION_FAILED))
    assert wait(refused) == f"{ERRORS}TopicAuthorizationException: Not authorized to access topics: [t]"
    patience = Patience(lambda *_: None)
    patience.failed(AuthenticationFailed("SASL", "h:1", "no", "SaslAuthenticationException", "no"))
    assert wait(patience=patience) == f"{ERRORS}SaslAuthenticationException: no"
