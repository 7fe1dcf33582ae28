"""The words for what ZooKeeper refuses, and numbers as Java reads them."""

import pytest

from kafkacli.zkshell.errors import OperationError, java_integer
from kafkacli.zookeeper.protocol import Error


@pytest.mark.parametrize(
    ("code", "path", "message", "shell_text", "java_class"),
    [
        (Error.NO_NODE, "/a", "KeeperErrorCode = NoNode for /a", "Node does not exist: /a", "NoNodeException"),
        (Error.INVALID_ACL, None, "KeeperErrorCode = InvalidACL", "Acl is not valid : null", "InvalidACLException"),
        (
            Error.CONNECTION_LOSS,
            "/",
            "KeeperErrorCode = ConnectionLoss for /",
            "KeeperErrorCode = ConnectionLoss for /",
            "ConnectionLossException",
        ),
        (
            Error.RECONFIG_IN_PROGRESS,
            "",
            "KeeperErrorCode = ReconfigInProgress",
            "Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)",
            "ReconfigInProgress",
        ),
        (-777, "/a", "KeeperErrorCode = Unknown error -777 for /a", "KeeperErrorCode = Unknown error -777 for /a", ""),
    ],
)
def test_words(code: int, path: str | None, message: str, shell_text: str, java_class: str) -> None:
    error = OperationError(code, path)
    assert str(error) == message
    assert error.shell_text == shell_text
    assert error.java_text == f"org.apache.zookeeper.KeeperException${java_class}: {message}"


@pytest.mark.parametrize("code", [code for code in Error if code not in (Error.OK, Error.UNKNOWN_SESSION)])
def test_every_code_of_the_protocol_has_words(code: Error) -> None:
    assert "$: " not in OperationError(code, "/").java_text


@pytest.mark.parametrize(
    ("text", "bits"), [("1", 32), ("-1", 32), ("+7", 32), (str(2**63 - 1), 64), ("-2147483648", 32)]
)
def test_numbers(text: str, bits: int) -> None:
    assert java_integer(text, bits) == int(text)


@pytest.mark.parametrize("text", ["", "-", "1_0", " 1", "2147483648", "0x1", "1.0"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError) as error:
        java_integer(text)
    assert str(error.value) == f'For input string: "{text}"'
