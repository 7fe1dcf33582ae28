"""Contexts: clusters by name, so that their addresses and client properties need not be typed.

They are kept in one JSON file of the user's, readable by nobody else:

    {"current": NAME or null,
     "contexts": {NAME: {"servers": "host:port,...", "zookeeper": "host:port,.../path", "properties_file": PATH,
                         "properties": {KEY: VALUE}, "secrets": {SECRET: SOURCE}}}}

Each field of a context may be absent. `${secret:SECRET}` in a value of `properties` stands for what SOURCE gives when the
context is used: `env:VARIABLE`, `file:PATH`, `command:COMMAND LINE` (what it prints) or `prompt` (the terminal is asked).
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VARIABLE = "KAFKACLI_CONTEXT"  # names the context of a run; set and empty: none
PREFIX = "context:"  # before a context's name where a properties file is expected
_SOURCES = ("env:", "file:", "command:")  # and prompt, which has nothing behind it
_PLACE = r"\$\{secret:([^}]*)\}"
_FIELDS = {"servers": str, "zookeeper": str, "properties_file": str, "properties": dict, "secrets": dict}


class ContextError(ValueError):
    """A context that isn't there, can't be read, or whose secret can't be had; one line for the user."""


class Context:
    """One named cluster. servers, zookeeper, properties_file: None where it has none."""

    __slots__ = ("properties", "properties_file", "secrets", "servers", "zookeeper")

    def __init__(
        self,
        servers: str | None = None,
        zookeeper: str | None = None,
        properties_file: str | None = None,
        properties: dict[str, str] | None = None,
        secrets: dict[str, str] | None = None,
    ) -> None:
        self.servers = servers
        self.zookeeper = zookeeper
        self.properties_file = properties_file
        self.properties = properties or {}
        self.secrets = secrets or {}

    @property
    def has_properties(self) -> bool:
        """Whether it says more than addresses."""
        return bool(self.properties_file or self.properties)


class Contexts:
    """The content of the file. current: the name that counts where none is given."""

    __slots__ = ("by_name", "current")

    def __init__(self, by_name: dict[str, Context] | None = None, current: str | None = None) -> None:
        self.by_name = by_name or {}
        self.current = current

    def get(self, name: str) -> Context:
        """Return a context. Raises ContextError."""
        if name in self.by_name:
            return self.by_name[name]
        known = ", ".join(self.by_name)
        hint = f"there are: {known}" if known else "kafkacli context add makes one"
        raise ContextError(f"no context is called {name}; {hint}")


def path() -> str:
    """Return where the file is: below XDG_CONFIG_HOME, or ~/.config."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.path.join(base, "kafkacli", "contexts.json")


def may_be_active() -> bool:
    """Whether a run may have a context, at the cost of one look at the file system at most."""
    named = os.environ.get(VARIABLE)
    return os.path.exists(path()) if named is None else named != ""


def active_name() -> str | None:
    """Return the name of the context of this run: the environment's, or the current one. Raises ContextError."""
    named = os.environ.get(VARIABLE)
    return load().current if named is None else named or None


