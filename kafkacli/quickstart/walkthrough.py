"""The steps of the tutorial, in its order, each with what it must show."""

from importlib import resources
from pathlib import Path

from kafkacli.quickstart.stage import Stage, WrongResult, free_ports

PROGRAMS = Path(str(resources.files("kafkacli.quickstart"))) / "programs"
LINES = Path(str(resources.files("kafkacli.quickstart"))) / "lines.txt"


class Walkthrough:
    """One walk through the tutorial in `stage`. Every method is a step; `run` takes them in order."""

    def __init__(self, stage: Stage, pykafka: str | None) -> None:
        self.stage = stage
        self.pykafka = pykafka
        self.kafka_port, self.zookeeper_port, self.other_port = free_ports(3)
        self.kafka = f"127.0.0.1:{self.kafka_port}"
        self.zookeeper = f"127.0.0.1:{self.zookeeper_port}"
        self.lines = LINES.read_text(encoding="utf-8").splitlines()

    def run(self) -> None:
        """Take all steps; raises WrongResult at the first that goes wrong. Servers are stopped in any case."""
        try:
            self.files()
            self.zookeeper_server()
            self.broker()
            self.zookeeper_shell()
            self.topics()
            self.records()
            self.groups()
            self.python()
            self.stop()
            self.one_process()
        finally:
            self.stage.close()
            for script in ("kafka-server-stop.sh", "zkServer.sh stop", "zookeeper-server-stop.sh"):
                self.stage.quiet(f"bin/{script}")

    def files(self) -> None:
        """Step 0: the files that the tutorial edits."""
        stage = self.stage
        stage.title("0. The files")
        stage.run(f"kafkacli init {stage.directory}", "bin/ has the scripts")
        stage.run("cp conf/zoo_sample.cfg conf/zoo.cfg")
        data = stage.directory / "data"
        for file, folder, port in (
            ("conf/zoo.cfg", "zookeeper", self.zookeeper_port),
            ("config/zookeeper.properties", "other", self.other_port),
        ):
            stage.edit(file, dataDir=f"{data}/{folder}", clientPort=str(port), clientPortAddress="127.0.0.1")
        stage.edit(
            "config/server.properties",
            broker_id="1",
            listeners=f"PLAINTEXT://{self.kafka}",
            log_dirs=f"{data}/kafka-logs",
            zookeeper_connect=self.zookeeper,
        )
        (stage.directory / "lines.txt").write_bytes(LINES.read_bytes())

    def zookeeper_server(self) -> None:
        """Step 1: ZooKeeper, under both of its names."""
        stage = self.stage
        stage.title("1. ZooKeeper")
        stage.run("bin/zookeeper-server-start.sh -daemon config/zookeeper.properties")
        stage.wait(
            "ZooKeeper answers",
            lambda: "[zookeeper]" in stage.quiet(f"bin/zookeeper-shell.sh 127.0.0.1:{self.other_port} ls /"),
        )
        stage.run(f"bin/zookeeper-shell.sh 127.0.0.1:{self.other_port} ls /", r"^\[zookeeper\]$")
        stage.run("bin/zookeeper-server-stop.sh")
        stage.run("bin/zkServer.sh start", r"Starting zookeeper \.\.\. STARTED")
        stage.run("bin/zkServer.sh status", f"Client port found: {self.zookeeper_port}", "Mode: standalone")

    def broker(self) -> None:
        """Step 2: one broker, registered in ZooKeeper."""
        stage = self.stage
        stage.title("2. The broker")
        stage.run("bin/kafka-server-start.sh -daemon config/server.properties --override num.partitions=1")
        self._registered()

    def _registered(self) -> None:
        stage = self.stage
        log = stage.directory / "logs" / "kafkaServer.out"
        stage.wait("the broker is registered", lambda: log.exists() and "/brokers/ids/1" in log.read_text())
        line = next(line for line in reversed(log.read_text().splitlines()) if "/brokers/ids/1" in line)
        stage.note(f"logs/kafkaServer.out: {line}")

    def zookeeper_shell(self) -> None:
        """Step 3: what the broker wrote to ZooKeeper."""
        stage = self.stage
        stage.title("3. The ZooKeeper shell")
        stage.run(f"bin/zkCli.sh -server {self.zookeeper} ls /brokers/ids", r"^\[1\]$")
        stage.run(f"bin/zkCli.sh -server {self.zookeeper} get /brokers/ids/1", f'"PLAINTEXT://{self.kafka}"')
        (stage.directory / "commands.txt").write_text("ls /brokers/topics\nget /controller\nquit\n", encoding="utf-8")
        stage.run(f"bin/zookeeper-shell.sh {self.zookeeper} < commands.txt", r"^\[\]$", '"brokerid":1')

    def topics(self) -> None:
        """Step 4: topics, through ZooKeeper and through the broker."""
        stage = self.stage
        stage.title("4. Topics")
        for name, address in (("test", f"--zookeeper {self.zookeeper}"), ("other", f"--bootstrap-server {self.kafka}")):
            tool = f"bin/kafka-topics.sh {address}"
            stage.run(
                f"{tool} --create --replication-factor 1 --partitions 1 --topic {name}", f"^Created topic {name}\\.$"
            )
            self._until(f"{tool} --describe --topic {name}", "Leader: 1")
            stage.run(f"{tool} --list", f"^{name}$")
            stage.run(f"{tool} --describe --topic {name}", r"PartitionCount: 1", r"Partition: 0\tLeader: 1\t")
            stage.run(f"{tool} --alter --partitions 3 --topic {name}")
            self._until(f"{tool} --describe --topic {name}", r"Partition: 2\tLeader: 1\t")
            stage.run(f"{tool} --describe --topic {name}", r"PartitionCount: 3", r"Partition: 2\tLeader: 1\t")
            stage.run(f"{tool} --delete --topic {name}")
            self._until_not(f"{tool} --list", name)

    def _until(self, command: str, text: str) -> None:
        """Wait until a command prints `text` (a leader is elected a moment after the topic's znode is there)."""
        pattern = text.replace(r"\t", "\t")
        self.stage.wait(f"`{command}` prints {text}", lambda: pattern in self.stage.quiet(command))

    def _until_not(self, command: str, line: str) -> None:
        """Wait until a command no longer prints a line."""
        self.stage.wait(f"`{command}` without {line}", lambda: line not in self.stage.quiet(command).splitlines())

    def records(self) -> None:
        """Step 5: the console producer and consumer."""
        stage = self.stage
        stage.title("5. Producer and consumer")
        stage.run(
            f"bin/kafka-console-producer.sh --brokerist {self.kafka} --topic testopic",
            "brokerist is not a recognized option",
            "--broker-list",
            status=1,
        )
        stage.run(f"bin/kafka-console-producer.sh --broker-list {self.kafka} --topic testopic < lines.txt")
        consumer = f"bin/kafka-console-consumer.sh --bootstrap-server {self.kafka} --topic testopic"
        read = stage.run(f"{consumer} --from-beginning --max-messages {len(self.lines)}")
        if read.splitlines()[: len(self.lines)] != self.lines:
            raise WrongResult("the consumer did not print the lines that the producer sent, in their order")
        stage.run(f"{consumer} --partition 0 --offset 10 --max-messages 1 --property print.offset=true", "港")
        stage.run(
            f"{consumer} --from-beginning --timeout-ms 3000 --property print.timestamp=true --property print.key=true",
            r"^CreateTime:\d+\tnull\tThe first light",
            f"Processed a total of {len(self.lines)} messages",
        )
        stage.run(f"{consumer} --group readers --from-beginning --max-messages 5", "Processed a total of 5 messages")
        again = stage.run(f"{consumer} --group readers --from-beginning --max-messages 1")
        if again.splitlines()[0] != self.lines[5]:
            raise WrongResult("the group did not go on where it had stopped")

    def groups(self) -> None:
        """Step 6: a partition has one consumer in a group; the surplus takes over; offsets are kept in a topic."""
        stage = self.stage
        stage.title("6. Consumer groups")
        (stage.directory / "first.txt").write_text("for whoever holds the partition\n", encoding="utf-8")
        (stage.directory / "second.txt").write_text("for the one who took over\n", encoding="utf-8")
        consumer = f"bin/kafka-console-consumer.sh --bootstrap-server {self.kafka} --topic testopic --group pair"
        groups = f"bin/kafka-consumer-groups.sh --bootstrap-server {self.kafka}"
        producer = f"bin/kafka-console-producer.sh --broker-list {self.kafka} --topic testopic"
        members = [stage.start(f"{consumer} --consumer-property client.id=member-{n}", f"member-{n}") for n in (1, 2)]

        def stable(count: int) -> bool:
            state = stage.quiet(f"{groups} --describe --group pair --state").split()
            return "Stable" in state and state[-1] == str(count)

        stage.wait("both members are in the group", lambda: stable(2))
        stage.note("two consumers, one partition: one of them is idle")
        stage.run(f"{groups} --describe --group pair --members", "member-1", "member-2")
        stage.run(f"{producer} < first.txt")
        stage.wait("one member has the record", lambda: any("holds the" in member.output() for member in members))
        holder = next(member for member in members if "holds the" in member.output())
        idle = next(member for member in members if member is not holder)
        stage.note(f"{holder.name} holds the partition; it ends, and {idle.name} takes over")
        stage.finish(holder)
        stage.wait("the other member is alone", lambda: stable(1))
        stage.run(f"{producer} < second.txt")
        stage.wait("the other member has the record", lambda: "took over" in idle.output())
        if "holds the" in stage.finish(idle):
            raise WrongResult("both members of the group got the same record")
        stage.run(f"{groups} --list", "^pair$", "^readers$")
        stage.run(f"{groups} --describe --group readers", rf"readers\s+testopic\s+0\s+6\s+{len(self.lines) + 2}\s+")
        formatter = "kafka.coordinator.group.GroupMetadataManager$OffsetsMessageFormatter"
        stage.run(
            f"bin/kafka-console-consumer.sh --bootstrap-server {self.kafka} --topic __consumer_offsets --from-beginning "
            f"--timeout-ms 5000 --formatter '{formatter}'",
            r"^\[readers,testopic,0\]::OffsetAndMetadata\(offset=6, ",
        )

    def python(self) -> None:
        """Step 7: the tutorial's PyKafka programs, where there is a Python that has PyKafka."""
        stage = self.stage
        stage.title("7. PyKafka")
        if self.pykafka is None:
            stage.note("left out: no Python with PyKafka 2.8.0 was named (--pykafka PYTHON)")
            return
        for program in sorted(PROGRAMS.glob("pykafka_*.py")):
            (stage.directory / program.name).write_bytes(program.read_bytes())
        python, count = self.pykafka, len(self.lines)
        stage.run(f"{python} pykafka_sync_producer.py {self.kafka} pytopic < lines.txt", f"^{count} messages")
        stage.run(f"{python} pykafka_async_producer.py {self.kafka} pytopic < lines.txt", f"{count} delivery reports")
        stage.run(f"{python} pykafka_last_messages.py {self.kafka} pytopic 10", f"^{2 * count - 1} In the evening")
        stage.run(
            f"{python} pykafka_cluster.py {self.kafka}", f"^broker 1 127.0.0.1 {self.kafka_port}$", "topic pytopic"
        )
        for group, by in (("balanced", "managed"), ("balanced-by-zookeeper", self.zookeeper)):
            stage.run(
                f"{python} pykafka_balanced_consumer.py {self.kafka} pytopic {group} {count} {by}",
                r"^partitions held: \[0\]$",
            )

    def stop(self) -> None:
        """Stop the broker, then ZooKeeper."""
        stage = self.stage
        stage.title("8. Stop")
        stage.run("bin/kafka-server-stop.sh")
        stage.wait(
            "the broker is gone", lambda: "[]" in stage.quiet(f"bin/zkCli.sh -server {self.zookeeper} ls /brokers/ids")
        )
        stage.run("bin/zkServer.sh stop", r"Stopping zookeeper \.\.\. STOPPED")

    def one_process(self) -> None:
        """The same data in one process: where nothing answers at zookeeper.connect, ZooKeeper comes with the broker."""
        stage = self.stage
        stage.title("9. One process for both, on the same data")
        log = stage.directory / "logs" / "kafkaServer.out"
        log.unlink(missing_ok=True)
        stage.run(
            "bin/kafka-server-start.sh -daemon config/server.properties "
            f"--zookeeper-data-dir {stage.directory}/data/zookeeper"
        )
        self._registered()
        count = len(self.lines) + 2
        read = stage.run(
            f"bin/kafka-console-consumer.sh --bootstrap-server {self.kafka} --topic testopic --from-beginning "
            f"--max-messages {count}",
            f"Processed a total of {count} messages",
        )
        if read.splitlines()[: len(self.lines)] != self.lines:
            raise WrongResult("the records were not all there after the restart")
        stage.run("bin/kafka-server-stop.sh")
