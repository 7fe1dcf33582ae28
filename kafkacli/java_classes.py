"""Java class names given on a command line, and what stands for each of those classes here.

The rooms of such classes (`formatters`, `readers`) hold tables from class name to (module, function), so that a run loads
only the class that it was asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


class JavaError(Exception):
    """What the original throws; str() is its class and message, as Java prints them."""

    def __init__(self, exception: str, message: str = "") -> None:
        super().__init__(f"{exception}: {message}" if message else exception)


def load_class(table: Mapping[str, tuple[str, str]], class_name: str) -> Any:
    """Import and return what `table` has for a Java class name. Raises JavaError as Java does for an unknown class."""
    try:
        module, attribute = table[class_name]
    except KeyError:
        raise unknown_class(class_name, table) from None
    from importlib import import_module

    return getattr(import_module(module), attribute)


def unknown_class(class_name: str, known: Iterable[str]) -> JavaError:
    """Return the error for a class that isn't one of those `known` here, in one line that lists them."""
    return JavaError(
        "java.lang.ClassNotFoundException", f"{class_name} is none of those known here: {', '.join(known)}"
    )


def is_true(properties: Mapping[str, str], name: str, default: bool = False) -> bool:
    """Whether a property says true, in any case and with blanks around it; `default` when it is absent."""
    return properties[name].strip().lower() == "true" if name in properties else default


def load_java_properties(path: str) -> dict[str, str]:
    """Return the entries of a properties file. Raises JavaError for a file that isn't there."""
    from kafkacli.client.properties import load_properties

    try:
        return load_properties(path)
    except FileNotFoundError:
        raise JavaError("java.nio.file.NoSuchFileException", path) from None
