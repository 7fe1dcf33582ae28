"""Requests one after the other without waiting for the answers between them. The server keeps their order."""

from __future__ import annotations

from queue import SimpleQueue

from kazoo.exceptions import ZookeeperError

from kafkacli.zkshell.errors import OperationError
from kafkacli.zookeeper.protocol import (
    Acl,
    CreateFlag,
    CreateRequest,
    CreateResponse,
    Error,
    GetAclResponse,
    GetChildren2Response,
    GetDataResponse,
    OpCode,
    PathRequest,
    PathWatchRequest,
    SetAclRequest,
    SetDataRequest,
    StatResponse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kafkacli.zkshell.znodes import Znodes
    from kafkacli.zookeeper.jute import Record

_WINDOW = 256  # requests without an answer yet


class Pipeline:
    """Asks with a tag, and gives the answers with it, in the order of the questions.

    Every method that asks raises OperationError when there is no connection. Paths are not checked.
    """

    def __init__(self, znodes: Znodes) -> None:
        self._znodes = znodes
        self._answers: SimpleQueue[tuple[Any, Any]] = SimpleQueue()
        self.unanswered = 0

    @property
    def has_room(self) -> bool:
        """Whether another question should be asked before the next answer is taken."""
        return self.unanswered < _WINDOW

    def next(self) -> tuple[Any, Any]:
        """Wait for the next answer. Returns its tag, and the record or the OperationError."""
        answer = self._answers.get()
        self.unanswered -= 1
        return answer

    def children(self, tag: object, path: str) -> None:
        """Ask for the names of a znode's children and its Stat."""
        request = PathWatchRequest(self._znodes.on_server(path), False)
        self._ask(tag, OpCode.GET_CHILDREN2, path, request, GetChildren2Response)

    def data(self, tag: object, path: str) -> None:
        """Ask for a znode's data and Stat."""
        request = PathWatchRequest(self._znodes.on_server(path), False)
        self._ask(tag, OpCode.GET_DATA, path, request, GetDataResponse)

    def acl(self, tag: object, path: str) -> None:
        """Ask for a znode's ACL."""
        self._ask(tag, OpCode.GET_ACL, path, PathRequest(self._znodes.on_server(path)), GetAclResponse)

    def create(self, tag: object, path: str, data: bytes | None, acl: list[Acl]) -> None:
        """Ask for a new persistent znode."""
        request = CreateRequest(self._znodes.on_server(path), data, acl, CreateFlag.PERSISTENT)
        self._ask(tag, OpCode.CREATE, path, request, CreateResponse)

    def set(self, tag: object, path: str, data: bytes | None) -> None:
        """Ask for other data."""
        self._ask(tag, OpCode.SET_DATA, path, SetDataRequest(self._znodes.on_server(path), data, -1), StatResponse)

    def set_acl(self, tag: object, path: str, acl: list[Acl]) -> None:
        """Ask for another ACL."""
        self._ask(tag, OpCode.SET_ACL, path, SetAclRequest(self._znodes.on_server(path), acl, -1), StatResponse)

    def _ask(self, tag: object, op: OpCode, path: str, request: Record, response: type[Record]) -> None:
        self._znodes.session.begin(op, request, path, response, _Answer(tag, path, self._answers))
        self.unanswered += 1


class _Answer:
    """Takes one answer from kazoo, which may tell a failure twice."""

    __slots__ = ("_answers", "_path", "_tag", "_taken")

    def __init__(self, tag: object, path: str, answers: SimpleQueue[tuple[Any, Any]]) -> None:
        self._tag = tag
        self._path = path
        self._answers = answers
        self._taken = False

    def set(self, value: Any) -> None:
        """Take a record."""
        self._take(value)

    def set_exception(self, exception: Exception) -> None:
        """Take a failure."""
        code = exception.code if isinstance(exception, ZookeeperError) else Error.SYSTEM_ERROR
        self._take(OperationError(code, self._path))

    def _take(self, answer: Any) -> None:
        if not self._taken:
            self._taken = True
            self._answers.put((self._tag, answer))
