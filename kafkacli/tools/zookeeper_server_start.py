"""zookeeper-server-start.sh: run the ZooKeeper server, in the foreground or with -daemon.

Source: bin/zookeeper-server-start.sh of 2.6.2, QuorumPeerMain.java and ZooKeeperServerMain.java of 3.5.9.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.table import HELP, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from signal import Signals

    from kafkacli.tools.pid_file import PidFile
    from kafkacli.zookeeper.config import ZooKeeperConfig

_USAGE = "USAGE: zookeeper-server-start.sh [-daemon] zookeeper.properties"
_INVALID_CONFIG = 2
_BAD_DATA = 3
_NO_ADMIN_SERVER = 4
_MOST_ARGUMENTS = 4

OPTIONS = OptionTable(
    "zookeeper-server-start.sh",
    "Run the ZooKeeper server until it is stopped.",
    (
        HELP,
        Option("daemon", help="As the first word: run in the background; output goes to logs/zookeeper.out."),
    ),
    synopsis="[-daemon] zookeeper.properties",
    arguments="The properties file says where the data lies (dataDir) and on which port to listen (clientPort). "
    "Without a file: port datadir [ticktime] [maxcnxns].",
    examples=(("zookeeper-server-start.sh config/zookeeper.properties", "Run it in this terminal."),),
)


def main(arguments: list[str]) -> int:
    """Run the tool. Returns the exit status."""
    if not arguments:
        console.out(_USAGE)
        return Exit.FAILURE
    if "--help" in arguments:
        from kafkacli.options.help import render_help

        console.write(render_help(OPTIONS, console.width()))
        return Exit.OK
    in_background = arguments[0] in ("-daemon", "--daemon")
    files = arguments[1:] if in_background else arguments
    if not 1 <= len(files) <= _MOST_ARGUMENTS:
        console.err(_USAGE)
        return _INVALID_CONFIG
    if not in_background:
        return serve(files)
    from kafkacli.tools import background

    status, reason = background.start(background.daemon_output("zookeeper"), lambda ready: serve(files, ready))
    if reason:
        console.err(reason)
        return status or Exit.FAILURE
    return Exit.OK


def serve(arguments: Sequence[str], ready: Callable[[], None] | None = None, pid_file: str | None = None) -> int:
    """Run a server until it is told to stop. Returns the exit status.

    arguments: a configuration file, or client port, data directory and perhaps tick time and maximum of connections.
    ready: called once when clients can connect.
    pid_file: a file to hold while it runs.
    """
    from kafkacli.tools.open_files import raise_limit
    from kafkacli.tools.server_log import log_to_stdout
    from kafkacli.zookeeper.config import ConfigError

    raise_limit()
    log_to_stdout()
    try:
        config = read_config(arguments[0]) if len(arguments) == 1 else _config_of(arguments)
    except (ConfigError, OSError) as error:
        console.err(f"Invalid config, exiting abnormally: {console.reason(error)}")
        return _INVALID_CONFIG
    import asyncio

    return asyncio.run(_serve(config, ready, pid_file))


def read_config(path: str) -> ZooKeeperConfig:
    """Return what a zoo.cfg says; unknown keys are logged. Raises ConfigError, OSError."""
    import logging

    from kafkacli.client.properties import load_properties
    from kafkacli.zookeeper.config import ConfigError, ZooKeeperConfig

    logger = logging.getLogger("org.apache.zookeeper.server.quorum.QuorumPeerConfig")
    logger.info("Reading configuration from: %s", path)
    try:
        config = ZooKeeperConfig.from_properties(load_properties(path))
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    except ValueError as error:  # a malformed file; the text names it
        raise ConfigError(str(error)) from None
    logger.info("clientPortAddress is %s:%d", config.client_port_address or "0.0.0.0/0.0.0.0", config.client_port)
    for warning in config.warnings:
        logger.warning("%s", warning)
    return config


def _config_of(arguments: Sequence[str]) -> ZooKeeperConfig:
    """Return what ZooKeeperServerMain takes without a file. Raises ConfigError."""
    from kafkacli.zookeeper.config import ZooKeeperConfig

    keys = ("clientPort", "dataDir", "tickTime", "maxClientCnxns")
    return ZooKeeperConfig.from_properties({"maxClientCnxns": "0", **dict(zip(keys, arguments, strict=False))})


async def _serve(config: ZooKeeperConfig, ready: Callable[[], None] | None, pid_path: str | None) -> int:
    import asyncio
    import signal

    from kafkacli.tools.garbage import collect_seldom
    from kafkacli.tools.pid_file import PidFile, announce
    from kafkacli.zookeeper.admin_server import AdminServerError
    from kafkacli.zookeeper.recovery import DataDirectoryError
    from kafkacli.zookeeper.server import ZooKeeperServer
    from kafkacli.zookeeper.txnlog import CorruptFile

    loop = asyncio.get_running_loop()
    told: asyncio.Future[Signals] = loop.create_future()

    def stop(number: Signals) -> None:
        if not told.done():
            told.set_result(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    server = ZooKeeperServer(config, alone=True)
    held: list[PidFile] = []
    try:
        if pid_path is not None:
            held.append(PidFile(pid_path))
        await server.start()
        collect_seldom()
        held.append(announce("zookeeper"))
        if ready is not None:
            ready()
        ended = loop.create_task(server.wait_stopped())
        await asyncio.wait((told, ended), return_when=asyncio.FIRST_COMPLETED)
        if told.done():
            await server.stop()
        await ended
    except AdminServerError as error:
        console.err(f"Unable to start AdminServer, exiting abnormally: {error}")
        return _NO_ADMIN_SERVER
    except (DataDirectoryError, CorruptFile) as error:
        console.err(f"Unable to access datadir, exiting abnormally: {error}")
        return _BAD_DATA
    except OSError as error:
        console.err(f"Unexpected exception, exiting abnormally: {console.reason(error)}")
        return Exit.FAILURE
    finally:
        for file in held:
            file.close()
    return Exit.INTERRUPTED if told.result() == signal.SIGINT else Exit.TERMINATED
