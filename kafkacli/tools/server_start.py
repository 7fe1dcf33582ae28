"""kafka-server-start.sh: run the broker, in the foreground or with -daemon; ZooKeeper in the same process where none answers.

Source: bin/kafka-server-start.sh and `Kafka.scala` of 2.6.2.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import answer_help, parse
from kafkacli.options.table import HELP, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from signal import Signals

    from kafkacli.broker.configs import KafkaConfig
    from kafkacli.broker.startup import BrokerServer
    from kafkacli.options.jopt import Parsed

_USAGE = "USAGE: kafka-server-start.sh [-daemon] server.properties [--override property=value]*"
_CLASS_USAGE = "USAGE: java [options] KafkaServer server.properties [--override property=value]*"

OPTIONS = OptionTable(
    "kafka-server-start.sh",
    "Run the broker until it is stopped. Where no ZooKeeper answers on this machine, one runs in the same process.",
    (
        HELP,
        VERSION,
        Option("daemon", help="As the first word: run in the background; output goes to logs/kafkaServer.out."),
        Option(
            "override",
            help="A property that counts instead of the one in server.properties. May be given several times.",
            argument="PROPERTY=VALUE",
        ),
        Option(
            "zookeeper-data-dir",
            help="Where the embedded ZooKeeper keeps its data. By default beside the first of log.dirs.",
            argument="DIR",
            completes="directory",
        ),
        Option(
            "no-embedded-zookeeper",
            help="Bring no ZooKeeper along: fail when none answers at zookeeper.connect.",
        ),
    ),
    synopsis="[-daemon] server.properties [--override property=value]*",
    arguments="The properties file is a Kafka broker's. `kafkacli server-start` without one runs on the values of the file "
    "that Kafka ships, listens on loopback only, and keeps its data in a folder of the user's.",
    examples=(
        ("kafka-server-start.sh config/server.properties", "Run it in this terminal."),
        ("kafka-server-start.sh -daemon config/server.properties --override broker.id=1", "Run it in the background."),
    ),
)


def main(arguments: list[str]) -> int:
    """Run the tool. Returns the exit status."""
    import os
    import sys

    in_background = arguments[:1] in (["-daemon"], ["--daemon"])
    parsed = parse(OPTIONS, arguments[1:] if in_background else arguments)
    if parsed.count and (status := answer_help(parsed, "")) is not None:
        return status
    if parsed.has("daemon"):
        raise parsed.fail("-daemon has to be the first word")
    if not parsed.arguments:  # Apache's don't go without a properties file
        name = os.path.basename(sys.argv[0])
        if name.startswith("kafka-run-class"):
            raise parsed.fail(_CLASS_USAGE)
        if name.startswith("kafka-server-start"):
            console.out(_USAGE)
            return Exit.FAILURE
    if len(parsed.arguments) > 1:
        raise parsed.fail(f"Found non argument parameters: {','.join(parsed.arguments[1:])}")
    config = read_config(parsed)
    if not in_background:
        return serve(config, parsed)
    from kafkacli.tools import background

    status, reason = background.start(
        background.daemon_output("kafkaServer"), lambda ready: serve(config, parsed, ready)
    )
    if reason:
        console.err(reason)
        return status or Exit.FAILURE
    return Exit.OK


def read_config(parsed: Parsed) -> KafkaConfig:
    """Return what the properties file and the overrides say. Raises ConfigError, OSError, ValueError."""
    from kafkacli.broker.config_keys import SHIPPED_PROPERTIES
    from kafkacli.broker.configs import KafkaConfig
    from kafkacli.broker.unserved_configs import check_served
    from kafkacli.client.properties import load_properties
    from kafkacli.config_types import ConfigError

    if parsed.arguments:
        path = parsed.arguments[0]
        try:
            properties = load_properties(path)
        except OSError as error:
            raise OSError(f"{path}: {error.strerror}") from None
    else:
        path = "the command line"
        properties = SHIPPED_PROPERTIES | {
            "listeners": "PLAINTEXT://127.0.0.1:9092",
            "log.dirs": f"{_data_directory()}/kafka-logs",
        }
    for override in parsed.values("override"):
        name, _, value = override.partition("=")
        properties[name] = value
    try:
        config = KafkaConfig(properties)
        check_served(config)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}", error.exception) from None
    return config


def serve(config: KafkaConfig, parsed: Parsed, ready: Callable[[], None] | None = None) -> int:
    """Run a broker until it is told to stop. Returns the exit status; raises StartError.

    ready: called once when it is registered and serves.
    """
    from threading import Thread

    from kafkacli.controller.zookeeper_client import import_kazoo

    Thread(target=import_kazoo, daemon=True).start()  # the longest import of all; the others go on meanwhile
    import asyncio
    import logging

    from kafkacli.broker.configs import unknown_keys_warning
    from kafkacli.broker.startup import BrokerServer, ZooKeeperChoice
    from kafkacli.eager_selector import EagerSelector
    from kafkacli.tools.open_files import raise_limit
    from kafkacli.tools.server_log import log_to_stdout

    raise_limit()
    log_to_stdout()
    logger = logging.getLogger("kafka.Kafka")
    if warning := unknown_keys_warning(config.unknown_keys()):
        logger.warning("%s", warning)
    if not parsed.arguments:
        logger.info("No properties file was given: data is kept in %s", ", ".join(config.log_dirs))
    choice = ZooKeeperChoice(not parsed.has("no-embedded-zookeeper"), parsed.value("zookeeper-data-dir"))

    async def run() -> int:
        server = BrokerServer(config, choice)
        tell = ready if parsed.arguments or ready is not None else lambda: _tell_next(server)
        return await _run(server, tell)

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(EagerSelector())) as runner:
        return runner.run(run())


def _tell_next(server: BrokerServer) -> None:
    from kafkacli.tools.next_steps import next_steps

    _, _, host, port = server.registration.endpoints[0]
    console.write(next_steps(f"{host}:{port}", server.config.text("zookeeper.connect")))
    console.flush()


async def _run(server: BrokerServer, ready: Callable[[], None] | None) -> int:
    import asyncio
    import logging
    import signal

    from kafkacli.tools.garbage import collect_seldom
    from kafkacli.tools.pid_file import announce

    loop = asyncio.get_running_loop()
    told: asyncio.Future[Signals] = loop.create_future()

    def stop(number: Signals) -> None:
        logging.getLogger("org.apache.kafka.common.utils.LoggingSignalHandler").info(
            "Terminating process due to signal %s", number.name
        )
        if not told.done():
            told.set_result(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    started = loop.create_task(server.start())
    await asyncio.wait((started, told), return_when=asyncio.FIRST_COMPLETED)
    if not started.done():  # told to stop before it was up
        started.cancel()
        await asyncio.wait((started,))
    else:
        started.result()
        collect_seldom()
        pid_file = announce("kafka")
        try:
            if ready is not None:
                ready()
            failure = loop.create_task(server.failed())
            await asyncio.wait((told, failure), return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                failure.result()
            failure.cancel()
        finally:
            await server.stop()
            pid_file.close()
    return Exit.INTERRUPTED if told.result() == signal.SIGINT else Exit.TERMINATED


def _data_directory() -> str:
    """Return the user's own folder for data."""
    import os

    home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return os.path.join(home, "kafkacli")
