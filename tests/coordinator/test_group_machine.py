"""Any history of a group: every request answered once, generations grow, no partition owned twice.

Clients act on the answers they got, at their own pace; time goes by, appends end late or fail, the coordinator restarts
from its log. The range assignor here gives each of six partitions to one member.
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kafkacli.coordinator.membership import GroupConfig
from kafkacli.coordinator.requests import LeavingMember
from kafkacli.coordinator.result import JoinedMember, JoinResult, SyncResult
from kafkacli.errors import ErrorCode
from tests.support.group_driver import GroupDriver

PARTITIONS = range(6)
CLIENTS = st.integers(0, 4)
PROTOCOLS = [[("range", b"a")], [("range", b"b"), ("sticky", b"b")], [("sticky", b"c"), ("range", b"c")]]


class Client:
    """One consumer: what it knows, and the request it waits for."""

    def __init__(self, instance: str | None) -> None:
        self.instance = instance
        self.member_id = ""
        self.generation = -1
        self.protocols = PROTOCOLS[0]
        self.waiting: tuple[str, int] | None = None
        self.to_assign: tuple[JoinedMember, ...] | None = None
        self.owned: set[int] | None = None

    def forget(self) -> None:
        self.member_id, self.generation, self.owned, self.to_assign = "", -1, None, None


class Group(RuleBasedStateMachine):
    """Five clients, two of them static, and one coordinator."""

    def __init__(self) -> None:
        super().__init__()
        self.config = GroupConfig(initial_rebalance_delay_ms=3000, max_size=4)
        self.groups = GroupDriver(self.config)
        self.clients = [Client("one"), Client("two"), Client(None), Client(None), Client(None)]
        self.highest = 0
        self.owners: dict[int, dict[int, str]] = {}

    # what clients do

    @rule(number=CLIENTS, protocols=st.sampled_from(PROTOCOLS))
    def join(self, number: int, protocols: list[tuple[str, bytes]]) -> None:
        client = self.clients[number]
        if client.waiting is None:
            client.protocols = protocols
            client.owned = client.to_assign = None
            ask = self.groups.join(
                client.member_id,
                instance=client.instance,
                protocols=protocols,
                require_member_id=client.instance is None,
                rebalance_timeout_ms=20_000,
            )
            client.waiting = ("join", ask)

    @rule(number=CLIENTS)
    def sync(self, number: int) -> None:
        client = self.clients[number]
        if client.waiting is None and client.generation >= 0:
            assignments: dict[str, bytes] = {}
            if client.to_assign:
                for partition in PARTITIONS:
                    member = client.to_assign[partition % len(client.to_assign)]
                    assignments[member.member_id] = assignments.get(member.member_id, b"") + bytes([partition])
            ask = self.groups.sync(client.member_id, client.generation, assignments, instance=client.instance)
            client.waiting = ("sync", ask)

    @rule(number=CLIENTS)
    def heartbeat(self, number: int) -> None:
        client = self.clients[number]
        if client.generation >= 0:
            error = self.groups.heartbeat(client.member_id, client.generation, instance=client.instance)
            if error not in (ErrorCode.NONE, ErrorCode.REBALANCE_IN_PROGRESS):
                client.forget()

    @rule(number=CLIENTS)
    def restart(self, number: int) -> None:
        """The process dies: nobody listens for its answers any more."""
        client = self.clients[number]
        client.forget()
        client.waiting = None

    @rule(number=CLIENTS)
    def leave(self, number: int) -> None:
        client = self.clients[number]
        self.groups.leave(LeavingMember(client.member_id, client.instance))
        client.forget()

    @rule(number=CLIENTS, offset=st.integers(0, 100))
    def commit(self, number: int, offset: int) -> None:
        client = self.clients[number]
        if client.owned:
            self.groups.commit(
                offset, member_id=client.member_id, generation=client.generation, instance=client.instance
            )

    def go_on(self, client: Client) -> None:
        """Do what a consumer does next: join, then ask for the assignment, then see whether to join again."""
        number = self.clients.index(client)
        if client.generation < 0:
            self.join(number, PROTOCOLS[number % 3])
        elif client.owned is None:
            self.sync(number)
        elif self.groups.heartbeat(client.member_id, client.generation, instance=client.instance):
            self.join(number, client.protocols)
        self.settle()

    @rule(numbers=st.sets(CLIENTS, min_size=1), milliseconds=st.sampled_from([0, 3000]))
    def some_go_on(self, numbers: set[int], milliseconds: int) -> None:
        for number in numbers:
            self.go_on(self.clients[number])
        self.groups.advance(milliseconds)

    @rule()
    def all_go_on_until_the_group_is_stable(self) -> None:
        """Whatever has been: with everybody there for a minute, each partition has its one owner."""
        self.groups.hold = False
        while self.groups.held:
            self.groups.release()
        for _ in range(30):
            for client in self.clients:
                self.go_on(client)
            self.groups.advance(3000)
            self.settle()
        assert self.groups.state() == "Stable"
        generation = self.groups.generation()
        owned = [
            client.owned for client in self.clients if client.owned is not None and client.generation == generation
        ]
        assert len(owned) == self.config.max_size
        assert sorted(partition for each in owned for partition in each) == list(PARTITIONS)

    # what the world does

    @rule(milliseconds=st.sampled_from([0, 1000, 3000, 9000, 25_000, 400_000]))
    def pass_time(self, milliseconds: int) -> None:
        self.groups.advance(milliseconds)

    @rule(hold=st.booleans())
    def hold_appends(self, hold: bool) -> None:
        self.groups.hold = hold

    @precondition(lambda self: self.groups.held)
    @rule()
    def end_append(self) -> None:
        self.groups.release()

    @precondition(lambda self: self.groups.held)
    @rule()
    def fail_append(self) -> None:
        self.groups.fail = ErrorCode.NOT_ENOUGH_REPLICAS
        self.groups.release()
        self.groups.fail = ErrorCode.NONE

    @rule()
    def expire_offsets(self) -> None:
        self.groups.apply(self.groups.coordinator.expire_offsets(self.groups.now))

    @rule(seldom=st.sampled_from([False, False, False, True]))
    def restart_coordinator(self, seldom: bool) -> None:
        """Connections break; the log has the last generation that was stable or empty."""
        if not seldom:
            return
        self.groups.apply(self.groups.coordinator.resign(0, self.groups.now))
        while self.groups.held:
            self.groups.release()
        self.settle()
        self.groups = self.groups.restarted(self.config)
        # a generation whose assignment never got into the log is counted again, and assigned anew
        self.highest = 0
        self.owners.clear()
        for client in self.clients:
            client.waiting = None
            client.forget()

    # what must hold

    @invariant()
    def settle(self) -> None:
        """Clients take their answers in."""
        for client in self.clients:
            if client.waiting is not None and client.waiting[1] in self.groups.answers:
                answer = self.groups.answers[client.waiting[1]]
                client.waiting = None
                self.take(client, answer)

    def take(self, client: Client, answer: Any) -> None:
        if isinstance(answer, JoinResult):
            if answer.error is ErrorCode.NONE:
                assert answer.generation_id >= max(client.generation, 1)
                client.member_id, client.generation = answer.member_id, answer.generation_id
                client.to_assign = answer.members
                if answer.members:
                    assert answer.leader == answer.member_id
                    assert answer.member_id in [member.member_id for member in answer.members]
            elif answer.error is ErrorCode.MEMBER_ID_REQUIRED:
                client.member_id = answer.member_id
            elif answer.error is not ErrorCode.REBALANCE_IN_PROGRESS:
                client.forget()
        elif isinstance(answer, SyncResult):
            if answer.error is ErrorCode.NONE:
                client.owned = set(answer.assignment)
                owners = self.owners.setdefault(client.generation, {})
                for partition in client.owned:
                    owner = client.instance or client.member_id
                    assert owners.setdefault(partition, owner) == owner, "a partition was given to two members"
            elif answer.error is not ErrorCode.REBALANCE_IN_PROGRESS:
                client.forget()

    @invariant()
    def the_generation_never_goes_back(self) -> None:
        group = self.groups.coordinator.describe_group("g")
        if group.state == "Dead":
            self.highest = 0
            self.owners.clear()
            return
        generation = self.groups.generation()
        assert generation >= self.highest
        self.highest = generation

    @invariant()
    def waiting_means_that_something_will_happen(self) -> None:
        waiting = [ask for ask in self.groups.asked if ask not in self.groups.answers]
        if waiting and not self.groups.held:
            assert self.groups.coordinator.next_deadline_ms is not None, "somebody waits for ever"

    def teardown(self) -> None:
        """In the end everybody has been answered."""
        self.groups.hold = False
        while self.groups.held:
            self.groups.release()
        self.groups.advance(2_000_000)
        unanswered = [ask for ask in self.groups.asked if ask not in self.groups.answers]
        assert not unanswered
        assert self.groups.state() in ("Dead", "Empty")
        assert self.groups.coordinator.next_deadline_ms is None


TestGroup = Group.TestCase
TestGroup.settings = settings(stateful_step_count=40)
