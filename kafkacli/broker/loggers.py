"""The broker's loggers as configs of a BROKER_LOGGER resource: their levels, by log4j's names (KIP-412).

Ours are those below `kafka` and `kafkacli`, and `root`; those that every broker of Kafka's has are there from the start,
so that scripts which set them run here too. Source: Apache `Log4jController.scala`, `AdminManager.scala`
(validateLogLevelConfigs, alterLogLevelConfigs).
"""

import logging
from collections.abc import Collection, Sequence
from typing import Final

from kafkacli.config_types import ConfigError
from kafkacli.errors import ApiError, ErrorCode

ROOT: Final = "root"
LEVELS: Final = {
    "FATAL": logging.CRITICAL,
    "ERROR": logging.ERROR,
    "WARN": logging.WARNING,
    "INFO": logging.INFO,
    "DEBUG": logging.DEBUG,
    "TRACE": 5,
}
KAFKAS: Final = tuple(
    f"kafka.{name}"
    for name in (
        "controller.ControllerChannelManager",
        "controller.KafkaController",
        "controller.TopicDeletionManager",
        "controller.ZkPartitionStateMachine",
        "controller.ZkReplicaStateMachine",
        "coordinator.group.GroupCoordinator",
        "coordinator.group.GroupMetadataManager",
        "coordinator.transaction.ProducerIdManager",
        "coordinator.transaction.TransactionCoordinator",
        "coordinator.transaction.TransactionMarkerChannelManager",
        "log.LogCleaner",
        "log.LogConfig",
        "log.LogManager",
        "network.Acceptor",
        "network.Processor",
        "network.RequestChannel",
        "network.SocketServer",
        "request.logger",
        "server.BrokerMetadataCheckpoint",
        "server.KafkaApis",
        "server.KafkaConfig",
        "server.KafkaRequestHandler",
        "server.KafkaServer",
        "server.ReplicaManager",
        "utils.KafkaScheduler",
        "zk.KafkaZkClient",
        "zookeeper.ZooKeeperClient",
    )
)
"""Loggers of a broker of Kafka 2.6.2 that has just started."""
_NAMES = {level: name for name, level in LEVELS.items()}
_VALID = "TRACE, ERROR, INFO, FATAL, DEBUG, WARN"  # in the order of Java's hash set


def levels(names: Collection[str] | None = None) -> dict[str, str]:
    """Return the level of each logger; names: of these only."""
    for name in KAFKAS:
        logging.getLogger(name)
    known = logging.root.manager.loggerDict
    ours = [ROOT, *sorted(name for name in known if name.split(".")[0] in ("kafka", "kafkacli"))]
    return {name: _level(_logger(name)) for name in ours if names is None or name in names}


def check_change(name: str, operation: str, level: str | None) -> None:
    """Raise ApiError for a change that can't be made, ConfigError for a wrong name or level.

    operation: SET, DELETE, APPEND, SUBTRACT.
    """
    if operation not in ("SET", "DELETE"):
        raise ApiError(
            ErrorCode.INVALID_REQUEST, f"{operation} operation is not allowed for the BROKER_LOGGER resource"
        )
    if name not in levels([name]):
        raise ConfigError(f"Logger {name} does not exist!")
    if operation == "SET" and level not in LEVELS:
        raise ConfigError(
            f"Cannot set the log level of {name} to {level} as it is not a supported log level. "
            f"Valid log levels are {_VALID}"
        )
    if operation == "DELETE" and name == ROOT:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"Removing the log level of the {ROOT} logger is not allowed")


def change(changes: Sequence[tuple[str, str | None]]) -> None:
    """Give loggers levels, by (name, level); None: that of the logger above."""
    for name, level in changes:
        _logger(name).setLevel(logging.NOTSET if level is None else LEVELS[level])


def _logger(name: str) -> logging.Logger:
    return logging.getLogger(None if name == ROOT else name)


def _level(logger: logging.Logger) -> str:
    level = logger.getEffectiveLevel()
    return _NAMES.get(level) or logging.getLevelName(level)
