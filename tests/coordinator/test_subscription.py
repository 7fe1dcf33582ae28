"""Topics in a consumer's own metadata."""

import pytest

from kafkacli.coordinator.subscription import subscribed_topics
from tests.support.group_driver import subscription


def test_topics_are_read_and_what_follows_is_not() -> None:
    assert subscribed_topics(subscription("a", "été")) == {"a", "été"}
    newer = b"\0\3" + subscription("a")[2:] + b"\0\0\0\1\0\1b\0\0\0\0"
    assert subscribed_topics(newer) == {"a"}
    assert subscribed_topics(subscription()) == set()


@pytest.mark.parametrize("length", range(len(subscription("topic"))))
def test_a_subscription_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(ValueError):
        subscribed_topics(subscription("topic")[:length])


@pytest.mark.parametrize(
    "metadata",
    [
        b"\0\0\xff\xff\xff\xff" + bytes(8),
        b"\0\0\x7f\xff\xff\xff" + bytes(8),
        b"\0\0\0\0\0\1\xff\xff\0\0\0\0",
        b"\0\0\0\0\0\1\0\1\xff\0\0\0\0",
        b"\0\0\0\0\0\0\0\0\0\1",
    ],
)
def test_bytes_that_are_no_subscription_are_refused(metadata: bytes) -> None:
    with pytest.raises(ValueError):
        subscribed_topics(metadata)