def load() -> Contexts:
    """Read the file; one that isn't there holds nothing. Raises ContextError for one that can't be read."""
    import json

    where = path()
    try:
        with open(where, encoding="utf-8") as file:
            content = json.load(file)
    except FileNotFoundError:
        return Contexts()
    except OSError as error:
        raise ContextError(f"{where}: {error.strerror}") from None
    except ValueError as error:
        raise ContextError(f"{where} is not JSON: {error}") from None
    try:
        by_name = {name: Context(**_checked(fields)) for name, fields in content["contexts"].items()}
        current = content.get("current")
    except (AttributeError, KeyError, TypeError):
        raise ContextError(f"{where} does not hold contexts as kafkacli writes them; mend or remove it") from None
    return Contexts(by_name, current if current in by_name else None)


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a context. Raises TypeError for values of another kind."""
    if not all(isinstance(value, _FIELDS.get(name, ())) for name, value in fields.items()):
        raise TypeError
    for name in ("properties", "secrets"):
        if not all(isinstance(value, str) for value in fields.get(name, {}).values()):
            raise TypeError
    return fields


def save(contexts: Contexts) -> None:
    """Write the file, whole or not at all. Raises OSError."""
    import json

    found: dict[str, dict[str, Any]] = {}
    for name, context in contexts.by_name.items():
        values = {field: getattr(context, field) for field in _FIELDS}
        found[name] = {field: value for field, value in values.items() if value}
    text = json.dumps({"current": contexts.current, "contexts": found}, indent=2, ensure_ascii=False) + "\n"
    where = path()
    os.makedirs(os.path.dirname(where), mode=0o700, exist_ok=True)
    beside = f"{where}.{os.getpid()}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(beside, where)
    except BaseException:
        os.unlink(beside)
        raise


def check_name(name: str) -> None:
    """Raise ContextError for a name that can't be typed or shown without trouble."""
    plain = name.translate(str.maketrans("", "", "._-"))
    if not (plain.isascii() and plain.isalnum() and name[0].isalnum()):
        raise ContextError(f"'{name}' can't name a context: letters, digits, '.', '_' and '-', a letter or digit first")


def check_secrets(context: Context) -> None:
    """Raise ContextError for a source that isn't one, and for a place in the properties that no secret fills."""
    for name, source in context.secrets.items():
        if source != "prompt" and not source.startswith(_SOURCES):
            raise ContextError(f"'{source}' gives no secret {name}: env:NAME, file:PATH, command:LINE or prompt does")
    from re import findall

    for key, value in context.properties.items():
        for name in findall(_PLACE, value):
            if name not in context.secrets:
                raise ContextError(f"{key} needs the secret {name}: add --secret {name}=SOURCE")


def properties_of(name: str) -> dict[str, str]:
    """Return the client properties of a context, its addresses among them, with its secrets in place.

    Raises ContextError, OSError.
    """
    from re import findall, sub

    context = load().get(name)
    properties: dict[str, str] = {}
    if context.properties_file is not None:
        from kafkacli.client.properties import load_properties

        properties |= load_properties(os.path.expanduser(context.properties_file))
    secrets: dict[str, str] = {}
    for key, value in context.properties.items():
        for secret in findall(_PLACE, value):
            if secret not in secrets:
                secrets[secret] = _secret(secret, context.secrets.get(secret, ""))
        in_quotes = key.endswith("sasl.jaas.config")
        properties[key] = sub(_PLACE, lambda match: _placed(secrets[match[1]], in_quotes), value)  # noqa: B023 - at once
    if context.servers is not None:
        properties["bootstrap.servers"] = context.servers
    return properties


def _placed(secret: str, in_quotes: bool) -> str:
    return secret.replace("\\", "\\\\").replace('"', '\\"') if in_quotes else secret


def _secret(name: str, source: str) -> str:
    """Return what a source gives, without the line end behind it. Raises ContextError, whose text never holds it."""
    kind, _, rest = source.partition(":")
    if kind == "env":
        if rest not in os.environ:
            raise ContextError(f"the secret {name} is in no environment variable {rest}; set it")
        return os.environ[rest]
    if kind == "file":
        try:
            with open(os.path.expanduser(rest), encoding="utf-8") as file:
                return file.read().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no text"
            raise ContextError(f"the secret {name} can't be read from {rest}: {reason}") from None
    if kind == "command":
        return _printed(name, rest)
    from getpass import getpass

    try:
        with open("/dev/tty", encoding="utf-8"):
            return getpass(f"{name}: ")
    except (OSError, EOFError):
        raise ContextError(f"the secret {name} is asked for on a terminal, and there is none") from None


def _printed(name: str, command: str) -> str:
    import subprocess

    done = subprocess.run(command, shell=True, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise ContextError(f"the secret {name}: its command ended with status {done.returncode}")
    return done.stdout.rstrip("\r\n")
