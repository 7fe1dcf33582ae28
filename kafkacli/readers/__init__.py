"""How the console producer reads its input: one file per MessageReader class of Kafka 2.6.2, found by its Java name."""

from __future__ import annotations

from kafkacli.java_classes import load_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.readers.line import LineReader

DEFAULT = "kafka.tools.ConsoleProducer$LineMessageReader"
READERS = {
    DEFAULT: ("kafkacli.readers.line", "LineReader"),
    "org.apache.kafka.tools.LineMessageReader": ("kafkacli.readers.line", "LineReader"),  # since 3.6
}
"""Java class name to (module, class here)."""


def new_reader(class_name: str, properties: Mapping[str, str]) -> LineReader:
    """Return the reader of a Java class name. Raises JavaError for an unknown class."""
    reader: LineReader = load_class(READERS, class_name)(properties)
    return reader
