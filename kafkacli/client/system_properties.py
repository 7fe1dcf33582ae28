"""What KAFKA_OPTS would set in a JVM."""

from __future__ import annotations


def system_properties() -> dict[str, str]:
    """Return Java's system properties as KAFKA_OPTS sets them (-Dname=value)."""
    import os
    import shlex

    words = shlex.split(os.environ.get("KAFKA_OPTS", ""))
    return dict(word[2:].partition("=")[::2] for word in words if word.startswith("-D"))
