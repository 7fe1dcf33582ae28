"""zkServer.sh: start, stop and ask a ZooKeeper server in the background.

`start` says STARTED when clients can connect, not a second later. `stop` ends only the process that holds the pid file.
Source: bin/zkServer.sh and bin/zkEnv.sh of ZooKeeper 3.5.9, for the texts, paths and exit statuses.
"""

from __future__ import annotations

import os
import sys

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.table import HELP, Option, OptionTable

OPTIONS = OptionTable(
    "zkServer.sh",
    "Start a ZooKeeper server in the background, stop it, or ask how it is.",
    (
        HELP,
        Option("config", argument="conf-dir", completes="directory", help="As the first word: where zoo.cfg lies."),
    ),
    synopsis="[--config conf-dir] {start|start-foreground|stop|restart|status|print-cmd} [zoo.cfg]",
    arguments="A plain file name is looked for in the configuration folder (--config, $ZOOCFGDIR, conf/ beside bin/), "
    "by default zoo.cfg; any other path is taken as it is.",
    examples=(
        ("zkServer.sh start", "Start with conf/zoo.cfg; returns when clients can connect."),
        ("zkServer.sh status", "Say the port and the mode of the running server."),
    ),
)

_STOP_SECONDS = 30
_ANSWER_SECONDS = 5


def main(arguments: list[str]) -> int:
    """Run the tool. Returns the exit status."""
    if "--help" in arguments:
        from kafkacli.options.help import render_help

        console.write(render_help(OPTIONS, console.width()))
        return Exit.OK
    conf_directory = os.environ.get("ZOOCFGDIR") or _conf_directory()
    if len(arguments) > 1 and arguments[0] == "--config":
        conf_directory, arguments = arguments[1], arguments[2:]
    verb = arguments[0] if arguments else ""
    run = _VERBS.get(verb)
    disabled = os.environ.get("JMXDISABLE", "false") not in ("", "false")
    console.err("JMX disabled by user request" if disabled else "ZooKeeper JMX enabled by default")
    config = _config_path(conf_directory, arguments[1] if len(arguments) > 1 else "")
    console.err(f"Using config: {config}")
    if run is None:
        console.err(f"Usage: {sys.argv[0]} [--config <conf-dir>] {{{'|'.join(_VERBS)}}}")
        return Exit.OK  # as the original's
    return run(config)


def _conf_directory() -> str:
    from kafkacli.tools.background import script_directory

    beside = os.path.join(script_directory(), os.pardir, "conf")
    return beside if os.path.isdir(beside) else "conf" if os.path.isdir("conf") else "."


def _config_path(conf_directory: str, name: str) -> str:
    if os.path.dirname(name):  # a path of its own
        return name
    return os.path.join(conf_directory, name or os.environ.get("ZOOCFG") or "zoo.cfg")


def _start(config: str) -> int:
    from kafkacli.tools import background
    from kafkacli.tools.pid_file import running_pid
    from kafkacli.tools.zookeeper_server_start import serve

    console.write("Starting zookeeper ... ")
    console.flush()
    pid_file = _pid_file(config)
    pid = running_pid(pid_file) if pid_file else None
    if pid is not None:
        console.out(f"already running as process {pid}.")
        return Exit.FAILURE
    try:
        _, reason = background.start(_output(), lambda ready: serve([config], ready, pid_file))
    except OSError as error:
        reason = str(error)
    console.out("FAILED TO START" if reason else "STARTED")
    if reason:
        console.err(reason)
        return Exit.FAILURE
    return Exit.OK


def _start_foreground(config: str) -> int:
    from kafkacli.tools.zookeeper_server_start import serve

    return serve([config])


def _stop(config: str) -> int:
    import signal
    import time

    from kafkacli.tools.pid_file import running_pid

    console.write("Stopping zookeeper ... ")
    console.flush()
    pid_file = _pid_file(config)
    if not pid_file or not os.path.exists(pid_file):
        console.out(
            f"no zookeeper to stop (could not find file {pid_file or 'zookeeper_server.pid: no dataDir known'})"
        )
        return Exit.OK
    pid = running_pid(pid_file)
    if pid is None:
        console.err(f"{pid_file}: the process that it names runs no more")
    else:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while running_pid(pid_file) == pid:
            if time.monotonic() > deadline:
                console.out(f"process {pid} still runs after {_STOP_SECONDS} s")
                return Exit.FAILURE
            time.sleep(0.02)
    if os.path.exists(pid_file):
        os.unlink(pid_file)
    console.out("STOPPED")
    return Exit.OK


def _restart(config: str) -> int:
    status = _stop(config)
    return status or _start(config)


def _status(config: str) -> int:
    values = _properties(config)
    address, port = values.get("clientPortAddress", "").strip() or "localhost", values.get("clientPort", "").strip()
    if not port.isdigit():
        console.out("Client port not found in the server configs")
        console.out("Client port not found. Looking for secureClientPort in the static config.")
        console.out("Unable to find either secure or unsecure client port in any configs. Terminating.")
        return Exit.FAILURE
    console.out(f"Client port found: {port}. Client address: {address}. Client SSL: false.")
    mode = next((line for line in _ask(address, int(port)).splitlines() if "Mode" in line), None)
    if mode is None:
        console.out("Error contacting service. It is probably not running.")
        return Exit.FAILURE
    console.out(mode)
    return Exit.OK


def _print_command(config: str) -> int:
    console.out(f'"{sys.executable}" -m kafkacli zookeeper-server-start "{config}" > "{_output()}" 2>&1 < /dev/null')
    return Exit.OK


_VERBS = {
    "start": _start,
    "start-foreground": _start_foreground,
    "stop": _stop,
    "restart": _restart,
    "status": _status,
    "print-cmd": _print_command,
}


def _properties(config: str) -> dict[str, str]:
    """Return what a configuration file holds, nothing when it can't be read: the server itself says what is wrong."""
    from kafkacli.client.properties import load_properties

    try:
        return load_properties(config)
    except (OSError, ValueError):
        return {}


def _pid_file(config: str) -> str | None:
    if path := os.environ.get("ZOOPIDFILE"):
        return path
    data_directory = _properties(config).get("dataDir", "").strip()
    return os.path.join(data_directory, "zookeeper_server.pid") if data_directory else None


def _output() -> str:
    """Return the file that takes the output of a server in the background. Makes its folder. Raises OSError."""
    import getpass
    import socket

    from kafkacli.tools.background import base_directory

    directory = os.environ.get("ZOO_LOG_DIR") or os.path.join(base_directory("conf"), "logs")
    os.makedirs(directory, exist_ok=True)
    return os.path.join(directory, f"zookeeper-{getpass.getuser()}-server-{socket.gethostname()}.out")


def _ask(address: str, port: int) -> str:
    """Return a server's answer to `srvr`, "" when there is none."""
    import socket

    answer = b""
    try:
        with socket.create_connection((address, port), _ANSWER_SECONDS) as connection:
            connection.sendall(b"srvr")
            while part := connection.recv(4096):
                answer += part
    except OSError:
        return ""
    return answer.decode("utf-8", "replace")
