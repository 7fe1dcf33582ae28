"""What the scripts say when all goes well: scenes, played by Apache's scripts or ours on two clusters.

A scene's transcript has each command, its stdout and exit status; times, ports, ids and measured numbers are masked. What
Apache's scripts said on real clusters stands in `tests/data/success_transcripts.txt` (`tests/data/make_success_transcripts.py`).
Source of what is masked: the printing of each tool of Kafka 2.6.2.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kazoo.client import KazooClient

from kafkacli.client.cluster import Cluster as Connected
from kafkacli.wire.api_keys import ApiKey
from tests.support.proxy import proxy
from tests.support.server import free_port
from tests.support.token_broker import PASSWORD, USER

SECONDS = 60
_FOREIGN = 5  # the id of a broker that we register ourselves
_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[:,.]\d{3}"
_PORT = (r"127\.0\.0\.1:\d+", "<address>")
_MASKS = (
    (_TIME, "<time>"),
    (r"(?<!\d)1[5-9]\d{11}(?!\d)", "<ms>"),
    _PORT,
    (r"(checksum )\d+", r"\1<crc>"),
)


class Cluster(NamedTuple):
    """One broker and its ZooKeeper, both fresh. logins: where it wants SASL/PLAIN."""

    bootstrap: str
    zookeeper: str
    logins: str = ""


class Stage:
    """Runs scripts and keeps what they print. command: the words that run a script. broker_id: of the source's broker."""

    def __init__(
        self, command: Callable[[str], list[str]], source: Cluster, target: Cluster, directory: Path, broker_id: int
    ) -> None:
        self.source = source
        self.target = target
        self.directory = directory
        self.broker_id = broker_id
        self.lines: list[str] = []
        self.values: dict[str, str] = {}
        """What stands in command lines besides, by its name in braces."""
        self._command = command
        self._environment = {**os.environ, "ZOO_LOG_DIR": str(directory), "XDG_RUNTIME_DIR": str(directory / "run")}

    def file(self, name: str, text: str) -> str:
        """Write a file; returns its path."""
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(
        self,
        line: str,
        stdin: str = "",
        *,
        masks: tuple[tuple[str, str], ...] = (),
        shown: bool | None = True,
        unordered: bool = False,
    ) -> str:
        """Run a script to its end; returns its stdout. {s}, {t}, {z}: source, target, the source's ZooKeeper. {d}: folder.

        shown: whether it is kept; False: it isn't and has to succeed, None: it isn't.
        unordered: its lines are sorted, where hashing orders the original's.
        """
        script, *words = self._words(line)
        done = subprocess.run(
            [*self._command(script), *words], input=stdin, capture_output=True, text=True, timeout=SECONDS, check=False,
            cwd=self.directory, env=self._environment,
        )  # fmt: skip
        if shown:
            text = "".join(sorted(done.stdout.splitlines(keepends=True))) if unordered else done.stdout
            self._keep(line, text, done.returncode, masks)
        elif shown is False and done.returncode:
            raise RuntimeError(f"{line}: {done.stdout}{done.stderr}")
        return done.stdout

    @contextmanager
    def running(
        self,
        line: str,
        *,
        masks: tuple[tuple[str, str], ...] = (),
        only: str = "",
        sent: signal.Signals = signal.SIGTERM,
    ) -> Iterator[Callable[[str], None]]:
        """Run a script beside others, ended by a signal. Gives what waits for a text on its stdout.

        only: the lines with this text are kept, once each.
        """
        script, *words = self._words(line)
        path, errors = (self.directory / f"running.{name}" for name in ("out", "err"))
        with path.open("wb") as out, errors.open("wb") as err:
            process = subprocess.Popen(
                [*self._command(script), *words], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                cwd=self.directory,
            )  # fmt: skip

        def wait_for(pattern: str) -> None:
            try:
                wait_until(lambda: re.search(pattern, path.read_text(encoding="utf-8")) is not None, line)
            except TimeoutError as error:
                raise TimeoutError(f"{line}: {errors.read_text(encoding='utf-8')}") from error

        try:
            yield wait_for
        finally:
            process.send_signal(sent)
            status = process.wait(SECONDS)
        text = path.read_text(encoding="utf-8")
        if only:
            text = "".join(dict.fromkeys(row for row in self._masked(text, masks).splitlines(True) if only in row))
        self._keep(line, text, status if sent == signal.SIGTERM else "by a signal", masks)

    def _words(self, line: str) -> list[str]:
        values = {"s": self.source.bootstrap, "t": self.target.bootstrap, "z": self.source.zookeeper}
        values |= {"l": self.source.logins, "d": str(self.directory), "b": str(self.broker_id), **self.values}
        return [word.format(**values) for word in shlex.split(line)]

    def _keep(self, line: str, text: str, status: int | str, masks: tuple[tuple[str, str], ...]) -> None:
        self.lines += [
            f"$ {re.sub(*_PORT, line)}",
            *(f"| {row}" for row in self._masked(text, masks).splitlines()),
            f"exit {status}",
        ]

    def _masked(self, text: str, masks: tuple[tuple[str, str], ...]) -> str:
        text = text.replace(str(self.directory), "<folder>")
        for pattern, mask in (*masks, *_MASKS):
            text = re.sub(pattern, mask, text)
        return text


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition. Raises TimeoutError."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.02)


