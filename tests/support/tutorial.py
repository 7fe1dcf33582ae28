"""A tutorial's folder: made by `kafkacli init`, edited as a tutorial has it, with the commands in its bin/ as processes."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kafkacli.tools.pid_file import running_pid
from tests.support.server import free_port
from tests.support.waiting import until

SECONDS = 60
KAFKACLI = [sys.executable, "-m", "kafkacli"]
_NAMES = ("ZOOCFG", "ZOOCFGDIR", "ZOO_LOG_DIR", "ZOOPIDFILE", "LOG_DIR", "SIGNAL", "JMXDISABLE", "KAFKACLI_DEBUG")


class Tutorial:
    """The folder, with its two ports; nothing runs yet."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory / "kafka"
        self.environment = {name: value for name, value in os.environ.items() if name not in _NAMES} | {
            "XDG_RUNTIME_DIR": str(directory / "run"),
            "XDG_STATE_HOME": str(directory / "state"),
            "XDG_DATA_HOME": str(directory / "home"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        subprocess.run([*KAFKACLI, "init", str(self.directory)], check=True, capture_output=True, env=self.environment)
        self.port, self.zookeeper_port = free_port(), free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.zookeeper = f"127.0.0.1:{self.zookeeper_port}"
        shutil.copy(self.directory / "conf" / "zoo_sample.cfg", self.directory / "conf" / "zoo.cfg")
        self.edit(
            "conf/zoo.cfg",
            dataDir=f"{self.directory}/zookeeper",
            clientPort=self.zookeeper_port,
            clientPortAddress="127.0.0.1",
        )
        self.edit(
            "config/server.properties",
            broker_id=1,
            listeners=f"PLAINTEXT://{self.bootstrap}",
            log_dirs=f"{self.directory}/kafka-logs",
            zookeeper_connect=self.zookeeper,
        )

    def edit(self, file: str, **values: object) -> None:
        """Set keys (dots as underscores) as with an editor: where they stand, be it in a comment, or at the end."""
        path = self.directory / file
        text = path.read_text()
        for name, value in values.items():
            key = name.replace("_", ".")
            line = f"{key}={value}"
            pattern = re.compile(rf"^#?{re.escape(key)}=.*$", re.MULTILINE)
            found = pattern.search(text)
            text = f"{text[: found.start()]}{line}{text[found.end() :]}" if found else f"{text}{line}\n"
        path.write_text(text)

    def command(self, script: str, *arguments: str) -> list[str]:
        """The words that run a script of bin/."""
        return [f"bin/{script}", *arguments]

    def run(self, script: str, *arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """Run a script to its end; more: environment variables."""
        return subprocess.run(
            self.command(script, *arguments),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            cwd=self.directory,
            env=self.environment | more,
        )

    def shell(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line of bash, for its pipes and limits; $S is the broker, $Z ZooKeeper."""
        return subprocess.run(
            ["bash", "-c", line],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            cwd=self.directory,
            env=self.environment | {"S": self.bootstrap, "Z": self.zookeeper},
        )

    @contextmanager
    def running(self, script: str, *arguments: str) -> Iterator["Running"]:
        """Run a script while others run; killed at the end if it still goes."""
        running = Running(self, script, arguments)
        try:
            yield running
        finally:
            running.kill()

    def start_broker(self, *options: str) -> None:
        """Start the broker in the background, as the tutorial does; ZooKeeper is embedded where none runs."""
        done = self.run("kafka-server-start.sh", "-daemon", "config/server.properties", *options)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def log(self, name: str = "kafkaServer.out") -> str:
        """What a server in the background has logged."""
        return (self.directory / "logs" / name).read_text()

    def servers(self, role: str = "kafka") -> list[int]:
        """The process ids of the running servers."""
        folder = Path(self.environment["XDG_RUNTIME_DIR"]) / "kafkacli"
        return [pid for path in folder.glob(f"{role}-*.pid") if (pid := running_pid(str(path))) is not None]

    def kill_broker(self) -> None:
        """`kill -9` the one broker that runs, and wait until it is gone."""
        (pid,) = self.servers()
        os.kill(pid, signal.SIGKILL)
        until(lambda: not self.servers())

    def stop_broker(self) -> None:
        """Stop the brokers and wait until they are gone."""
        assert self.run("kafka-server-stop.sh").returncode == 0
        until(lambda: not self.servers())

    def clear(self) -> None:
        """Kill every server that still runs."""
        for role in ("kafka", "zookeeper"):
            for pid in self.servers(role):
                os.kill(pid, signal.SIGKILL)


class Running:
    """A script that runs; its stdout and stderr gather in files."""

    def __init__(self, tutorial: Tutorial, script: str, arguments: tuple[str, ...]) -> None:
        number = len(list(tutorial.directory.glob("running-*.out")))
        self._out = tutorial.directory / f"running-{number}.out"
        self._err = tutorial.directory / f"running-{number}.err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                tutorial.command(script, *arguments),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                cwd=tutorial.directory,
                env=tutorial.environment,
            )

    @property
    def out(self) -> str:
        return self._out.read_text()

    @property
    def err(self) -> str:
        return self._err.read_text()

    def wait(self) -> int:
        """Wait for its end; returns the exit status."""
        return self.process.wait(SECONDS)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; returns the exit status."""
        self.process.send_signal(number)
        return self.wait()

    def kill(self) -> None:
        """End it at once, without leave to finish."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()
