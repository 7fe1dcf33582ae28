"""Any history of transactions: each ends one way in all its partitions, and the way that its producer was told.

Producers of two transactional ids come and go, fence each other, act on the answers they got; appends and markers wait or
fail, transactions time out, the coordinator restarts from its log.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import Producer
from kafkacli.coordinator.transaction_coordinator import InitProducerIdResult
from kafkacli.errors import ErrorCode
from tests.support.transaction_driver import Marker, TransactionDriver

PARTITIONS = [TopicPartition("a", 0), TopicPartition("a", 1), TopicPartition("b", 0)]
CLIENTS = st.integers(0, 3)
MARKER_ERRORS = st.sampled_from([ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.REQUEST_TIMED_OUT])
APPEND_ERRORS = st.sampled_from([ErrorCode.NONE, ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.REQUEST_TIMED_OUT])


class Client:
    """A producer process: what it believes to be, the request it waits for, its present transaction."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.producer: Producer | None = None
        self.waiting: tuple[str, int] | None = None
        self.transaction: int | None = None
        self.adding: TopicPartition | None = None
        self.added: set[TopicPartition] = set()
        self.is_failed = False  # it was refused: it may only bump its epoch or begin anew


class Transactions(RuleBasedStateMachine):
    """Four producer processes, two for each transactional id, and one coordinator."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = TransactionDriver()
        self.clients = [Client("one"), Client("one"), Client("two"), Client("two")]
        self.transactions = 0
        self.told: dict[int, bool] = {}  # transaction: whether its producer was told that it is committed
        self.given: dict[str, list[Producer]] = {"one": [], "two": []}

    # what producers do

    @rule(number=CLIENTS, again=st.booleans())
    def init(self, number: int, again: bool) -> None:
        client = self.clients[number]
        if client.waiting is None:
            expected = client.producer if again else None
            client.waiting = ("init", self.driver.init(expected, name=client.name, timeout_ms=10_000))
            client.transaction = None
            client.producer = client.producer if again else None

    @rule(number=CLIENTS, partition=st.sampled_from(PARTITIONS))
    def add(self, number: int, partition: TopicPartition) -> None:
        client = self.clients[number]
        if client.waiting is None and client.producer is not None and not client.is_failed:
            if client.transaction is None:
                self.transactions += 1
                client.transaction, client.added = self.transactions, set()
            client.adding = partition
            client.waiting = ("add", self.driver.add(client.producer, partition, name=client.name))

    @rule(number=CLIENTS, which=st.integers(0, 2))
    def write(self, number: int, which: int) -> None:
        client = self.clients[number]
        if client.producer is not None and client.transaction is not None and client.added and not client.is_failed:
            partition = sorted(client.added)[which % len(client.added)]
            client.is_failed = not self.driver.write(partition, client.producer, client.transaction)

    @rule(number=CLIENTS, commit=st.booleans())
    def end(self, number: int, commit: bool) -> None:
        client = self.clients[number]
        ready = client.waiting is None and client.producer is not None and bool(client.added)
        if ready and client.transaction is not None and not (client.is_failed and commit):
            assert client.producer is not None
            kind = "commit" if commit else "abort"
            client.waiting = (kind, self.driver.end(client.producer, commit=commit, name=client.name))

    @rule(number=CLIENTS, partitions=st.sets(st.sampled_from(PARTITIONS), min_size=1), hold=st.booleans())
    def begin(self, number: int, partitions: set[TopicPartition], hold: bool) -> None:
        """All that leads to an open transaction, as far as there are answers; then, perhaps, nothing is done at once."""
        if self.clients[number].producer is None:
            self.init(number, False)
            self.answers_are_taken_in()
        for which, partition in enumerate(sorted(partitions)):
            self.add(number, partition)
            self.answers_are_taken_in()
            self.write(number, which)
        self.driver.hold = hold

    @rule(number=CLIENTS)
    def give_up(self, number: int) -> None:
        """The process dies, and one without memory takes its place."""
        self.clients[number] = Client(self.clients[number].name)

    # what happens

    @rule(milliseconds=st.sampled_from([1000, 10_001]))
    def time_goes_by(self, milliseconds: int) -> None:
        self.driver.now += milliseconds
        self.driver.abort_timed_out()
        for number in range(len(self.clients)):
            self.write(number, 0)

    @rule(hold=st.booleans(), fail=APPEND_ERRORS)
    def the_log_changes(self, hold: bool, fail: ErrorCode) -> None:
        self.driver.hold, self.driver.fail = hold, fail

    @rule(partition=st.sampled_from(PARTITIONS), error=MARKER_ERRORS)
    def a_marker_will_fail(self, partition: TopicPartition, error: ErrorCode) -> None:
        self.driver.marker_errors.setdefault(partition, []).append(error)

    @rule()
    def something_goes_on(self) -> None:
        if self.driver.held:
            self.driver.release()
        elif self.driver.retries:
            self.driver.retry()

    @rule(decisions=st.integers(0, 3))
    def restart(self, decisions: int) -> None:
        """decisions: how many of the held appends and markers have come through before."""
        for _ in range(min(decisions, len(self.driver.held))):
            self.driver.release()
        self.answers_are_taken_in()
        self.driver.restart()
        for client in self.clients:
            if client.waiting is not None and client.waiting[1] not in self.driver.answers:
                client.waiting = None
                client.is_failed = True  # it will never know

    @rule(number=CLIENTS, commit=st.booleans(), decisions=st.integers(0, 3))
    def restart_at_the_end(self, number: int, commit: bool, decisions: int) -> None:
        self.driver.hold = True
        self.end(number, commit)
        self.restart(decisions)
        self.driver.hold = False

    # what must be true

    @invariant()
    def answers_are_taken_in(self) -> None:
        for client in self.clients:
            if client.waiting is None or client.waiting[1] not in self.driver.answers:
                continue
            kind, number = client.waiting
            client.waiting = None
            answer = self.driver.answers[number]
            error = self.driver.answer(number)
            if isinstance(answer, InitProducerIdResult):
                client.is_failed = error is not ErrorCode.NONE
                client.added = set()
                if not error:
                    client.producer = answer.producer
                    if answer.producer not in self.given[client.name]:
                        self.given[client.name].append(answer.producer)
            elif error is ErrorCode.NONE and kind == "add":
                assert client.adding is not None
                client.added.add(client.adding)
            elif error is ErrorCode.NONE:
                assert client.transaction is not None
                if client.transaction not in self.told:
                    self.told[client.transaction] = kind == "commit"
                client.transaction, client.added = None, set()
            elif error in (ErrorCode.INVALID_PRODUCER_EPOCH, ErrorCode.INVALID_PRODUCER_ID_MAPPING):
                client.is_failed = True

    @invariant()
    def epochs_only_grow(self) -> None:
        for producers in self.given.values():
            assert producers == sorted(producers)

    def teardown(self) -> None:
        self.driver.settle()
        self.answers_are_taken_in()
        self.driver.now += 100_000
        self.driver.abort_timed_out()
        self.driver.settle()
        assert all(number in self.driver.answers for number in self.driver.asked if self.driver.coordinator_epoch == 1)
        for value in self.driver.values.values():
            assert value is not None
            assert not value.partitions, "a transaction has not ended"
        outcomes: dict[int, set[bool]] = {}
        for log in self.driver.partitions.values():
            self._check_partition(log, outcomes)
        for transaction, ends in outcomes.items():
            assert len(ends) == 1, "one half is committed, the other is not"
            if transaction in self.told:
                assert ends == {self.told[transaction]}, "not what its producer was told"

    @staticmethod
    def _check_partition(log: list[Marker | tuple[Producer, object]], outcomes: dict[int, set[bool]]) -> None:
        """Find how each transaction ended in a partition."""
        opened: dict[int, set[int]] = {}
        for entry in log:
            producer_id = entry[0].producer_id
            if isinstance(entry, Marker):
                for transaction in opened.pop(producer_id, ()):
                    outcomes.setdefault(transaction, set()).add(entry.commit)
            else:
                assert isinstance(entry[1], int)
                opened.setdefault(producer_id, set()).add(entry[1])
        assert not opened, "data without a marker"


TestTransactions = Transactions.TestCase
TestTransactions.settings = settings(stateful_step_count=40)
