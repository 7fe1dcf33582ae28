"""Regular expressions that users write for Java, as Python's; what means something else there is refused, not guessed."""

from __future__ import annotations

import re


def compile_pattern(text: str) -> re.Pattern[str]:
    """Return the expression. Raises re.error for what Python doesn't know or would take for plain characters.

    Source: java.util.regex.Pattern: classes within classes are unions, `&&` in a class is an intersection.
    """
    if "[" not in text:
        return re.compile(text)
    import warnings

    re.purge()  # it warns of an expression only once
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", FutureWarning)
        compiled = re.compile(text)
    for warning in caught:
        said = str(warning.message)
        if "nested set" in said or "set intersection" in said:
            raise re.error(said[0].lower() + said[1:])
    return compiled
