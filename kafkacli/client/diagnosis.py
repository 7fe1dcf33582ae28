"""Why no broker lets a client in: a connection is made, and each stage of it told of."""

from __future__ import annotations

import time

from kafkacli.client.connection import ConnectFailed, Connection, resolve
from kafkacli.client.settings import ClientSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

_PROBE_S = 1.0  # at most, for each question to a port that is not what it should be
STAGES = ("DNS", "TCP", "TLS", "protocol version", "SASL")
"""The way to a usable connection, in its order."""
# The version of Fetch that a broker speaks at most → the versions of Kafka that had it.
_RELEASES = (
    (16, "3.7 or later"), (15, "3.5 or 3.6"), (13, "3.1 to 3.4"), (12, "2.7 to 3.0"), (11, "2.3 to 2.6"), (10, "2.1 or 2.2"),
    (8, "2.0"), (7, "1.1"), (6, "1.0"), (5, "0.11"), (3, "0.10.1 or 0.10.2"), (0, "0.10.0 or earlier"),
)  # fmt: skip
_FETCH_OF_0_11 = 5


class Finding:
    """What became of one stage. subject: what it is about, an address or a name. remedy: what to change, '' when it is ok."""

    __slots__ = ("remedy", "stage", "subject", "text")

    def __init__(self, stage: str, subject: str, text: str, remedy: str = "") -> None:
        self.stage = stage
        self.subject = subject
        self.text = text
        self.remedy = remedy

    @property
    def is_ok(self) -> bool:
        """Whether nothing has to change."""
        return not self.remedy


class Way:
    """The way to one broker, gone stage by stage. connection: None when it fails; the caller closes it.

    given: what named the address, for the remedies. patience_s: for the whole way.
    """

    __slots__ = ("connection", "findings")

    def __init__(self, host: str, port: int, settings: ClientSettings, given: str, patience_s: float) -> None:
        self.connection: Connection | None = None
        try:
            self.connection = Connection(host, port, settings, time.monotonic() + patience_s)
        except ConnectFailed as failure:
            self.findings = _passed(host, port, settings, failure.stage)
            self.findings.append(_failed(failure, host, port, settings, given, patience_s))
            return
        versions = _versions(f"{host}:{port}", self.connection)
        self.findings = sorted(
            [*_passed(host, port, settings, ""), versions], key=lambda finding: STAGES.index(finding.stage)
        )
        if not versions.is_ok:
            self.connection.close()
            self.connection = None


def _passed(host: str, port: int, settings: ClientSettings, failed: str) -> list[Finding]:
    """Return the stages that were passed before one failed, '' for none; without that of the versions."""
    address = f"{host}:{port}"
    security = settings.security
    texts = {"TCP": "connected"}
    if failed != "DNS":
        addresses = dict.fromkeys(str(row[4][0]) for row in resolve(host, port))
        texts["DNS"] = f"{host} is {', '.join(addresses)}"
    if security is not None and security.tls is not None:
        texts["TLS"] = "the certificate is trusted"
    if _has_login(settings):
        texts["SASL"] = f"logged in with {settings.security.mechanism if settings.security else ''}"
    before = STAGES[: STAGES.index(failed)] if failed else STAGES
    return [Finding(stage, address, texts[stage]) for stage in before if stage in texts]


def _failed(
    failure: ConnectFailed, host: str, port: int, settings: ClientSettings, given: str, patience_s: float
) -> Finding:
    from kafkacli.client.probing import UNKNOWN, what_listens
    from kafkacli.client.remedies import remedy

    is_strange = failure.stage == "protocol version" or "not speak TLS" in failure.reason
    listening = what_listens(host, port, min(patience_s, _PROBE_S)) if is_strange else UNKNOWN
    change = remedy(failure.stage, failure.reason, given, listening, settings)
    return Finding(failure.stage, failure.address, failure.reason, change)


def _versions(address: str, connection: Connection) -> Finding:
    """Say how old the broker is, and whether that is too old."""
    from kafkacli.wire.api_keys import ApiKey

    fetch = connection.versions.get(ApiKey.FETCH)
    if fetch is None:
        text = "the broker can't be asked for records (no Fetch)"
        return Finding(
            "protocol version", address, text, "Connect to a broker; this is a controller or something else."
        )
    release = next(release for lowest, release in _RELEASES if fetch.high >= lowest)
    text = f"the broker speaks the versions of Kafka {release}"
    if fetch.high < _FETCH_OF_0_11:
        return Finding(
            "protocol version",
            address,
            text,
            "Upgrade the broker: record headers, transactions and what the tools ask for need Kafka 0.11 or later.",
        )
    return Finding("protocol version", address, text)


def _has_login(settings: ClientSettings) -> bool:
    return settings.security is not None and settings.security.mechanism != ""
