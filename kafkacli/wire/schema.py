"""How a message is declared: one class for all its versions, each field carrying the versions it is there in.

    class FindCoordinatorRequest(Message, key=ApiKey.FIND_COORDINATOR, versions="0-3", flexible="3+"):
        key: str = string("0+")
        key_type: int = int8("1+", default=0)

Fields are slots; constructors take keywords only and give each absent field its default. `codec.py` walks these tables.
Names, types, versions and defaults are those of Kafka 2.6.2's message definitions (KIP-482's format).
"""

from typing import Any, ClassVar, NamedTuple, dataclass_transform

from kafkacli.wire.api_keys import ApiKey

MAX_VERSION = 0x7FFF


class Versions(NamedTuple):
    """An inclusive range; (1, 0) is none."""

    low: int
    high: int

    def __contains__(self, version: object) -> bool:
        return isinstance(version, int) and self.low <= version <= self.high


NEVER = Versions(1, 0)


def parse_versions(text: str) -> Versions:
    """Read '3', '3+', '0-9' or 'none'."""
    if text == "none":
        return NEVER
    if text.endswith("+"):
        return Versions(int(text[:-1]), MAX_VERSION)
    low, _, high = text.partition("-")
    return Versions(int(low), int(high or low))


class Field:
    """One field: kind ('int32', 'string', 'bytes', 'records', 'array' …), versions and default."""

    __slots__ = ("default", "element", "ignorable", "kind", "name", "nullable", "tag", "versions")

    def __init__(self, kind: str, versions: str, default: Any, nullable: str, ignorable: bool) -> None:
        self.name = ""
        self.kind = kind
        self.versions = parse_versions(versions)
        self.default = default
        self.nullable = parse_versions(nullable)
        self.ignorable = ignorable
        self.element: str | type[Struct] = ""
        self.tag: int | None = None

    def fresh_default(self) -> Any:
        """The value of a field that wasn't given: its own list, never a shared one."""
        if self.kind == "array":
            return None if self.default is None else []
        return self.default


def _primitive(kind: str, zero: Any) -> Any:
    def declare(
        versions: str, *, default: Any = zero, nullable: str = "none", ignorable: bool = False, tag: int | None = None
    ) -> Any:
        field = Field(kind, versions, default, nullable, ignorable)
        field.tag = tag
        return field

    declare.__doc__ = f"Declare a field of kind {kind}; nullable: the versions in which null is allowed."
    return declare


boolean = _primitive("bool", False)
int8 = _primitive("int8", 0)
int16 = _primitive("int16", 0)
int32 = _primitive("int32", 0)
int64 = _primitive("int64", 0)
float64 = _primitive("float64", 0.0)
string = _primitive("string", "")
bytes_ = _primitive("bytes", b"")
records = _primitive("records", None)


def array(
    element: "str | type[Struct]",
    versions: str,
    *,
    default: Any = (),
    nullable: str = "none",
    ignorable: bool = False,
) -> Any:
    """Declare an array of a primitive kind (by name) or of structs (by class)."""
    field = Field("array", versions, default, nullable, ignorable)
    field.element = element
    return field


def _first_init(self: "Struct", **values: Any) -> None:
    """The constructor of every struct until it is used: it makes the class its own, as one would write it by hand."""
    kind = type(self)
    defaults = {f"_{field.name}": field.default for field in kind.fields}
    arguments = ", ".join(f"{field.name}=_{field.name}" for field in kind.fields)
    lines = [f"def __init__(self, *, {arguments}):" if arguments else "def __init__(self):", " pass"]
    for field in kind.fields:
        own_list = field.kind == "array" and field.default is not None  # its own, never a shared one
        given = f"[] if {field.name} is _{field.name} else {field.name}" if own_list else field.name
        lines.append(f" self.{field.name} = {given}")
    exec(compile("\n".join(lines), f"<{kind.__name__}>", "exec"), defaults)
    setattr(kind, "__init__", defaults["__init__"])  # noqa: B010
    self.__init__(**values)  # type: ignore[misc]


@dataclass_transform(kw_only_default=True)
class StructMeta(type):
    """Turns the declared fields into slots and collects them in `fields`."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> "StructMeta":
        fields = [(key, value) for key, value in namespace.items() if isinstance(value, Field)]
        for key, field in fields:
            field.name = key
            del namespace[key]
        namespace["__slots__"] = tuple(key for key, _ in fields)
        namespace["fields"] = tuple(field for _, field in fields)
        namespace["__init__"] = _first_init
        return super().__new__(mcls, name, bases, namespace, **options)

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_options: Any) -> None:
        super().__init__(name, bases, namespace)


class Struct(metaclass=StructMeta):
    """A part of a message: slots for its fields, equality and repr by their values."""

    fields: ClassVar[tuple[Field, ...]] = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            getattr(self, field.name) == getattr(other, field.name) for field in self.fields
        )

    __hash__ = None  # type: ignore[assignment]  # mutable, like a list

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{f.name}={getattr(self, f.name)!r}' for f in self.fields)})"


class Versioned(Struct):
    """A struct that is whole by itself. Class arguments: the versions it is defined for, those with KIP-482's encoding."""

    valid_versions: ClassVar[Versions]
    flexible_versions: ClassVar[Versions]

    def __init_subclass__(cls, *, versions: str, flexible: str = "none") -> None:
        cls.valid_versions = parse_versions(versions)
        cls.flexible_versions = parse_versions(flexible)


class Message(Versioned, versions="none"):
    """A request or response body. Class arguments: its API, and those of Versioned."""

    api_key: ClassVar[ApiKey]

    def __init_subclass__(cls, *, key: ApiKey, versions: str, flexible: str) -> None:
        super().__init_subclass__(versions=versions, flexible=flexible)
        cls.api_key = key
