"""Run every long proof, one after the other, and write the result: `python -m tests.proof [--only WORDS]`."""

import argparse
import datetime
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "docs" / "proof.md"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is shown, the tests that show it, and the environment that makes those long that are short by themselves."""

    claim: str
    tests: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()


PROOFS = (
    Proof(
        "The recorded transcripts: ours on ours, ours on Apache Kafka, Apache's on ours",
        ("tests/golden",),
        (("KAFKACLI_EVERY_STEP", "1"),),
    ),
    Proof(
        "Java (with Streams), librdkafka, kcat, kafka-python, aiokafka, PyKafka, kafkajs and franz-go work unchanged, "
        "each with every codec",
        ("tests/clients",),
        (("KAFKACLI_GUARANTEES", "2"),),
    ),
    Proof(
        "franz-go's own test suite of kgo, its group and transaction tests with 100,000 records each",
        ("tests/proof/test_franz_go_suite.py",),
    ),
    Proof(
        "Our console consumer and Apache's in one group, with three assignors and a broker that dies: every record once",
        ("tests/proof/test_groups_with_java.py",),
    ),
    Proof(
        "50 producers and 50 consumers at once: every record is counted once, in order",
        ("tests/clients/test_many_clients.py",),
        (("KAFKACLI_CLIENTS_AT_ONCE", "50"), ("KAFKACLI_RECORDS_OF_EACH", "10000")),
    ),
    Proof(
        "2,000 idle connections, 200 slow readers, 200 half frames, 1,000 partitions and 1 MB records cost what they may",
        ("tests/broker/test_crowds.py",),
        (
            ("KAFKACLI_IDLE_CONNECTIONS", "2000"),
            ("KAFKACLI_SLOW_READERS", "200"),
            ("KAFKACLI_OLD_READERS", "200"),
            ("KAFKACLI_PARTITIONS", "1000"),
        ),
    ),
    Proof(
        "Every tool does its main work on Kafka 3.9.1 and 4.1.0",
        ("tests/differential/test_later_versions.py",),
        (("KAFKACLI_LATER_VERSIONS", "3.9.1,4.1.0"),),
    ),
    Proof(
        "50 rounds of kill -9 under load lose no acknowledged record, and double none of an idempotent producer that goes on",
        ("tests/durability/test_kill_server.py",),
        (("KAFKACLI_KILL_ROUNDS", "50"),),
    ),
    Proof(
        "50 rounds of kill -9 in the middle of transactions leave none half there",
        ("tests/durability/test_kill_transactions.py",),
        (("KAFKACLI_KILL_ROUNDS", "50"),),
    ),
    Proof(
        "50 rounds of kill -9 under Apache's producer-perf-test in transactions and under its verifiable clients: "
        "they go on, and every record is there once",
        ("tests/proof/test_killed_java_clients.py",),
    ),
    Proof(
        "50 rounds of kill -9 of the ZooKeeper server under load lose no acknowledged change",
        ("tests/zookeeper/test_durability.py",),
        (("KILL_ROUNDS", "50"),),
    ),
    Proof(
        "Two Kafka brokers on our ZooKeeper server: 5 rounds of death, failover and return, then a reassignment",
        ("tests/zookeeper/test_kafka_cluster.py",),
        (("KAFKACLI_CLUSTER_ROUNDS", "5"),),
    ),
    Proof(
        "ZooKeeper 3.5.9 answers 20 random histories of 3,000 operations as ours does",
        ("tests/zookeeper/test_differential.py", "tests/zookeeper/test_likeness.py"),
        (("DIFFERENTIAL_SEEDS", "20"), ("DIFFERENTIAL_STEPS", "3000")),
    ),
    Proof(
        "kazoo's own test suite on our ZooKeeper server (left out: tests/proof/kazoo_suite.py)",
        ("tests/proof/test_kazoo_suite.py",),
    ),
    Proof(
        "8,000 idle and 200 hostile ZooKeeper clients cost what they may",
        ("tests/zookeeper/test_crowds.py",),
        (("KAFKACLI_IDLE_CONNECTIONS", "8000"), ("KAFKACLI_HOSTILE_CLIENTS", "200")),
    ),
    Proof(
        "Apache Kafka 2.6.2 makes of damaged files what is recorded, and ours is held to",
        ("tests/proof/test_damaged_files.py", "tests/proof/test_smaller_index.py", "tests/log/test_damaged_files.py"),
    ),
    Proof(
        "Apache Kafka 2.6.2 with an older inter.broker.protocol.version does what is recorded, and ours is held to",
        ("tests/proof/test_older_protocols.py", "tests/broker/test_plays.py"),
    ),
    Proof(
        "Apache Kafka 2.6.2 obeys ACLs and super users as is recorded, and ours is held to",
        ("tests/proof/test_guards.py", "tests/broker/test_plays.py"),
    ),
    Proof(
        "Apache Kafka 2.6.2 makes of wrong log directories what is recorded, and ours is held to",
        ("tests/proof/test_directory_starts.py", "tests/broker/test_directory_starts.py"),
    ),
    Proof(
        "Apache Kafka's cleaner and ours leave the same bytes in pass after pass: tombstones, markers of transactions, a "
        "map too small for all keys, compact with delete",
        ("tests/proof/test_cleaner_passes.py",),
    ),
    Proof(
        "Of every key of server.properties that acts the test fails when brokers ignore the key",
        ("tests/proof/test_ignored_keys.py",),
    ),
    Proof(
        "Every parser fuzzed for a minute",
        ("tests/proof/test_fuzzers.py",),
        (("KAFKACLI_FUZZ_SECONDS", "60"),),
    ),
    Proof(
        "Parsers and state machines hold under long random search",
        ("tests/wire", "tests/record", "tests/log", "tests/coordinator", "tests/zookeeper"),
        (("HYPOTHESIS_PROFILE", "long"),),
    ),
)


def run(proof: Proof) -> tuple[bool, str]:
    """Run one proof; returns (whether it holds, pytest's closing line)."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--timeout", "3600", *proof.tests]
    environment = {**os.environ, "KAFKACLI_PROOF": "1", **dict(proof.environment)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    last = ""
    for line in process.stdout:
        print(line, end="", flush=True)
        last = line.strip() or last
    return process.wait() == 0, last


def kept_rows() -> dict[str, str]:
    """The rows of the last results by their claims: a run of some proofs leaves the others as they were."""
    if not RESULT.exists():
        return {}
    rows = [line for line in RESULT.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return {row.split(" | ")[0].removeprefix("| "): row for row in rows[1:]}


def main() -> int:
    """Run the proofs, write docs/proof.md; 0 when every one that ran holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="proofs whose claim contains this")
    only = parser.parse_args().only
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    rows: dict[str, str] = {}
    held = True
    for proof in PROOFS:
        if only not in proof.claim:
            continue
        begin = time.monotonic()
        good, closing = run(proof)
        held = held and good
        closing = re.sub(r" in [0-9.]+s.*", "", closing)
        rows[proof.claim] = (
            f"| {proof.claim} | {'holds' if good else 'FAILS'} | {closing} | {time.monotonic() - begin:.0f} s "
            f"| {datetime.date.today()}, {commit or 'unknown'} |"
        )
    rows = kept_rows() | rows  # read now: other proofs may have ended meanwhile
    table = [rows.get(proof.claim, f"| {proof.claim} | not run yet | | | |") for proof in PROOFS]
    RESULT.write_text(
        "# The long proofs\n\n"
        f"Results of `make proof`, each with the day and the commit of its run, on {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}.\n\n"
        "| what | result | tests | time | when |\n|---|---|---|---|---|\n" + "\n".join(table) + "\n",
        encoding="utf-8",
    )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
