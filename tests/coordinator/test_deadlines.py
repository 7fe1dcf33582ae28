"""Keys with the time they are due at."""

from hypothesis import given
from hypothesis import strategies as st

from kafkacli.coordinator.deadlines import Deadlines


def test_keys_come_out_when_they_are_due_earliest_first() -> None:
    deadlines: Deadlines[str] = Deadlines()
    for key, due in (("late", 30), ("early", 10), ("never", 99)):
        deadlines.set(key, due)
    assert deadlines.next_ms == 10
    assert list(deadlines.pop_due(9)) == []
    assert list(deadlines.pop_due(30)) == ["early", "late"]
    assert deadlines.next_ms == 99


def test_a_key_is_due_at_the_time_set_last() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 10)
    deadlines.set("a", 20)
    assert deadlines.next_ms == 20
    deadlines.set("a", 5)
    assert list(deadlines.pop_due(5)) == ["a"]
    assert list(deadlines.pop_due(100)) == []


def test_a_key_set_while_others_come_out_takes_part() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 1)
    deadlines.set("b", 2)
    seen = []
    for key in deadlines.pop_due(10):
        seen.append(key)
        if key == "a":
            deadlines.set("b", 20)
            deadlines.set("c", 3)
    assert seen == ["a", "c"]


def test_all_keys_can_be_shifted() -> None:
    deadlines: Deadlines[str] = Deadlines()
    for key, due in (("a", 10), ("b", 20), ("gone", 5)):
        deadlines.set(key, due)
    deadlines.cancel("gone")
    deadlines.set("b", 30)
    deadlines.shift(100)
    assert deadlines.next_ms == 110
    assert list(deadlines.pop_due(129)) == ["a"]
    deadlines.shift(-100)
    assert list(deadlines.pop_due(30)) == ["b"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 50), st.integers(0, 3))))
def test_it_is_a_dict_of_due_times(steps: list[tuple[str, int | None, int]]) -> None:
    deadlines: Deadlines[str] = Deadlines()
    model: dict[str, int] = {}
    now = 0
    for key, delay, passes in steps:
        if delay is None:
            deadlines.cancel(key)
            model.pop(key, None)
        else:
            deadlines.set(key, now + delay)
            model[key] = now + delay
        now += passes
        assert deadlines.next_ms == min(model.values(), default=None)
        due = [key for key, at in model.items() if at <= now]
        assert sorted(deadlines.pop_due(now)) == sorted(due)
        for key in due:
            del model[key]
        assert len(deadlines) == len(model)
        assert all(key in deadlines for key in model)
