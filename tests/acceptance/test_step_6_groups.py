"""Step 6: consumer groups as the tutorial explains them, by the console tools."""

import pytest

from tests.support.apache import Apache
from tests.support.tutorial import Running, Tutorial
from tests.support.waiting import until

FORMATTER = "kafka.coordinator.group.GroupMetadataManager$OffsetsMessageFormatter"


def send(running: Tutorial, topic: str, *lines: str) -> None:
    running.run(
        *("kafka-console-producer.sh", "--broker-list", running.bootstrap, "--topic", topic),
        stdin="".join(f"{line}\n" for line in lines),
    )


def consumer(running: Tutorial, topic: str, group: str, *options: str) -> tuple[str, ...]:
    """The words of a consumer in a group; it is found to be dead after the shortest time that the broker allows."""
    return (
        *("kafka-console-consumer.sh", "--bootstrap-server", running.bootstrap, "--topic", topic, "--group", group),
        *("--consumer-property", "session.timeout.ms=6000", *options),
    )


def members(running: Tutorial, group: str) -> list[str]:
    """How many partitions each member of a group has, as `--describe --members` shows them; [] while it rebalances."""
    done = running.run(
        "kafka-consumer-groups.sh", "--bootstrap-server", running.bootstrap, "--describe", "--group", group, "--members"
    )
    return sorted(line.split()[-1] for line in done.stdout.splitlines() if line.startswith(f"{group} "))


def group_partition(group: str) -> int:
    """The partition of __consumer_offsets that keeps a group: Java's hash of the name, its sign cut off, modulo 50."""
    code = 0
    for letter in group:
        code = (31 * code + ord(letter)) & 0xFFFFFFFF
    value = code - (1 << 32) if code & 0x80000000 else code
    return (0 if value == -(1 << 31) else abs(value)) % 50


def test_one_partition_has_one_consumer_and_the_surplus_takes_over(running: Tutorial) -> None:
    send(running, "shared", "before")
    words = consumer(running, "shared", "pair")
    with running.running(*words) as one, running.running(*words) as other:
        until(lambda: members(running, "pair") == ["0", "1"], 30)
        send(running, "shared", "first")
        until(lambda: "first" in one.out + other.out, 30)
        holder, idle = (one, other) if "first" in one.out else (other, one)
        assert "first" not in idle.out
        assert "before" not in holder.out  # a new group starts at the end
        until(lambda: committed(running, "pair") == "2", 30)
        holder.kill()  # without a farewell: found out by the session timeout
        send(running, "shared", "second")
        until(lambda: "second" in idle.out, 30)
        assert idle.out == "second\n"
        assert idle.stop() == 143


def committed(running: Tutorial, group: str) -> str:
    """The group's offset in the one partition of its topic."""
    done = running.run(
        "kafka-consumer-groups.sh", "--bootstrap-server", running.bootstrap, "--describe", "--group", group
    )
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith(f"{group} ")]
    return rows[0][3] if rows else ""


def test_groups_do_not_disturb_each_other(running: Tutorial) -> None:
    send(running, "common", "a", "b", "c")
    for group in ("left", "right"):
        done = running.run(*consumer(running, "common", group, "--from-beginning", "--max-messages", "2"))
        assert done.stdout == "a\nb\n"
    done = running.run(*consumer(running, "common", "left", "--max-messages", "1"))
    assert done.stdout == "c\n"
    assert (committed(running, "left"), committed(running, "right")) == ("3", "2")


# "polygenelubricants" has the smallest integer for a hash, where Java's own abs would stay negative
@pytest.mark.parametrize("group", ["test", "group-7", "polygenelubricants"])
def test_offsets_lie_where_javas_hash_says(running: Tutorial, group: str) -> None:
    send(running, f"of-{group}", "a")
    running.run(*consumer(running, f"of-{group}", group, "--from-beginning", "--max-messages", "1"))
    shown = running.run(
        *("kafka-console-consumer.sh", "--bootstrap-server", running.bootstrap, "--topic", "__consumer_offsets"),
        *("--partition", str(group_partition(group)), "--offset", "earliest", "--timeout-ms", "1000"),
        *("--formatter", FORMATTER),
    )
    assert f"[{group},of-{group},0]::OffsetAndMetadata(offset=1, " in shown.stdout


@pytest.mark.apache
def test_apaches_tool_lists_and_describes_the_same(running: Tutorial, apache: Apache) -> None:
    send(running, "described", "a", "b")
    running.run(*consumer(running, "described", "shown", "--from-beginning", "--max-messages", "1"))
    with running.running(*consumer(running, "described", "waiting")) as member:
        until(lambda: members(running, "waiting") == ["1"], 30)
        for words in (["--list"], ["--describe", "--group", "shown"], ["--describe", "--group", "waiting", "--state"]):
            arguments = ("--bootstrap-server", running.bootstrap, *words)
            ours = running.run("kafka-consumer-groups.sh", *arguments)
            theirs = apache.run("kafka-consumer-groups.sh", *arguments)
            assert sorted(ours.stdout.split("\n")) == sorted(theirs.stdout.split("\n"))
            assert ours.returncode == theirs.returncode == 0
        assert alive(member)


def alive(member: Running) -> bool:
    return member.process.poll() is None
