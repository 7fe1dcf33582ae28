"""One server's part in a play: requests sent, answers noted with what differs from broker to broker masked.

Masked are ids, addresses, times, directories, producer ids; of fetched records only whole batches count.
"""

import re
from importlib import import_module
from typing import Any

from kafkacli.record.batch import Compression, Record, TimestampType, iter_headers
from kafkacli.record.legacy import encode_message_set
from kafkacli.wire.messages import create_topics, metadata
from kafkacli.wire.schema import Message, Struct
from tests.support.raw import RawClient
from tests.support.waiting import until

MASKS = {
    "cluster_id": "C",
    "controller_id": "N",
    "host": "H",
    "leader_id": "N",
    "log_dir": "D",
    "node_id": "N",
    "port": "P",
}
REPLICAS = ("isr_nodes", "replica_nodes")


def response_class(request: Message) -> type[Message]:
    """Return the class of a request's answers."""
    kind = type(request)
    found: type[Message] = getattr(import_module(kind.__module__), kind.__name__.removesuffix("Request") + "Response")
    return found


class Play:
    """One server's part: a client, and the notes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.client = RawClient(port)
        self.notes: list[str] = []
        self._producers: dict[int, int] = {}

    def ask(self, request: Message, version: int, *, noted: bool = True) -> Any:
        """Send a request; note and return its answer."""
        what = f"{type(request).__name__} {version}"
        try:
            answer = self.client.ask(request, response_class(request), version)
        except EOFError:
            self.note(what, "the connection is closed")
            self.client.socket.close()
            self.client = RawClient(self.port)
            return None
        if noted:
            self.note(what, self._plain(answer))
        return answer

    def note(self, what: str, value: object) -> None:
        self.notes.append(f"{what}: {value}")

    def topic(self, name: str, partitions: int = 1, **overrides: str) -> None:
        """Make a topic, and wait until it can be used."""
        configs = [
            create_topics.CreateableTopicConfig(name=key.replace("_", "."), value=value)
            for key, value in overrides.items()
        ]
        topic = create_topics.CreatableTopic(
            name=name, num_partitions=partitions, replication_factor=1, configs=configs
        )
        self.ask(create_topics.CreateTopicsRequest(topics=[topic]), 4, noted=False)
        until(lambda: self.has_leaders(name, partitions))

    def has_leaders(self, name: str, partitions: int) -> bool:
        asked = metadata.MetadataRequest(
            topics=[metadata.MetadataRequestTopic(name=name)], allow_auto_topic_creation=False
        )
        (found,) = self.ask(asked, 5, noted=False).topics
        return not found.error_code and sum(not part.error_code for part in found.partitions) == partitions

    def _plain(self, value: Any, name: str = "") -> Any:
        if name in MASKS and value not in (-1, None):
            return MASKS[name]
        if name in REPLICAS:
            return ["N"] * len(value)
        if name == "log_append_time_ms" and value > 0:
            return "T"
        if name == "producer_id" and value >= 0:
            return f"producer {self._producers.setdefault(value, len(self._producers))}"
        if name == "error_message" and value and re.fullmatch(r"Request Request\(.*\) is not authorized\.", value):
            return "Cluster authorization failed."  # the request's text tells of threads and objects
        if isinstance(value, Struct):
            return {field.name: self._plain(getattr(value, field.name), field.name) for field in value.fields}
        if isinstance(value, list):
            plain = [self._plain(each) for each in value]
            return sorted(plain, key=repr) if name != "synonyms" else plain
        if isinstance(value, bytes | memoryview):
            return _whole_batches(bytes(value)).hex()
        if name == "batch_index_error_message":
            return re.sub(r"\d{13}", "T", value)
        return value


def _whole_batches(records: bytes) -> bytes:
    """Leave out a cut off last batch, which the real broker sends and ours doesn't, unless it is the only one."""
    end = 0
    for position, header in iter_headers(records):
        end = position + header.size
    return records[:end] if end else records[:12]


def old(magic: int, *values: bytes, compression: Compression = Compression.NONE) -> bytes:
    """A message set of magic 0 or 1."""
    return encode_message_set(
        [Record(offset=offset, timestamp=1000 if magic else -1, value=value) for offset, value in enumerate(values)],
        magic,
        compression=compression,
        timestamp_type=TimestampType.CREATE_TIME if magic else TimestampType.NO_TIMESTAMP_TYPE,
    )
