"""Jute, the record format of ZooKeeper's wire and files: primitives, and the codec of declared records.

    boolean  1 byte, 0 or 1
    int      4 bytes, big-endian, signed        long  8 bytes, big-endian, signed
    buffer   int length, then the bytes         length -1: null
    ustring  int length, then UTF-8             length -1: null
    vector   int count, then the elements       count -1: null
    record   its fields one after the other, in the order of their declaration, nothing else

A record is declared once, as a class whose annotations are its fields:

    class DeleteRequest(Record):
        path: Ustring
        version: Int

Codecs are compiled on first use: neighbours of fixed width become one `struct` call.
Source: zookeeper-jute's BinaryInputArchive and BinaryOutputArchive (3.5.9).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Self, TypeAlias, TypeVar, dataclass_transform

Boolean: TypeAlias = bool
Int: TypeAlias = int
Long: TypeAlias = int
Buffer: TypeAlias = bytes | None
Ustring: TypeAlias = str

_T = TypeVar("_T")
Vector: TypeAlias = list[_T]

_FIXED = {"Boolean": "?", "Int": "i", "Long": "q"}
_INT = struct.Struct(">i")


class JuteError(ValueError):
    """Bytes that are no record of the wanted kind."""


def read_int(data: bytes, position: int) -> tuple[int, int]:
    """Return the int at `position` and the position after it."""
    try:
        return _INT.unpack_from(data, position)[0], position + 4
    except struct.error:
        raise JuteError(f"an int is cut at {position}") from None


def read_buffer(data: bytes, position: int) -> tuple[bytes | None, int]:
    """Return the buffer at `position`, None for null, and the position after it."""
    length, position = read_int(data, position)
    if length < 0:
        if length == -1:
            return None, position
        raise JuteError(f"unreasonable length {length} at {position - 4}")
    end = position + length
    if end > len(data):
        raise JuteError(f"a buffer of {length} bytes is cut at {position}")
    return data[position:end], end


def read_string(data: bytes, position: int) -> tuple[str, int]:
    """Return the string at `position` ("" for null) and the position after it; malformed UTF-8 is replaced."""
    content, position = read_buffer(data, position)
    return str(content, "utf-8", "replace") if content else "", position


def read_vector(data: bytes, position: int, read: Callable[[bytes, int], tuple[_T, int]]) -> tuple[list[_T], int]:
    """Return the elements at `position` ([] for null) and the position after them."""
    count, position = read_int(data, position)
    if count < 0:
        if count == -1:
            return [], position
        raise JuteError(f"unreasonable count {count} at {position - 4}")
    if count > len(data) - position:  # no element takes less than a byte: a lie, found before anything is allocated
        raise JuteError(f"a vector of {count} elements is cut at {position}")
    elements = []
    for _ in range(count):
        element, position = read(data, position)
        elements.append(element)
    return elements, position


def pack_buffer(content: bytes | None) -> bytes:
    """Return a buffer with its length."""
    if content is None:
        return b"\xff\xff\xff\xff"
    return _INT.pack(len(content)) + content


def pack_string(text: str) -> bytes:
    """Return a string with its length."""
    content = text.encode("utf-8", "surrogatepass")
    return _INT.pack(len(content)) + content


class EncodedVector(tuple[_T, ...]):
    """A vector that is sent and stored over and over, with its bytes."""

    encoded: bytes

    @classmethod
    def of(cls, elements: Iterable[_T], pack: Callable[[_T], bytes]) -> Self:
        """Return the elements with what `pack_vector` makes of them."""
        vector = cls(elements)
        vector.encoded = pack_vector(tuple(vector), pack)
        return vector


# Element's name → the vector of them that is looked for by its bytes before anything is decoded.
KNOWN_VECTORS: dict[str, EncodedVector[Any]] = {}


def pack_vector(elements: list[_T] | tuple[_T, ...], pack: Callable[[_T], bytes]) -> bytes:
    """Return a vector with its count."""
    if type(elements) is EncodedVector:
        return elements.encoded
    return _INT.pack(len(elements)) + b"".join([pack(element) for element in elements])


@dataclass_transform()
class _Declaration(type):
    """Makes the annotations of a record class its slots."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _Declaration:
        fields = {
            field: kind for field, kind in namespace.get("__annotations__", {}).items() if not kind.startswith("Class")
        }
        namespace["__slots__"] = tuple(fields)
        namespace["_fields"] = fields
        return super().__new__(cls, name, bases, namespace)


class Record(metaclass=_Declaration):
    """A jute record: fields from annotations, positional in their order; equal and hashable by value."""

    _fields: ClassVar[dict[str, str]]

    def __init__(self, *args: Any) -> None:
        _compile(type(self))
        self.__init__(*args)  # type: ignore[misc]  # the compiled one, which stands there now

    def encode(self) -> bytes:
        """Return the record's bytes."""
        _compile(type(self))
        return self.encode()

    @classmethod
    def decode(cls, data: bytes, position: int = 0) -> tuple[Self, int]:
        """Return the record at `position` and the position after it.

        Raises JuteError where the bytes end early or a length can't be.
        """
        _compile(cls)
        return cls.decode(data, position)

    @classmethod
    def decode_whole(cls, data: bytes, position: int = 0) -> Self:
        """Return the record at `position`; what follows it is ignored, as the original does."""
        return cls.decode(data, position)[0]

    def __eq__(self, other: object) -> bool:
        _compile(type(self))
        return self == other

    def __hash__(self) -> int:
        _compile(type(self))
        return hash(self)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({fields})"


