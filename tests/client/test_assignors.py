"""Sharing partitions out, to the partition as Kafka 2.6.2 does (range, roundrobin) or as its promises say (sticky)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.client.assignors import ASSIGNORS, Member, assign, flat, rows_of, sticky_user_data
from kafkacli.wire.consumer_protocol import ConsumerSubscription, encode_consumer

COUNTS = {"a": 3, "b": 4}


def member(
    name: str,
    topics: str = "ab",
    owned: tuple[tuple[str, int], ...] = (),
    *,
    protocol: str = "range",
    generation: int = 1,
    instance: str | None = None,
) -> Member:
    """A member as its subscription tells; owned: in whichever way the protocol has it."""
    subscription = ConsumerSubscription(topics=list(topics))
    if protocol == "sticky":
        subscription.user_data = sticky_user_data(owned, generation)
    else:
        subscription.owned_partitions = rows_of(owned)
    return Member(name, instance, encode_consumer(subscription), protocol)


def test_range_gives_the_first_members_more() -> None:
    shares = assign("range", COUNTS, [member("m2"), member("m1"), member("m3", "b")])
    assert shares == {
        "m1": [("a", 0), ("a", 1), ("b", 0), ("b", 1)],
        "m2": [("a", 2), ("b", 2)],
        "m3": [("b", 3)],
    }


def test_members_with_a_name_of_their_own_come_first() -> None:
    shares = assign("range", {"a": 1}, [member("m1"), member("m9", instance="z"), member("m8", instance="y")])
    assert shares == {"m8": [("a", 0)], "m9": [], "m1": []}


def test_round_robin_goes_through_all_topics_in_turn() -> None:
    shares = assign("roundrobin", COUNTS, [member("m1"), member("m2", "b"), member("m3")])
    assert shares == {"m1": [("a", 0), ("a", 2), ("b", 2)], "m2": [("b", 0), ("b", 3)], "m3": [("a", 1), ("b", 1)]}


def test_topics_that_are_not_there_are_left_out() -> None:
    for protocol in ASSIGNORS.values():
        assert assign(protocol, {}, [member("m1", protocol=protocol)]) == {"m1": []}


def test_sticky_members_keep_what_they_had() -> None:
    had = (("a", 2), ("b", 1), ("b", 3))
    shares = assign("sticky", COUNTS, [member("m1", protocol="sticky"), member("m2", owned=had, protocol="sticky")])
    assert set(had) <= set(shares["m2"])
    assert sorted(map(len, shares.values())) == [3, 4]


def test_of_two_claims_the_newer_one_counts() -> None:
    one, other = (("a", 0), ("a", 1)), (("a", 1), ("a", 2))
    members = [
        member("m1", "a", one, protocol="sticky", generation=4),
        member("m2", "a", other, protocol="sticky", generation=5),
    ]
    assert assign("sticky", COUNTS, members) == {"m1": [("a", 0)], "m2": [("a", 1), ("a", 2)]}


def test_what_a_cooperative_member_still_has_goes_to_nobody_first() -> None:
    everything = tuple((topic, number) for topic in COUNTS for number in range(COUNTS[topic]))
    first = assign(
        "cooperative-sticky",
        COUNTS,
        [member("m1", owned=everything, protocol="cooperative-sticky"), member("m2", protocol="cooperative-sticky")],
    )
    assert first["m2"] == []
    assert len(first["m1"]) == 4
    kept = tuple(first["m1"])
    second = assign(
        "cooperative-sticky",
        COUNTS,
        [member("m1", owned=kept, protocol="cooperative-sticky"), member("m2", protocol="cooperative-sticky")],
    )
    assert sorted([*second["m1"], *second["m2"]]) == sorted(everything)
    assert second["m1"] == list(kept)


def test_user_data_that_cannot_be_read_claims_nothing() -> None:
    subscription = ConsumerSubscription(topics=["a"], user_data=b"\xff")
    assert Member("m", None, encode_consumer(subscription), "sticky").owned == []


@pytest.mark.parametrize("protocol", ASSIGNORS.values())
@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 7)),
    st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=4),
    st.data(),
)
def test_every_partition_has_one_reader_that_wants_it(
    protocol: str, counts: dict[str, int], topics: list[str], data: st.DataObject
) -> None:
    everything = [(topic, number) for topic, count in counts.items() for number in range(count)]
    owners = data.draw(st.lists(st.integers(-1, len(topics) - 1), min_size=len(everything), max_size=len(everything)))
    members = [
        member(
            f"m{place}",
            wanted,
            tuple(each for each, owner in zip(everything, owners, strict=True) if owner == place),
            protocol=protocol,
        )
        for place, wanted in enumerate(topics)
    ]
    shares = assign(protocol, counts, members)
    given_out = [partition for partitions in shares.values() for partition in partitions]
    assert len(given_out) == len(set(given_out))
    for name, partitions in shares.items():
        assert {topic for topic, _ in partitions} <= set(topics[int(name[1:])])
    if protocol != "cooperative-sticky":
        wanted_by_some = [each for each in everything if any(each[0] in wanted for wanted in topics)]
        assert sorted(given_out) == sorted(wanted_by_some)
    if protocol == "sticky":
        for poor, rich in ((a, b) for a in shares for b in shares if len(shares[b]) > len(shares[a]) + 1):
            assert not any(topic in topics[int(poor[1:])] for topic, _ in shares[rich])


def test_rows_and_back() -> None:
    partitions = [("a", 1), ("a", 3), ("b", 0)]
    assert flat(rows_of(partitions)) == partitions
