"""JAAS login configurations, as `java.security.auth.login.config` names them.

file    = context*
context = NAME "{" module* "}" ";"
module  = CLASS FLAG (NAME "=" VALUE)* ";"        VALUE in quotes or without blanks
        // and # to the end of a line, /* ... */
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|#[^\n]*|/\*.*?\*/', re.DOTALL)
_CONTEXT = re.compile(r'([\w.\-$]+)\s*\{((?:"(?:[^"\\]|\\.)*"|[^"}])*)\}\s*;', re.DOTALL)
_OPTION = re.compile(r'([\w.\-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')


def read_login(text: str, context: str) -> dict[str, str] | None:
    """Return the options of a context's first login module, with its class as `module`; None without that context."""
    plain = _COMMENT.sub(lambda match: match[1] or " ", text)
    for name, body in _CONTEXT.findall(plain):
        words = body.split(None, 1)
        if name == context and words:
            module = re.match(r'(?:"(?:[^"\\]|\\.)*"|[^";])*', body.strip())
            assert module is not None  # it matches any text
            options = {key: bare or re.sub(r"\\(.)", r"\1", quoted) for key, quoted, bare in _OPTION.findall(module[0])}
            return {**options, "module": words[0]}
    return None
