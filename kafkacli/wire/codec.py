"""Messages to bytes and back, by functions compiled from the declarations, one pair per class and version, on first use.

The generated source is straight line code: runs of fixed-width fields become one `struct.Struct` call. A test holds it
equal, byte for byte, to a plain walk over the same tables and to frames written by Kafka's own classes.
"""

import struct
from collections.abc import Callable
from typing import Any, TypeVar

from kafkacli.wire import primitives
from kafkacli.wire.primitives import Buffer, WireError
from kafkacli.wire.schema import Field, Message, Struct, Versioned, Versions

S = TypeVar("S", bound=Struct)
V = TypeVar("V", bound=Versioned)
_FORMATS = {"bool": "?", "int8": "b", "int16": "h", "int32": "i", "int64": "q", "float64": "d"}
_encoders: dict[tuple[type[Struct], int, bool], Callable[[Any, list[Buffer]], None]] = {}
_decoders: dict[tuple[type[Struct], int, bool, type[Struct] | None], Callable[..., tuple[Any, int]]] = {}


class UnsupportedVersion(WireError):
    """A request field was set that the version both sides speak doesn't have."""


def encode(message: Versioned, version: int) -> bytes:
    """Return the body of `message` in `version`. Raises WireError for values that don't fit it."""
    return b"".join(encode_parts(message, version))


def encode_parts(message: Versioned, version: int) -> list[Buffer]:
    """As `encode`, not joined: record bytes stay the caller's own buffers."""
    kind = type(message)
    parts: list[Buffer] = []
    try:
        _encoder(kind, _checked(kind, version), version in kind.flexible_versions)(message, parts)
    except (struct.error, TypeError, AttributeError) as error:
        raise WireError(f"{kind.__name__} version {version}: {error}") from error
    return parts


def decode(kind: type[V], buffer: Buffer, version: int, position: int = 0) -> V:
    """Return the message of class `kind` that `buffer` holds from `position` to its end.

    Raises WireError for bytes that are too short, too many, or no such message.
    """
    message, end = decode_prefix(kind, buffer, version, position)
    return _whole(message, version, len(buffer) - end)


def decode_prefix(kind: type[V], buffer: Buffer, version: int, position: int = 0) -> tuple[V, int]:
    """Return (the message that begins at `position`, position behind it). Raises WireError."""
    message: V
    try:
        message, end = _decoder(kind, _checked(kind, version), version in kind.flexible_versions)(buffer, position)
    except struct.error as error:
        raise WireError(f"{kind.__name__} version {version}: the message ends too early") from error
    return message, end


def decode_each(
    kind: type[V],
    buffer: memoryview,
    version: int,
    element: type[Struct],
    take: Callable[[Any, Any, memoryview], None],
    position: int = 0,
) -> V:
    """As `decode`, but hand each struct of class `element` over as it is read; the message is left without them.

    take: is given the struct or message that it stands in, as far as that is read by then, the struct, and its bytes,
    from which `decode_struct` reads it again. Raises WireError, perhaps after some were handed over.
    """
    message: V
    decoder = _decoder(kind, _checked(kind, version), version in kind.flexible_versions, element)
    try:
        message, end = decoder(buffer, position, take)
    except struct.error as error:
        raise WireError(f"{kind.__name__} version {version}: the message ends too early") from error
    return _whole(message, version, len(buffer) - end)


def decode_struct(element: type[S], data: Buffer, kind: type[Versioned], version: int) -> S:
    """Return the struct that stands in these bytes, which `decode_each` gave away out of a message of class `kind`."""
    found: S
    found, _ = _decoder(element, version, version in kind.flexible_versions)(data, 0)
    return found


def _whole(message: V, version: int, left: int) -> V:
    if left:
        raise WireError(f"{type(message).__name__} version {version}: {left} bytes too many")
    return message


def _checked(kind: type[Versioned], version: int) -> int:
    if version not in kind.valid_versions:
        raise WireError(f"{kind.__name__} has no version {version}")
    return version


def _encoder(kind: type[Struct], version: int, flexible: bool) -> Callable[[Any, list[Buffer]], None]:
    found = _encoders.get((kind, version, flexible))
    if found is None:
        found = _encoders[kind, version, flexible] = _Source(kind, version, flexible).encoder()
    return found


