r"""JAAS logins, read as Java reads them: `sasl.jaas.config`, and the files that java.security.auth.login.config names.

property = module+                                 Kafka takes exactly one
file     = context*
context  = NAME "{" module+ "}" ";"
module   = CLASS FLAG (NAME "=" VALUE)* ";"        FLAG: required, requisite, sufficient, optional; in any case

Words are letters, digits and _ - $ .; a value in quotes, "…" or '…', has C's escapes and ends with its line; // and / to the
end of a line and /* … */ are comments. A number without quotes is no word, so `password=1234` is refused, as in Java.
Source: java.io.StreamTokenizer, Kafka's `JaasConfig.java` and `JaasContext.java` (2.6.2), the JDK's `ConfigFile.java`.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE_PROPERTY = "java.security.auth.login.config"
"""The system property that names a file of logins."""
_TOKEN = re.compile(
    r"""[\x00-\x20]+ | /\*.*?(?:\*/|\Z) | /[^\r\n]*
    | "(?P<double>(?:\\.|[^"\\\r\n])*)"? | '(?P<single>(?:\\.|[^'\\\r\n])*)'?
    | -?(?:\d+\.?\d*|\.\d+)
    | (?P<word>[A-Za-z_$*\x80-\U0010ffff][A-Za-z_$*\x80-\U0010ffff0-9.\-]*|-(?:[A-Za-z_$*\x80-\U0010ffff][\w.$*\-]*)?)
    | (?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\([0-3][0-7]{0,2}|[4-7][0-7]?|.)", re.DOTALL)
_CONTROLS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_FLAGS = ("REQUIRED", "REQUISITE", "SUFFICIENT", "OPTIONAL")


class JaasError(ValueError):
    """A text that is no login, or none where there must be one; the words are Java's but for what may be secret."""

    exception = "java.lang.IllegalArgumentException"


class Login:
    """A login module: the name of its class, and its options."""

    __slots__ = ("module", "options")

    def __init__(self, module: str, options: Mapping[str, str]) -> None:
        self.module = module
        self.options = dict(options)

    def __repr__(self) -> str:
        return f"Login({self.module!r}, options {sorted(self.options)})"


def read_login(text: str) -> Login:
    """Return the login of a `sasl.jaas.config`. Raises JaasError, also when it has several."""
    tokens = _Tokens(text)
    found: list[Login] = []
    while tokens.next():
        found.append(_module(tokens))
    if not found:
        raise JaasError("Login module not specified in JAAS config")
    if len(found) > 1:
        raise JaasError(f"JAAS config property contains {len(found)} login modules, should be 1 module")
    return found[0]


def read_login_file(text: str, context: str, system: Mapping[str, str] | None = None) -> Login | None:
    """Return the first login of a file's context, None when it has no such context.

    system: Java's system properties, for ${NAME} in values. Raises JaasError.
    """
    tokens = _Tokens(text)
    found: Login | None = None
    while tokens.next():
        name = tokens.word
        if name is None or not tokens.next() or tokens.sign != "{":
            raise JaasError(f"expected [{{] after the name of a login context: {name}")
        while tokens.next() and tokens.sign != "}":
            login = _module(tokens)
            if name == context and found is None:
                options = {key: _expanded(value, system or {}) for key, value in login.options.items()}
                found = Login(login.module, options)
        if tokens.sign != "}" or not tokens.next() or tokens.sign != ";":
            raise JaasError(f"expected [;] at the end of the login context {name}")
    return found


def client_login(properties: Mapping[str, str]) -> Login:
    """Return the login of a Kafka client: its sasl.jaas.config, or KafkaClient in the file that KAFKA_OPTS names.

    Raises JaasError, and OSError for the file.
    """
    if (text := properties.get("sasl.jaas.config")) is not None:
        return read_login(text)
    from kafkacli.client.system_properties import system_properties

    system = system_properties()
    path = system.get(FILE_PROPERTY)
    login = None if path is None else load_login(path, "KafkaClient", system)
    if login is None:
        raise JaasError(
            f"Could not find a 'KafkaClient' entry in the JAAS configuration. System property '{FILE_PROPERTY}' is "
            + ("not set" if path is None else path)
        )
    return login


def load_login(path: str, context: str, system: Mapping[str, str]) -> Login | None:
    """As `read_login_file`, for a path. Raises JaasError and OSError."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return read_login_file(file.read(), context, system)


class _Tokens:
    """The tokens of a text. After `next`: `word` for words and quoted texts, `sign` for a character by itself."""

    def __init__(self, text: str) -> None:
        self._left: Iterator[re.Match[str]] = _TOKEN.finditer(text)
        self.word: str | None = None
        self.sign: str | None = None

    def next(self) -> bool:
        """Go to the next token; False at the end."""
        self.word = self.sign = None
        for match in self._left:
            if match.lastgroup is None and not match[0].lstrip("-")[:1].isdigit() and match[0][:1] not in "-.\"'":
                continue  # blanks and comments
            if match.lastgroup == "sign":
                self.sign = match[0]
            elif match.lastgroup == "word":
                self.word = match[0]
            elif match.lastgroup is not None:
                self.word = _ESCAPE.sub(_unescaped, match[match.lastgroup])
            return True
        return False


def _unescaped(match: re.Match[str]) -> str:
    what = match[1]
    return chr(int(what, 8)) if what[0] in "01234567" else _CONTROLS.get(what, what)


def _module(tokens: _Tokens) -> Login:
    """Return the module that begins at the current token."""
    name = tokens.word or ""
    if not tokens.next():
        raise JaasError("Login module control flag not specified in JAAS config")
    if tokens.word is None:
        raise JaasError("Login module control flag is not available in the JAAS config")
    if tokens.word.upper() not in _FLAGS:
        raise JaasError(f"Invalid login module control flag in JAAS config: it is one of {', '.join(_FLAGS).lower()}")
    options: dict[str, str] = {}
    while tokens.next() and tokens.sign != ";":
        key = tokens.word
        if key is None or not tokens.next() or tokens.sign != "=" or not tokens.next() or tokens.word is None:
            # Java names the key; what stands there may be the rest of a password that should have been in quotes
            raise JaasError(f"Value not specified for key {len(options) + 1} in JAAS config")
        options[key] = tokens.word
    if tokens.sign != ";":
        raise JaasError("JAAS config entry not terminated by semi-colon")
    return Login(name, options)


def _expanded(value: str, system: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: "/" if match[1] == "/" else system.get(match[1], match[0]), value)
