"""How large records may be."""

import pytest

from kafkacli.client.record_limits import RecordLimits

TOO_LARGE = "org.apache.kafka.common.errors.RecordTooLargeException: The message is {} bytes when serialized which is larger than {}"


def test_what_is_surely_small_enough_is() -> None:
    limits = RecordLimits(1000, 2000)
    assert limits.refusal(b"k" * 100, b"v" * (limits.surely - 100), ()) == ""
    assert RecordLimits(3000, 200).surely < 200


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (RecordLimits(100, 5000), "100, which is the value of the max.request.size configuration."),
        (
            RecordLimits(5000, 100),
            "the total memory buffer you have configured with the buffer.memory configuration.",
        ),
    ],
)
def test_which_limit_refuses_it_is_told(limits: RecordLimits, what: str) -> None:
    assert limits.refusal(None, b"v" * 100, [("h", b"x")]) == TOO_LARGE.format(82 + 1 + 102 + 1 + 2 + 2, what)