def _decoder(
    kind: type[Struct], version: int, flexible: bool, given: type[Struct] | None = None
) -> Callable[..., tuple[Any, int]]:
    """given: the class of the structs that are given away; the function then wants a third argument, who takes them."""
    found = _decoders.get((kind, version, flexible, given))
    if found is None:
        found = _decoders[kind, version, flexible, given] = _Source(kind, version, flexible, given).decoder()
    return found


def _holds(kind: type[Struct], element: type[Struct]) -> bool:
    """Whether structs of a class can stand below another."""
    below = [field.element for field in kind.fields if isinstance(field.element, type)]
    return element in below or any(_holds(each, element) for each in below)


class _Source:
    """The source text of one encoder or decoder while it is written."""

    def __init__(self, kind: type[Struct], version: int, flexible: bool, given: type[Struct] | None = None) -> None:
        self.kind = kind
        self.version = version
        self.flexible = flexible
        self.given = given
        self.fields = [field for field in kind.fields if version in field.versions and field.tag is None]
        self.tagged = [field for field in kind.fields if version in field.versions and field.tag is not None]
        self.lines: list[str] = []
        self.names: dict[str, Any] = {
            name: getattr(primitives, name)
            for name in (
                "WireError",
                "check_count",
                "encode_compact_text",
                "encode_text",
                "length_prefix",
                "read_slice",
                "read_text",
                "read_unsigned_varint",
                "skip_tagged_fields",
                "write_unsigned_varint",
            )
        }
        self.names |= {"UnsupportedVersion": UnsupportedVersion, "kind": kind, "new": kind.__new__}

    def _compile(self, head: str) -> Callable[..., Any]:
        source = head + "\n " + "\n ".join(self.lines)
        exec(compile(source, f"<{self.kind.__name__} v{self.version}>", "exec"), self.names)
        function: Callable[..., Any] = self.names["run"]
        return function

    def _struct(self, layout: str) -> str:
        name = "s_" + layout.replace("?", "o")
        self.names[name] = struct.Struct(">" + layout)
        return name

    def _runs(self) -> list[list[Field]]:
        """The fields in order, neighbours of fixed width together."""
        runs: list[list[Field]] = []
        for field in self.fields:
            if runs and field.kind in _FORMATS and runs[-1][0].kind in _FORMATS:
                runs[-1].append(field)
            else:
                runs.append([field])
        return runs

    # --- encoding

    def encoder(self) -> Callable[[Any, list[Buffer]], None]:
        add = self.lines.append
        add("add = out.append")
        self._refuse_absent_fields()
        for run in self._runs():
            if run[0].kind in _FORMATS:
                packed = self._struct("".join(_FORMATS[field.kind] for field in run))
                add(f"add({packed}.pack({', '.join('m.' + field.name for field in run)}))")
            else:
                self._encode(run[0])
        if self.flexible:
            self._encode_tagged()
        return self._compile("def run(m, out):")

    def _refuse_absent_fields(self) -> None:
        """A request must not lose what the caller set; responses leave out what old clients can't read, as Kafka does."""
        if not self.kind.__name__.endswith("Request"):
            return
        for field in self.kind.fields:
            if self.version in field.versions or field.ignorable:
                continue
            if field.kind == "array":
                condition = f"m.{field.name}"
            else:
                self.names[f"default_{field.name}"] = field.default
                condition = f"m.{field.name} != default_{field.name}"
            text = (
                f"{self.kind.__name__} version {self.version} has no {field.name};"
                f" the broker would have to speak version {field.versions.low} or later"
            )
            self.lines.append(f"if {condition}: raise UnsupportedVersion({text!r})")

    def _encode(self, field: Field) -> None:
        value = "m." + field.name
        nullable = self.version in field.nullable
        add = self.lines.append
        if field.kind == "string":
            name = "encode_compact_text" if self.flexible else "encode_text"
            add(f"add({name}({value}, nullable={nullable}))")
            return
        add(f"v = {value}")
        add(f"add(length_prefix(v, compact={self.flexible}, nullable={nullable}))")
        if field.kind in ("bytes", "records"):
            add("if v: add(v)")
            return
        add("if v:")
        if isinstance(field.element, type):
            name = f"e_{field.name}"
            self.names[name] = _encoder(field.element, self.version, self.flexible)
            add(f"  for e in v: {name}(e, out)")
        elif field.element == "string":
            name = "encode_compact_text" if self.flexible else "encode_text"
            add(f"  for e in v: add({name}(e, nullable=False))")
        else:
            self.names["pack"] = struct.pack
            add(f"  add(pack('>%d{_FORMATS[field.element]}' % len(v), *v))")

    def _encode_tagged(self) -> None:
        add = self.lines.append
        if not self.tagged:
            add("add(b'\\0')")
            return
        add("tags = []")
        for field in sorted(self.tagged, key=lambda field: field.tag or 0):
            packed = self._struct(_FORMATS[field.kind])
            add(f"if m.{field.name} != {field.default!r}:")
            add(f"  v = {packed}.pack(m.{field.name})")
            add(f"  tags.append(write_unsigned_varint({field.tag}) + write_unsigned_varint(len(v)) + v)")
        add("add(write_unsigned_varint(len(tags))); out += tags")

    # --- decoding

    def decoder(self) -> Callable[[Buffer, int], tuple[Any, int]]:
        add = self.lines.append
        add("m = new(kind)")
        for run in self._runs():
            if run[0].kind in _FORMATS:
                packed = self._struct("".join(_FORMATS[field.kind] for field in run))
                add(f"{', '.join('m.' + field.name for field in run)}, = {packed}.unpack_from(b, p)")
                add(f"p += {self.names[packed].size}")
            else:
                self._decode(run[0])
        present = set(self.fields)
        for field in self.kind.fields:
            if field not in present:
                self.names[f"default_{field.name}"] = field.fresh_default
                add(f"m.{field.name} = default_{field.name}()")
        if self.flexible:
            self._decode_tagged()
        add("return m, p")
        return self._compile("def run(b, p):" if self.given is None else "def run(b, p, take):")

    def _decode(self, field: Field) -> None:
        target = "m." + field.name
        add = self.lines.append
        width = "h" if field.kind == "string" else "i"
        if self.flexible:
            add("n, p = read_unsigned_varint(b, p); n -= 1")
        else:
            add(f"n, = {self._struct(width)}.unpack_from(b, p); p += {2 if width == 'h' else 4}")
        indent = ""
        if self.version in field.nullable:
            add(f"if n < 0: {target} = None")
            add("else:")
            indent = "  "
        if field.kind == "string":
            add(f"{indent}{target}, p = read_text(b, p, n)")
        elif field.kind == "records":
            add(f"{indent}{target}, p = read_slice(b, p, n)")
        elif field.kind == "bytes":
            add(f"{indent}v, p = read_slice(b, p, n); {target} = bytes(v)")
        else:
            self._decode_elements(field, indent, target)

    def _decode_elements(self, field: Field, indent: str, target: str) -> None:
        add = self.lines.append
        add(f"{indent}check_count(b, p, n)")
        if isinstance(field.element, type):
            name = f"d_{field.name}"
            given = self.given if self.given and _holds(field.element, self.given) else None
            step = f"e, p = {name}(b, p{', take' if given else ''}); a.append(e)"
            if self.given is field.element:
                step = f"s = p; e, p = {name}(b, p); take(m, e, b[s:p])"
            self.names[name] = _decoder(field.element, self.version, self.flexible, given)
            add(f"{indent}{target} = a = []")
            add(f"{indent}for _ in range(n): {step}")
        elif field.element == "string":
            add(f"{indent}{target} = a = []")
            add(f"{indent}for _ in range(n):")
            if self.flexible:
                add(f"{indent}  k, p = read_unsigned_varint(b, p); k -= 1")
            else:
                add(f"{indent}  k, = {self._struct('h')}.unpack_from(b, p); p += 2")
            add(f"{indent}  e, p = read_text(b, p, k); a.append(e)")
        else:
            self.names["unpack_from"] = struct.unpack_from
            layout = _FORMATS[field.element]
            add(
                f"{indent}{target} = list(unpack_from('>%d{layout}' % n, b, p)); p += {struct.calcsize('>' + layout)} * n"
            )

    def _decode_tagged(self) -> None:
        add = self.lines.append
        if not self.tagged:
            add("p = skip_tagged_fields(b, p)")
            return
        add("known = {}")
        for field in self.tagged:
            packed = self._struct(_FORMATS[field.kind])
            add(f"def read_{field.name}(v): m.{field.name}, = {packed}.unpack(v)")
            add(f"known[{field.tag}] = read_{field.name}")
        add("p = skip_tagged_fields(b, p, known)")


def newest_common_version(kind: type[Message], theirs: Versions) -> int | None:
    """The highest version that both sides have, or None."""
    high = min(kind.valid_versions.high, theirs.high)
    return high if high >= max(kind.valid_versions.low, theirs.low) else None
