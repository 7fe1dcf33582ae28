"""What holds a hand-written way through the codec against the tables, for good bytes and for bad ones."""

from collections.abc import Callable, Iterable

from hypothesis import strategies as st

from kafkacli.wire import codec
from kafkacli.wire.primitives import WireError
from kafkacli.wire.schema import Message

Decode = Callable[[memoryview, int, int], Message]

int8, int16, int32, int64 = (st.integers(-(2**bits), 2**bits - 1) for bits in (7, 15, 31, 63))
text = st.text(max_size=20)
around = {"front": st.binary(max_size=9), "cut": st.integers(0, 200), "tail": st.binary(max_size=3)}
"""What may stand around a request, for `check_decoding`."""


def check_decoding(decode: Decode, request: Message, version: int, front: bytes, cut: int, tail: bytes) -> None:
    """The request comes back from behind `front`; cut off, with more behind it or shifted, both ways say the same."""
    frame = memoryview(front + codec.encode(request, version))
    assert decode(frame, version, len(front)) == request
    for wrong in (frame[: len(front) + cut], memoryview(bytes(frame) + tail), memoryview(tail + bytes(frame)[1:])):
        assert _outcome(decode, wrong, version, len(front)) == _outcome(
            _by_tables(type(request)), wrong, version, len(front)
        )


def _by_tables(kind: type[Message]) -> Decode:
    return lambda frame, version, position: codec.decode_prefix(kind, frame, version, position)[0]


def _outcome(decode: Decode, frame: memoryview, version: int, position: int) -> Message | type[WireError]:
    try:
        return decode(frame, version, position)
    except WireError:
        return WireError


def joined(parts: Iterable[object]) -> bytes:
    """The bytes of a response's parts, none of which is left in a file."""
    whole = b""
    for part in parts:
        assert isinstance(part, bytes | bytearray | memoryview)
        whole += part
    return whole
