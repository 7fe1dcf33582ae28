"""The admin server of ZooKeeper 3.5: the four-letter words' answers as JSON, over HTTP.

    GET /commands          links to every command
    GET /commands/NAME     its answer; arguments as a query string

HTTP/1.1 and 1.0 as far as that needs: GET, HEAD and OPTIONS, no bodies of requests, connections that stay open for
`admin.idleTimeout`. A request that is malformed, too long or too slow costs its own connection.
Source: admin/JettyAdminServer.java, admin/JsonOutputter.java (3.5.9), and answers of a running one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from kafkacli.zookeeper import admin_commands

if TYPE_CHECKING:
    from kafkacli.zookeeper.server import ZooKeeperServer

_MOST_HEAD_BYTES = 8192  # of request line and headers
_MOST_CONNECTIONS = 200
_REASONS = {
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    431: "Request Header Fields Too Large", 501: "Not Implemented", 505: "HTTP Version Not Supported",
}  # fmt: skip
_NOT_ALLOWED = ("POST", "PUT", "DELETE")


class AdminServerError(Exception):
    """The admin server can't listen; the text says where and why."""


class AdminServer:
    """Serves a ZooKeeper server's commands."""

    def __init__(self, server: ZooKeeperServer) -> None:
        """Prepare it; nothing is opened before `start`."""
        self.port = 0  # bound by `start`
        self._server = server
        self._logger: logging.Logger = server.logger.getChild("admin.JettyAdminServer")
        self._listener: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. Raises AdminServerError."""
        config = self._server.config
        where = f"address {config.admin_address}, port {config.admin_port} and command URL {config.admin_command_url}"
        try:
            self._listener = await asyncio.start_server(
                self._serve, config.admin_address, config.admin_port, limit=_MOST_HEAD_BYTES
            )
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise AdminServerError(f"Problem starting AdminServer on {where}: {reason}") from None
        self.port = self._listener.sockets[0].getsockname()[1]
        self._logger.info("Started AdminServer on %s", where)

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            if self._listener is not None and len(self._connections) <= _MOST_CONNECTIONS:
                await self._converse(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # gone, silent for too long, or the end of the server
        finally:
            self._connections.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seconds = self._server.config.admin_idle_ms / 1000
        goes_on = True
        while goes_on:
            try:
                async with asyncio.timeout(seconds):
                    head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.LimitOverrunError:
                answer, goes_on = _response(431, keep=False), False
            else:
                answer, goes_on = self._answer(head)
            writer.write(answer)
            async with asyncio.timeout(seconds):
                await writer.drain()

    def _answer(self, head: bytes) -> tuple[bytes, bool]:
        """Return the response to a request's head, and whether another request may follow."""
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/"):
            return _response(400, keep=False), False
        method, target, version = words
        if version not in ("HTTP/1.0", "HTTP/1.1"):
            return _response(505, keep=False), False
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        wish = headers.get("connection", "").lower()
        keep = wish != "close" if version == "HTTP/1.1" else wish == "keep-alive"
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            keep = False  # a body would be taken for the next request
        path, _, query = target.partition("?")
        url = self._server.config.admin_command_url
        if path != url and not path.startswith(f"{url}/"):
            return _response(404, keep=keep), keep
        if method == "OPTIONS":
            return _response(200, allow="GET, HEAD, TRACE, OPTIONS", keep=keep), keep
        if method not in ("GET", "HEAD"):
            code = 403 if method == "TRACE" else 405 if method in _NOT_ALLOWED else 501
            return _response(code, keep=keep), keep
        name = unquote(path[len(url) + 1 :])
        if name:
            arguments = dict(reversed(parse_qsl(query, keep_blank_values=True)))  # of a repeated one, the first
            text = to_json(admin_commands.run(self._server, name, arguments))
            body, kind = text.encode(), "application/json"
        else:
            names = sorted(names[0] for names in admin_commands.COMMANDS.values())
            body, kind = "".join(f'<a href="{url}/{each}">{each}</a>\n<br/>\n' for each in names).encode(), "text/html"
        return _response(200, body, kind, keep=keep, head_only=method == "HEAD"), keep


def _response(
    code: int, body: bytes = b"", kind: str = "", *, keep: bool, head_only: bool = False, allow: str = ""
) -> bytes:
    if code >= 400:
        body, kind = f"HTTP ERROR {code} {_REASONS[code]}\n".encode(), "text/plain"
    rows = [
        f"HTTP/1.1 {code} {_REASONS[code]}",
        f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime())}",
        *([f"Content-Type: {kind}"] if kind else []),
        *([f"Allow: {allow}"] if allow else []),
        f"Content-Length: {len(body)}",
        *([] if keep else ["Connection: close"]),
    ]
    return "\r\n".join([*rows, "", ""]).encode() + (b"" if head_only else body)


def to_json(value: Any, indent: str = "") -> str:
    """Return JSON laid out as Jackson does it: a space on both sides of the colon, lists on one line."""
    inner = indent + "  "
    if isinstance(value, dict):
        rows = [
            f"{inner}{json.dumps(str(key), ensure_ascii=False)} : {to_json(each, inner)}" for key, each in value.items()
        ]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}" if rows else "{ }"
    if isinstance(value, list):
        return "[ " + ", ".join(to_json(each, indent) for each in value) + " ]" if value else "[ ]"
    return json.dumps(value, ensure_ascii=False)