@contextmanager
def registered(cluster: Cluster, port: int) -> Iterator[None]:
    """Register one more broker, that listens on a port of loopback, until the other one has heard of it."""
    client = KazooClient(cluster.zookeeper)
    client.start()
    data = {
        "listener_security_protocol_map": {"PLAINTEXT": "PLAINTEXT"}, "endpoints": [f"PLAINTEXT://127.0.0.1:{port}"],
        "jmx_port": -1, "host": "127.0.0.1", "timestamp": "1600000000000", "port": port, "version": 4,
    }  # fmt: skip
    client.create(f"/brokers/ids/{_FOREIGN}", json.dumps(data).encode(), ephemeral=True)

    def is_known() -> bool:
        with Connected(cluster.bootstrap) as connected:
            metadata = connected.metadata(time.monotonic() + SECONDS)
        return (_FOREIGN, port) in [(row.node_id, row.port) for row in metadata.brokers]

    try:
        wait_until(is_known, "registered")
        yield
    finally:
        client.stop()
        client.close()


def mirror_maker(stage: Stage) -> None:
    """Records are copied from one cluster to the other, with keys, null values and times; offsets are committed."""
    for where in ("{s}", "{t}"):
        stage.run(f"kafka-topics.sh --bootstrap-server {where} --create --topic copied --partitions 1")
    keyed = "--property parse.key=true --property key.separator=:"
    stage.run("kafka-console-producer.sh --bootstrap-server {s} --topic copied " + keyed, "a:one\nb:two\n:three\nä:\n")
    stage.file("c", f"bootstrap.servers={stage.source.bootstrap}\ngroup.id=mirror\nauto.offset.reset=earliest\n")
    stage.file("p", f"bootstrap.servers={stage.target.bootstrap}\n")
    words = "--consumer.config {d}/c --producer.config {d}/p --whitelist cop.* --offset.commit.interval.ms 100"
    ends = "kafka-run-class.sh kafka.tools.GetOffsetShell --broker-list {t} --topic copied"
    with stage.running(f"kafka-mirror-maker.sh {words}"):
        wait_until(lambda: "copied:0:4" in stage.run(ends, shown=False), "copied")
    shown = "--property print.key=true --property print.timestamp=true --from-beginning --max-messages 4"
    for where in ("{s}", "{t}"):
        stage.run(f"kafka-console-consumer.sh --bootstrap-server {where} --topic copied {shown}")
    stage.run("kafka-consumer-groups.sh --bootstrap-server {s} --describe --group mirror --offsets")


def replica_verification(stage: Stage) -> None:
    """Replicas that are the same."""
    stage.run("kafka-topics.sh --bootstrap-server {s} --create --topic verified --partitions 2", shown=False)
    stage.run("kafka-console-producer.sh --bootstrap-server {s} --topic verified", "a\nb\n", shown=False)
    words = "--topic-white-list verified --time -2 --report-interval-ms 100"
    masks = ((r"partition verified-\d at offset \d", "partition <any>"),)
    with stage.running(
        f"kafka-replica-verification.sh --broker-list {{s}} {words}", masks=masks, only=": "
    ) as wait_for:
        wait_for("max lag is 0")


