"""How the console consumer shows a record: one file per MessageFormatter class of Kafka 2.6.2, found by its Java name."""

from __future__ import annotations

from abc import ABC, abstractmethod

from kafkacli.java_classes import load_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.client.chunks import FetchedRecord, Run

DEFAULT = "kafka.tools.DefaultMessageFormatter"
_ROOM = "kafkacli.formatters."
_CLASSES = {
    "DefaultMessageFormatter": (_ROOM + "default", "DefaultFormatter"),
    "LoggingMessageFormatter": (_ROOM + "default", "DefaultFormatter"),  # what it logs is below the tools' log level
    "NoOpMessageFormatter": (_ROOM + "noop", "NoOpFormatter"),
    "ChecksumMessageFormatter": (_ROOM + "checksum", "ChecksumFormatter"),
    "GroupMetadataManager$OffsetsMessageFormatter": (_ROOM + "offsets", "OffsetsFormatter"),
    "GroupMetadataManager$GroupMetadataMessageFormatter": (_ROOM + "group_metadata", "GroupMetadataFormatter"),
    "TransactionLog$TransactionLogMessageFormatter": (_ROOM + "transaction_log", "TransactionLogFormatter"),
    "OffsetsMessageFormatter": (_ROOM + "offsets", "OffsetsFormatter"),
    "GroupMetadataMessageFormatter": (_ROOM + "group_metadata", "GroupMetadataFormatter"),
    "TransactionLogMessageFormatter": (_ROOM + "transaction_log", "TransactionLogFormatter"),
}
_PACKAGES = {
    "kafka.tools.": ("DefaultMessage", "LoggingMessage", "NoOpMessage", "ChecksumMessage"),
    "kafka.coordinator.group.": ("GroupMetadataManager$",),
    "kafka.coordinator.transaction.": ("TransactionLog$",),
    # since 3.5 and 4.0
    "org.apache.kafka.tools.consumer.": (
        "DefaultMessage",
        "LoggingMessage",
        "NoOpMessage",
        "OffsetsMessage",
        "GroupMetadataMessage",
        "TransactionLogMessage",
    ),
}
FORMATTERS = {
    package + name: place
    for package, beginnings in _PACKAGES.items()
    for name, place in _CLASSES.items()
    if name.startswith(beginnings)
}
"""Java class name to (module, class here)."""


class Formatter(ABC):
    """Turns records into what goes to stdout. Made with the properties of --property; raises JavaError for refused ones."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        self.properties = properties

    @abstractmethod
    def text(self, record: FetchedRecord) -> bytes:
        """Return what one record looks like, its line end included. Raises JavaError for one that can't be shown."""

    def texts(self, records: Run) -> bytes:
        """Return what many records look like. Raises as `text` does."""
        return b"".join(map(self.text, records))


def new_formatter(class_name: str, properties: Mapping[str, str]) -> Formatter:
    """Return the formatter of a Java class name. Raises JavaError for an unknown class or refused properties."""
    formatter: Formatter = load_class(FORMATTERS, class_name)(properties)
    return formatter
