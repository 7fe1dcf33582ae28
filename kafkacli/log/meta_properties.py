"""`meta.properties`, in each log directory: to which broker of which cluster the directory belongs.

    file:  "#" newline, "#" date newline, then key=value lines
    keys:  broker.id, version (0), cluster.id (absent where only the broker id was known)

Written by Java's Properties.store, whose date is in the machine's time zone. The errors stop the start of a broker, with
Kafka's texts (BrokerMetadataCheckpoint.scala, KafkaServer.scala).
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kafkacli.log.filesystem import FileSystem, read_file, replace_file

META_PROPERTIES = "meta.properties"

_VERSION = 0
_MAXIMUM_INT = 2**31 - 1


class InconsistentMetadata(Exception):
    """The directories belong to another broker or cluster; `exception` is the name of Kafka's exception."""

    exception = "kafka.common.InconsistentBrokerMetadataException"


class InconsistentBrokerId(InconsistentMetadata):
    """The configured broker id isn't the one in the directories."""

    exception = "kafka.common.InconsistentBrokerIdException"


class InconsistentClusterId(InconsistentMetadata):
    """The cluster that was joined isn't the one in the directories."""

    exception = "kafka.common.InconsistentClusterIdException"


class BadMetaProperties(Exception):
    """A `meta.properties` that can't be understood; the text names the file."""


class UnknownVersion(BadMetaProperties):
    """A `meta.properties` of a version that isn't ours: this alone costs only the directory it lies in, as in Kafka."""


class BrokerMetadata(NamedTuple):
    """What the file says; broker_id -1 and cluster_id None where nothing is known."""

    broker_id: int = -1
    cluster_id: str | None = None

    def __str__(self) -> str:
        return f"BrokerMetadata(brokerId={self.broker_id}, clusterId={self.cluster_id})"


def decode_metadata(data: bytes, path: str) -> BrokerMetadata:
    """Return what a file's bytes say; BadMetaProperties (naming `path`) when they don't say it."""
    values = {}
    for line in data.decode("latin-1").splitlines():
        name, separator, value = line.partition("=")
        if separator and not line.lstrip().startswith(("#", "!")):
            values[name.strip()] = value.strip()

    def number(name: str) -> int:
        try:
            value = int(values[name])
        except KeyError:
            raise BadMetaProperties(f"Missing required property '{name}' in {path}") from None
        except ValueError:
            raise BadMetaProperties(f"{name} is no number in {path}: {values[name]}") from None
        if not 0 <= value <= _MAXIMUM_INT:
            raise BadMetaProperties(f"{name} has value {value} which is not in the range (0,{_MAXIMUM_INT}) in {path}.")
        return value

    version = number("version")
    if version != _VERSION:
        raise UnknownVersion(f"Unrecognized version of the server meta.properties file: {version} in {path}")
    return BrokerMetadata(number("broker.id"), values.get("cluster.id"))


def encode_metadata(metadata: BrokerMetadata, now_ms: int) -> bytes:
    """Return the file's bytes; `now_ms` is for the date in its second line."""
    date = time.strftime("%a %b %d %H:%M:%S %Z %Y", time.localtime(now_ms // 1000))
    lines = ["#", f"#{date}", f"broker.id={metadata.broker_id}", f"version={_VERSION}"]
    if metadata.cluster_id is not None:
        lines.append(f"cluster.id={metadata.cluster_id}")
    return "".join(f"{line}\n" for line in lines).encode("latin-1")


def read_metadata(
    filesystem: FileSystem, directories: Sequence[str], give_up: Callable[[str, Exception], None] | None = None
) -> BrokerMetadata:
    """Return what the log directories' files say; directories without the file say nothing.

    give_up: called with each directory whose file can't be read, and why, in place of raising UnknownVersion and OSError.
    Raises BadMetaProperties, and InconsistentMetadata when two say different things.
    """
    found = {}
    for directory in directories:
        path = f"{directory}/{META_PROPERTIES}"
        try:
            filesystem.unlink(path + ".tmp")
            if filesystem.exists(path):
                found[directory] = decode_metadata(read_file(filesystem, path), path)
        except (UnknownVersion, OSError) as error:
            if give_up is None:
                raise
            give_up(directory, error)
    if len(set(found.values())) > 1:
        listed = "".join(f"- {directory} -> {metadata}\n" for directory, metadata in found.items())
        raise InconsistentMetadata(
            "BrokerMetadata is not consistent across log.dirs. This could happen if multiple brokers shared a log "
            f"directory (log.dirs) or partial data was manually copied from another broker. Found:\n{listed}"
        )
    return next(iter(found.values()), BrokerMetadata())


def write_metadata(filesystem: FileSystem, directories: Sequence[str], metadata: BrokerMetadata, now_ms: int) -> None:
    """Write the file into each log directory."""
    for directory in directories:
        replace_file(filesystem, f"{directory}/{META_PROPERTIES}", encode_metadata(metadata, now_ms))


def check_broker_id(stored: BrokerMetadata, configured: int) -> int:
    """Return the broker id to use: the stored one where `configured` is -1, and -1 where neither says any.

    Raises InconsistentBrokerId when they differ.
    """
    if configured >= 0 and stored.broker_id >= 0 and configured != stored.broker_id:
        raise InconsistentBrokerId(
            f"Configured broker.id {configured} doesn't match stored broker.id {stored.broker_id} in meta.properties. "
            "If you moved your data, make sure your configured broker.id matches. If you intend to create a new broker, "
            "you should remove all data in your data directories (log.dirs)."
        )
    return stored.broker_id if stored.broker_id >= 0 else configured


def check_cluster_id(stored: BrokerMetadata, cluster_id: str) -> None:
    """Raise InconsistentClusterId when the directories belong to another cluster than `cluster_id`."""
    if stored.cluster_id is not None and stored.cluster_id != cluster_id:
        raise InconsistentClusterId(
            f"The Cluster ID {cluster_id} doesn't match stored clusterId Some({stored.cluster_id}) in meta.properties. "
            "The broker is trying to join the wrong cluster. Configured zookeeper.connect may be wrong."
        )
