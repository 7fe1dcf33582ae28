"""How the leader of a group shares partitions out: Kafka's four assignors, by the names of their Java classes.

range, roundrobin   each topic in even ranges; all partitions in turn
sticky              evenly, and members keep what they had; each tells in its user data what that is, and of which generation
cooperative-sticky  likewise, from the partitions that members own; what moves is first given to nobody (KIP-429)

Source: the assignors of org.apache.kafka.clients.consumer in 2.6.2, for range and roundrobin to the partition. The sticky ones
keep the same promises by a shorter way: first everybody keeps what is his, the rest goes to whoever has least, and then
partitions move from members with more to members with at least two less.
"""

from __future__ import annotations

from kafkacli.config_types import ConfigError
from kafkacli.wire.consumer_protocol import (
    StickyUserData,
    TopicPartitions,
    decode_sticky,
    decode_subscription,
    encode_sticky,
)
from kafkacli.wire.primitives import WireError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kafkacli.client.topics import TopicPartition

    Shares = dict[str, list[TopicPartition]]
    """Member id to its partitions."""

_PACKAGE = "org.apache.kafka.clients.consumer."
RANGE, ROUND_ROBIN, STICKY, COOPERATIVE_STICKY = "range", "roundrobin", "sticky", "cooperative-sticky"
ASSIGNORS = {
    f"{_PACKAGE}RangeAssignor": RANGE,
    f"{_PACKAGE}RoundRobinAssignor": ROUND_ROBIN,
    f"{_PACKAGE}StickyAssignor": STICKY,
    f"{_PACKAGE}CooperativeStickyAssignor": COOPERATIVE_STICKY,
}
"""Java class name to the name that members tell each other."""
_NO_GENERATION = -1


def assignors_of(classes: list[str]) -> list[str]:
    """Return the protocol names of assignors by their Java classes. Raises ConfigError for a class that isn't known."""
    for name in classes:
        if name.removeprefix("class ") not in ASSIGNORS:
            raise ConfigError.invalid(
                "partition.assignment.strategy",
                name,
                f"Class {name} could not be found; there are {', '.join(ASSIGNORS)}.",
            )
    return [ASSIGNORS[name.removeprefix("class ")] for name in classes]


class Member:
    """A member as its subscription tells. owned: the partitions that it had, as of `generation`."""

    __slots__ = ("generation", "instance", "member_id", "owned", "topics")

    def __init__(self, member_id: str, instance: str | None, metadata: bytes, protocol: str) -> None:
        """Read a subscription. Raises WireError."""
        subscription = decode_subscription(metadata)
        self.member_id = member_id
        self.instance = instance
        self.topics = set(subscription.topics)
        self.owned = flat(subscription.owned_partitions)
        self.generation = _NO_GENERATION
        if protocol == STICKY:
            self.owned = []
            try:
                if subscription.user_data:
                    data = decode_sticky(subscription.user_data)
                    self.owned, self.generation = flat(data.previous_assignment), data.generation
            except WireError:
                pass  # what can't be read was never owned

    @property
    def rank(self) -> tuple[bool, str]:
        """Members with a name of their own come first."""
        return (False, self.instance) if self.instance is not None else (True, self.member_id)


def assign(protocol: str, counts: Mapping[str, int], members: Sequence[Member]) -> Shares:
    """Return what each member is to read. counts: partitions of the topics that there are. protocol: a value of ASSIGNORS."""
    return _FUNCTIONS[protocol](counts, sorted(members, key=lambda member: member.rank))


def flat(topics: Iterable[TopicPartitions]) -> list[TopicPartition]:
    """Return the partitions of Kafka's rows."""
    return [(row.topic, number) for row in topics for number in row.partitions]


def rows_of(partitions: Iterable[TopicPartition]) -> list[TopicPartitions]:
    """Return Kafka's rows for partitions."""
    found: dict[str, list[int]] = {}
    for topic, number in partitions:
        found.setdefault(topic, []).append(number)
    return [TopicPartitions(topic=topic, partitions=numbers) for topic, numbers in found.items()]


def sticky_user_data(partitions: Iterable[TopicPartition], generation: int) -> bytes:
    """Return what a member of a sticky group tells of its last assignment."""
    return encode_sticky(StickyUserData(previous_assignment=rows_of(partitions), generation=generation))


def _range(counts: Mapping[str, int], members: Sequence[Member]) -> Shares:
    shares: Shares = {member.member_id: [] for member in members}
    for topic in sorted({topic for member in members for topic in member.topics} & counts.keys()):
        readers = [member for member in members if topic in member.topics]
        each, more = divmod(counts[topic], len(readers))
        start = 0
        for place, member in enumerate(readers):
            end = start + each + (place < more)
            shares[member.member_id] += [(topic, number) for number in range(start, end)]
            start = end
    return shares


def _round_robin(counts: Mapping[str, int], members: Sequence[Member]) -> Shares:
    shares: Shares = {member.member_id: [] for member in members}
    turn = 0
    for topic in sorted({topic for member in members for topic in member.topics} & counts.keys()):
        for number in range(counts[topic]):
            while topic not in members[turn % len(members)].topics:
                turn += 1
            shares[members[turn % len(members)].member_id].append((topic, number))
            turn += 1
    return shares


def _sticky(counts: Mapping[str, int], members: Sequence[Member]) -> Shares:
    shares: Shares = {member.member_id: [] for member in members}
    topics = {member.member_id: member.topics for member in members}
    owners: dict[TopicPartition, str] = {}
    for member in sorted(members, key=lambda member: -member.generation):  # the newest claim counts
        for topic, number in member.owned:
            if number < counts.get(topic, 0) and topic in member.topics and (topic, number) not in owners:
                owners[topic, number] = member.member_id
                shares[member.member_id].append((topic, number))
    free = [
        (topic, number) for topic in sorted(counts) for number in range(counts[topic]) if (topic, number) not in owners
    ]
    readers = {topic: [name for name in shares if topic in topics[name]] for topic in counts}
    for partition in sorted(free, key=lambda each: len(readers[each[0]])):
        if names := readers[partition[0]]:
            shares[min(names, key=lambda name: len(shares[name]))].append(partition)
    while _move(shares, topics):
        pass
    return shares


def _move(shares: Shares, topics: Mapping[str, set[str]]) -> bool:
    """Let one partition move to a member with at least two less; whether one did. The last ones were never its own."""
    by_load = sorted(shares, key=lambda name: len(shares[name]))
    for poor in by_load:
        for rich in reversed(by_load):
            if len(shares[rich]) <= len(shares[poor]) + 1:
                break
            for place in range(len(shares[rich]) - 1, -1, -1):
                if shares[rich][place][0] in topics[poor]:
                    shares[poor].append(shares[rich].pop(place))
                    return True
    return False


def _cooperative_sticky(counts: Mapping[str, int], members: Sequence[Member]) -> Shares:
    shares = _sticky(counts, members)
    owners = {partition: member.member_id for member in members for partition in member.owned}
    return {
        name: [each for each in partitions if owners.get(each, name) == name] for name, partitions in shares.items()
    }


_FUNCTIONS: dict[str, Callable[[Mapping[str, int], Sequence[Member]], Shares]] = {
    RANGE: _range,
    ROUND_ROBIN: _round_robin,
    STICKY: _sticky,
    COOPERATIVE_STICKY: _cooperative_sticky,
}
