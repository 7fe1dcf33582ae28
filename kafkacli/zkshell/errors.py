"""What a command of the shell can fail with, and the words for it.

Sources: KeeperException.java, cli/CliException.java and its subclasses (ZooKeeper 3.5.9).
"""

from __future__ import annotations

from kafkacli.exits import Exit
from kafkacli.zookeeper.protocol import Error

# code: (Java class in KeeperException, what getCodeMessage calls it, what the shell says; "" says the exception's own text)
_WORDS: dict[int, tuple[str, str, str]] = {
    Error.SYSTEM_ERROR: ("SystemErrorException", "SystemError", ""),
    Error.RUNTIME_INCONSISTENCY: ("RuntimeInconsistencyException", "RuntimeInconsistency", ""),
    Error.DATA_INCONSISTENCY: ("DataInconsistencyException", "DataInconsistency", ""),
    Error.CONNECTION_LOSS: ("ConnectionLossException", "ConnectionLoss", ""),
    Error.MARSHALLING_ERROR: ("MarshallingErrorException", "MarshallingError", ""),
    Error.UNIMPLEMENTED: ("UnimplementedException", "Unimplemented", ""),
    Error.OPERATION_TIMEOUT: ("OperationTimeoutException", "OperationTimeout", ""),
    Error.BAD_ARGUMENTS: ("BadArgumentsException", "BadArguments", "Arguments are not valid : {}"),
    Error.NEW_CONFIG_NO_QUORUM: (
        "NewConfigNoQuorum",
        "NewConfigNoQuorum",
        (
            "No quorum of new config is connected and up-to-date with the leader of last commmitted config"
            " - try invoking reconfiguration after new servers are connected and synced"
        ),
    ),
    Error.RECONFIG_IN_PROGRESS: (
        "ReconfigInProgress",
        "ReconfigInProgress",
        "Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)",
    ),
    Error.API_ERROR: ("APIErrorException", "APIError", ""),
    Error.NO_NODE: ("NoNodeException", "NoNode", "Node does not exist: {}"),
    Error.NO_AUTH: ("NoAuthException", "NoAuth", "Authentication is not valid : {}"),
    Error.BAD_VERSION: ("BadVersionException", "BadVersion", "version No is not valid : {}"),
    Error.NO_CHILDREN_FOR_EPHEMERALS: (
        "NoChildrenForEphemeralsException",
        "NoChildrenForEphemerals",
        "Ephemerals cannot have children: {}",
    ),
    Error.NODE_EXISTS: ("NodeExistsException", "NodeExists", "Node already exists: {}"),
    Error.NOT_EMPTY: ("NotEmptyException", "Directory not empty", "Node not empty: {}"),
    Error.SESSION_EXPIRED: ("SessionExpiredException", "Session expired", ""),
    Error.INVALID_CALLBACK: ("InvalidCallbackException", "Invalid callback", ""),
    Error.INVALID_ACL: ("InvalidACLException", "InvalidACL", "Acl is not valid : {}"),
    Error.AUTH_FAILED: ("AuthFailedException", "AuthFailed", ""),
    Error.SESSION_MOVED: ("SessionMovedException", "Session moved", ""),
    Error.NOT_READ_ONLY: ("NotReadOnlyException", "Not a read-only call", "Not a read-only call: {}"),
    Error.EPHEMERAL_ON_LOCAL_SESSION: ("EphemeralOnLocalSessionException", "Ephemeral node on local session", ""),
    Error.NO_WATCHER: ("NoWatcherException", "No such watcher", ""),
    Error.REQUEST_TIMEOUT: ("RequestTimeoutException", "Unknown error REQUESTTIMEOUT", ""),
    Error.RECONFIG_DISABLED: ("ReconfigDisabledException", "Reconfig is disabled", ""),
    Error.SESSION_CLOSED_REQUIRE_SASL_AUTH: (
        "SessionClosedRequireAuthException",
        "Session closed because client failed to authenticate",
        "",
    ),
}


class CommandError(Exception):
    """A command that failed: the line for stderr, and the exit status the shell then has."""

    def __init__(self, message: str, status: int = Exit.FAILURE) -> None:
        super().__init__(message)
        self.status = status


class OperationError(Exception):
    """ZooKeeper refused an operation, or could not be asked. path: as the user gave it, None when there is none."""

    def __init__(self, code: int, path: str | None) -> None:
        self._java_class, words, self._sentence = _WORDS.get(code) or ("", f"Unknown error {code}", "")
        self.code = code
        self.path = path
        super().__init__(f"KeeperErrorCode = {words}" + (f" for {path}" if path else ""))

    @property
    def java_text(self) -> str:
        """As Java prints the exception itself."""
        return f"org.apache.zookeeper.KeeperException${self._java_class}: {self}"

    @property
    def shell_text(self) -> str:
        """As most commands tell a person."""
        return self._sentence.format("null" if self.path is None else self.path) or str(self)


def java_integer(text: str, bits: int = 32) -> int:
    """Read a number as Java's parseInt and parseLong do. Raises ValueError with Java's words."""
    digits = text[1:] if text[:1] in ("-", "+") else text
    if digits.isdecimal() and -(1 << bits - 1) <= (number := int(text)) < 1 << bits - 1:
        return number
    raise ValueError(f'For input string: "{text}"')
