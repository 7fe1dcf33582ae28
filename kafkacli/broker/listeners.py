"""Listeners: what `listeners`, `advertised.listeners` and `listener.security.protocol.map` say.

    listeners   NAME://HOST:PORT[,NAME://HOST:PORT...]; an empty host binds every interface, port 0 lets the system choose

Source: Apache `EndPoint.scala`, `KafkaConfig.scala` (listeners, advertisedListeners).
"""

import re
import socket
from collections.abc import Mapping
from typing import NamedTuple

SECURITY_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
DEFAULT_SECURITY_PROTOCOLS = {name: name for name in SECURITY_PROTOCOLS}

_ENDPOINT = re.compile(r"(.*)://\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)")


class Listener(NamedTuple):
    """One listener: where it is bound and where clients are told to go."""

    name: str
    security_protocol: str
    host: str
    port: int
    advertised_host: str
    advertised_port: int


def java_address(host: str) -> str:
    """Return a client's address as Java spells it, which ACLs and groups show: IPv6 in eight groups, IPv4 as itself."""
    address, zone, scope = host.removeprefix("::ffff:").partition("%")
    if ":" not in address:
        return address
    packed = socket.inet_pton(socket.AF_INET6, address)
    groups = (int.from_bytes(packed[index : index + 2], "big") for index in range(0, 16, 2))
    return ":".join(format(group, "x") for group in groups) + zone + scope


class ListenerError(ValueError):
    """A listener list that can't be used; the text is Kafka's."""


def parse_endpoints(text: str, protocols: Mapping[str, str]) -> list[tuple[str, str, str, int]]:
    """Return (listener name, security protocol, host, port) of each endpoint in `text`. Raises ListenerError."""
    try:
        endpoints = [_parse_endpoint(item, protocols) for item in re.split(r"\s*,\s*", text) if item]
    except ListenerError as error:
        raise ListenerError(f"Error creating broker listeners from '{text}': {error}") from None
    for what, values in (("port", [e[3] for e in endpoints if e[3]]), ("name", [e[0] for e in endpoints])):
        if len(set(values)) != len(values):
            raise ListenerError(f"requirement failed: Each listener must have a different {what}, listeners: {text}")
    return endpoints


def _parse_endpoint(text: str, protocols: Mapping[str, str]) -> tuple[str, str, str, int]:
    match = _ENDPOINT.fullmatch(text)
    if match is None:
        raise ListenerError(f"Unable to parse {text} to a broker endpoint")
    name = match[1].upper()
    if name not in protocols:
        raise ListenerError(f"No security protocol defined for listener {name}")
    return name, protocols[name], match[2], int(match[3])