def replicas_that_differ(stage: Stage) -> None:
    """Replicas of which one has other bytes, then other offsets: the second broker is of another cluster."""
    for topic, ours, theirs in (("bytes", "a\nb\n", "a\nc\n"), ("offsets", "a\nb\nc\n", "a\nb\n")):
        create = f"--create --topic {topic}"
        # before the other broker is there: it would be in sync, and the high watermark wait for it
        stage.run(f"kafka-topics.sh --zookeeper {{z}} {create} --replica-assignment {{b}}:{_FOREIGN}", shown=False)
        stage.run(f"kafka-topics.sh --bootstrap-server {{t}} {create} --partitions 1", shown=False)
        produce = "kafka-console-producer.sh --producer-property linger.ms=500"
        stage.run(f"{produce} --bootstrap-server {{s}} --topic {topic}", ours, shown=False)
        stage.run(f"{produce} --bootstrap-server {{t}} --topic {topic}", theirs, shown=False)
        with proxy() as way:
            way.target = int(stage.target.bootstrap.rpartition(":")[2])
            way.refused = frozenset((ApiKey.LEADER_AND_ISR, ApiKey.STOP_REPLICA, ApiKey.UPDATE_METADATA))
            with registered(stage.source, way.port):
                words = f"--topic-white-list {topic} --time -2 --report-interval-ms 100000"
                line = f"kafka-replica-verification.sh --broker-list {{s}} {words}"
                # Where offsets differ the original waits for itself in its end: SIGTERM is of no use any more.
                sent = signal.SIGKILL if topic == "offsets" else signal.SIGTERM
                with stage.running(line, only="replica ", sent=sent) as wait_for:
                    wait_for("replica .*\n")


def leader_election(stage: Stage) -> None:
    """The preferred replica, of a broker that we register ourselves, becomes the leader, by both scripts."""
    with proxy() as way:  # nobody behind it
        way.refused = frozenset(ApiKey)
        way.target = int(stage.source.bootstrap.rpartition(":")[2])
        with registered(stage.source, way.port):
            for topic in ("elected", "elected-too"):
                create = f"--create --topic {topic} --replica-assignment {{b}}:{_FOREIGN}"
                stage.run(f"kafka-topics.sh --zookeeper {{z}} {create}", shown=False)
                rows = [{"topic": topic, "partition": 0, "replicas": [_FOREIGN, stage.broker_id]}]
                stage.file("moves.json", json.dumps({"version": 1, "partitions": rows}))
                stage.run(
                    "kafka-reassign-partitions.sh --zookeeper {z} --reassignment-json-file {d}/moves.json --execute",
                    shown=False,
                )
                described = f"kafka-topics.sh --zookeeper {{z}} --describe --topic {topic}"
                wait_until(lambda line=described: f"Replicas: {_FOREIGN}," in stage.run(line, shown=False), topic)  # type: ignore[misc]
            election = "kafka-leader-election.sh --bootstrap-server {s} --election-type preferred --topic elected"
            stage.run(f"{election} --partition 0")
            stage.run(f"{election} --partition 0")
            stage.file("e.json", json.dumps({"partitions": [{"topic": "elected-too", "partition": 0}]}))
            stage.run("kafka-preferred-replica-election.sh --bootstrap-server {s} --path-to-json-file {d}/e.json")
            for topic in ("elected", "elected-too"):
                stage.run(f"kafka-topics.sh --zookeeper {{z}} --describe --topic {topic}")


def verifiable_clients(stage: Stage) -> None:
    """The JSON lines of the producer and the consumer."""
    stage.run("kafka-topics.sh --bootstrap-server {s} --create --topic events --partitions 1", shown=False)
    stage.run(
        "kafka-verifiable-producer.sh --broker-list {s} --topic events --max-messages 3 --acks 1 --value-prefix 7",
        masks=((r'(?<="avg_throughput":)[\d.E-]+', "<float>"),),
    )
    words = "--broker-list {s} --topic events --group-id verified --max-messages 3 --verbose"
    stage.run(f"kafka-verifiable-consumer.sh {words} --reset-policy earliest")


def performance(stage: Stage) -> None:
    """The lines of the performance tests, numbers masked where they are measured."""
    stage.run("kafka-topics.sh --bootstrap-server {s} --create --topic fast --partitions 1", shown=False)
    props = "--producer-props bootstrap.servers={s}"
    stage.run(
        f"kafka-producer-perf-test.sh --topic fast --num-records 50 --record-size 10 --throughput -1 {props}",
        masks=((r"\d+ ms (50th|95th|99th|99\.9th)", r"<n> ms \1"), (r"\d+\.\d+(?=[ ,])", "<float>")),
    )
    measured = ((r"(?<=, )-?\d+(?:\.\d+)?(?:E-?\d+)?(?=,|$)", "<n>"),)
    stage.run("kafka-consumer-perf-test.sh --bootstrap-server {s} --topic fast --messages 50", masks=measured)