def layout_of(cls: type[Record]) -> struct.Struct:
    """Return the layout of a record whose every field has a fixed width, for code that packs many without making them."""
    return struct.Struct(">" + "".join(_FIXED[kind] for kind in cls._fields.values()))


def _compile(cls: type[Record]) -> None:
    """Replace the methods of a record class by code made for its fields."""
    from sys import modules

    home = vars(modules[cls.__module__])
    scope: dict[str, Any] = {
        "read_buffer": read_buffer, "read_string": read_string, "read_vector": read_vector,
        "pack_buffer": pack_buffer, "pack_string": pack_string, "pack_vector": pack_vector,
        "unpack_int": _INT.unpack_from, "pack_int": _INT.pack, "known_vectors": KNOWN_VECTORS,
        "struct_error": struct.error, "JuteError": JuteError,
    }  # fmt: skip
    names = list(cls._fields)  # locals of `decode` have an underscore before: a field may be called data or position
    build = [f"def __init__(self{''.join(', ' + name for name in names)}):"]
    build += [f"    self.{name} = {name}" for name in names] or ["    pass"]
    same = [f"self.{name} == other.{name}" for name in names]
    decode: list[str] = []
    packs: list[str] = []
    for run in _runs(cls._fields):
        if run[0][1] in _FIXED:
            layout = struct.Struct(">" + "".join(_FIXED[kind] for _, kind in run))
            scope[f"unpack{len(packs)}"], scope[f"pack{len(packs)}"] = layout.unpack_from, layout.pack
            targets = ", ".join(f"_{name}" for name, _ in run)
            decode.append(f"{targets}, = unpack{len(packs)}(data, position); position += {layout.size}")
            packs.append(f"pack{len(packs)}({', '.join('self.' + name for name, _ in run)})")
            continue
        ((name, kind),) = run
        # strings and buffers are nearly everything: without calls
        if kind == "Buffer":
            decode += [
                "_length, = unpack_int(data, position); _end = position + 4 + _length",
                "if 0 <= _length and _end <= len(data):",
                f"    _{name} = data[position + 4 : _end]; position = _end",
                "else:",
                f"    _{name}, position = read_buffer(data, position)",
            ]
            packs.append(f"pack_buffer(self.{name})")
        elif kind == "Ustring":
            decode += [
                "_length, = unpack_int(data, position); _end = position + 4 + _length",
                "if 0 < _length and _end <= len(data):",
                f"    _{name} = str(data[position + 4 : _end], 'utf-8', 'replace'); position = _end",
                "else:",
                f"    _{name}, position = read_string(data, position)",
            ]
            packs.append(f"pack_int(len(_text := self.{name}.encode('utf-8', 'surrogatepass'))) + _text")
        elif kind.startswith("Vector["):
            element = kind[len("Vector[") : -1]
            if element == "Ustring":
                read, pack = "read_string", "pack_string"
            else:
                scope[element] = home[element]
                read, pack = f"{element}.decode", f"{element}.encode"
                decode += [
                    f"_known = known_vectors.get({element!r})",
                    "if _known is not None and data.startswith(_known.encoded, position):",
                    f"    _{name} = _known; position += len(_known.encoded)",
                    "else:",
                ]
            indent = "    " if element != "Ustring" else ""
            decode.append(f"{indent}_{name}, position = read_vector(data, position, {read})")
            packs.append(f"pack_vector(self.{name}, {pack})")
        else:
            scope[kind] = home[kind]
            decode.append(f"_{name}, position = {kind}.decode(data, position)")
            packs.append(f"self.{name}.encode()")
    source = "\n".join(
        [
            *build,
            "def __eq__(self, other):",
            f"    return type(other) is type(self) and {' and '.join(same) or 'True'}",
            "def __hash__(self):",
            f"    return hash(({''.join(f'self.{name}, ' for name in names)}))",
            "def encode(self):",
            f"    return {' + '.join(packs) or repr(b'')}",
            "def decode(cls, data, position=0):",
            "    try:",
            *[f"        {line}" for line in decode],
            "        pass",
            "    except struct_error:",
            "        raise JuteError(f'{cls.__name__} is cut at {position}') from None",
            f"    return cls({', '.join('_' + name for name in names)}), position",
        ]
    )
    exec(source, scope)  # the source holds only names of fields and kinds that stand in a class of this package
    cls.__init__ = scope["__init__"]  # type: ignore[method-assign]
    cls.__eq__ = scope["__eq__"]  # type: ignore[method-assign]
    cls.__hash__ = scope["__hash__"]  # type: ignore[method-assign]
    cls.encode = scope["encode"]  # type: ignore[method-assign]
    cls.decode = classmethod(scope["decode"])  # type: ignore[assignment]


def _runs(fields: dict[str, str]) -> list[list[tuple[str, str]]]:
    """Return the fields in groups: neighbours of fixed width together, every other one alone."""
    runs: list[list[tuple[str, str]]] = []
    for name, kind in fields.items():
        if kind in _FIXED and runs and runs[-1][0][1] in _FIXED:
            runs[-1].append((name, kind))
        else:
            runs.append([(name, kind)])
    return runs
