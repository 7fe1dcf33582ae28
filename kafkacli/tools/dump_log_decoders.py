"""What kafka-dump-log.sh reads keys and values with: decoders by the names of their Java classes, or a coordinator's."""

from __future__ import annotations

from operator import methodcaller

from kafkacli.java_classes import JavaError, unknown_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Parser = Callable[[bytes | None, bytes | None], tuple[str | None, str | None]]
    """Gives the texts of a key and a value, None for what isn't shown. Raises JavaError."""

text = methodcaller("decode", "utf-8", "replace")
"""The decoder of strings."""


class Decoders:
    """A `Parser` of two decoders, of which each reads its own alone."""

    def __init__(self, key: Callable[[bytes], str], value: Callable[[bytes], str]) -> None:
        self.key = key
        self.value = value

    def __call__(self, key: bytes | None, value: bytes | None) -> tuple[str | None, str | None]:
        return None if key is None else self.key(key), None if value is None else self.value(value)


def new_parser(*, is_offsets: bool, is_transactions: bool, value_decoder: str, key_decoder: str) -> Parser:
    """Return what shows keys and values: a coordinator's decoder, or two decoders by the names of their Java classes.

    Raises JavaError for a class that isn't known.
    """
    if is_offsets or is_transactions:
        return _coordinator_parser(is_offsets)
    for_value, for_key = _decoder(value_decoder), _decoder(key_decoder)
    return Decoders(for_key, for_value)


def _coordinator_parser(is_offsets: bool) -> Parser:
    from kafkacli.coordinator.record_dump import dump_group_record, dump_transaction_record
    from kafkacli.wire.primitives import WireError

    dump = dump_group_record if is_offsets else dump_transaction_record

    def parse(key: bytes | None, value: bytes | None) -> tuple[str | None, str | None]:
        try:
            return dump(key, value)
        except WireError as error:
            own = str(error).startswith(("Unknown ", "Failed to "))  # what the coordinators say, not the schemas
            name = "KafkaException" if own else "protocol.types.SchemaException"
            raise JavaError(f"org.apache.kafka.common.{name}", str(error)) from None

    return parse


def _array(data: bytes) -> str:
    """As Java shows an array of bytes: its kind, and a number that means nothing."""
    from zlib import crc32

    return f"[B@{crc32(data):x}"


def _number(size: int) -> Callable[[bytes], str]:
    def decode(data: bytes) -> str:
        if len(data) < size:
            raise JavaError("java.nio.BufferUnderflowException")
        return str(int.from_bytes(data[:size], "big", signed=True))

    return decode


_DECODERS: dict[str, Callable[[bytes], str]] = {
    "kafka.serializer.DefaultDecoder": _array,
    "kafka.serializer.IntegerDecoder": _number(4),
    "kafka.serializer.LongDecoder": _number(8),
    "kafka.serializer.StringDecoder": text,
}


def _decoder(class_name: str) -> Callable[[bytes], str]:
    decoder = _DECODERS.get(class_name)
    if decoder is None:
        raise unknown_class(class_name, _DECODERS)
    return decoder