def streams_application_reset(stage: Stage) -> None:
    """An application's offsets go back, and the topics of its own are deleted."""
    for topic in ("in", "through", "app-store-changelog"):
        stage.run(f"kafka-topics.sh --bootstrap-server {{s}} --create --topic {topic} --partitions 1", shown=False)
    stage.run("kafka-console-producer.sh --bootstrap-server {s} --topic in", "a\nb\nc\n", shown=False)
    reset = "kafka-consumer-groups.sh --bootstrap-server {s} --group app --topic in --topic through --execute"
    stage.run(f"{reset} --reset-offsets --to-latest", shown=False)
    words = "--bootstrap-servers {s} --application-id app --input-topics in --intermediate-topics through"
    stage.run(f"kafka-streams-application-reset.sh {words} --dry-run")
    stage.run(f"kafka-streams-application-reset.sh {words}")
    stage.run("kafka-consumer-groups.sh --bootstrap-server {s} --describe --group app --offsets", unordered=True)
    stage.run("kafka-topics.sh --bootstrap-server {s} --list --topic app-.*")


def zookeeper_scripts(stage: Stage) -> None:
    """A ZooKeeper server is started, looked at, used and stopped by its own scripts."""
    port = free_port()
    stage.file(
        "zoo.cfg",
        f"dataDir={stage.directory}/data\nclientPort={port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n",
    )
    masks = ((r"(port found: |as process )\d+", r"\1<number>"),)
    server = "zkServer.sh {verb} {{d}}/zoo.cfg"
    stage.run(server.format(verb="status"), masks=masks)
    stage.run(server.format(verb="start"))
    wait_until(lambda: "Mode" in stage.run("zkServer.sh status {d}/zoo.cfg", shown=None), "started")
    stage.run(server.format(verb="status"), masks=masks)
    stage.run(server.format(verb="start"), masks=masks)
    shell = f"zkCli.sh -server 127.0.0.1:{port} "
    for command in ("create /a one", "get /a", "set /a two", "get /a", "ls /", "delete /a", "get /a"):
        stage.run(shell + command)
    stage.run(server.format(verb="stop"))
    stage.run(server.format(verb="status"), masks=masks)
    stage.run(server.format(verb="stop"))


def delegation_tokens(stage: Stage) -> None:
    """A token is made, shown, renewed and let expire, by somebody who has logged in; then it is gone."""
    module = "org.apache.kafka.common.security.plain.PlainLoginModule"
    properties = "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n"
    for name, password in (("c", PASSWORD), ("wrong", "wrong")):
        jaas = f'sasl.jaas.config={module} required username="{USER}" password="{password}";\n'
        stage.file(name, properties + jaas)
    masks = (
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d", "<date>"),
        (r"(?m)(tokenId : )[\w-]{22}", r"\1<id>"),
        (r"(?m)^[\w-]{22}( +)[\w+/]{86}==", r"<id>\1<hmac>"),
        (r"(?m)(hmac :)[\w+/]{86}==", r"\1<hmac>"),
        (r"\.\.\. \d+", "... <number>"),
    )

    def run(words: str, config: str = "c") -> str:
        where = f"--bootstrap-server {{l}} --command-config {{d}}/{config}"
        return stage.run(f"kafka-delegation-tokens.sh {where} {words}", masks=masks)

    renewers = "--renewer-principal User:renewer --renewer-principal User:other"
    made = run(f"--create --max-life-time-period -1 {renewers}")
    (hmac,) = re.findall(r"(?m)^[\w-]{22} +([\w+/]{86}==)", made)
    stage.values["h"] = hmac
    for words in (
        "--describe",
        "--describe --owner-principal User:alice",
        "--describe --owner-principal User:nobody",
        "--renew --renew-time-period -1 --hmac {h}",
        "--renew --renew-time-period 60000 --hmac {h}",
        "--expire --expiry-time-period 120000 --hmac {h}",
        "--describe",
        "--expire --expiry-time-period -1 --hmac {h}",
        "--describe",
        "--renew --renew-time-period -1 --hmac {h}",
        "--expire --expiry-time-period -1 --hmac {h}",
        "--create --max-life-time-period -1 --renewer-principal nonsense",
        "--create --max-life-time-period 60000",
    ):
        run(words)
    run("--describe", "wrong")


SCENES = (
    mirror_maker,
    replica_verification,
    replicas_that_differ,
    leader_election,
    verifiable_clients,
    performance,
    streams_application_reset,
    zookeeper_scripts,
    delegation_tokens,
)
