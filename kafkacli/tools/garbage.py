"""How often a server looks for garbage in cycles."""

from __future__ import annotations

_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def collect_seldom() -> None:
    """Let Python look seldom, and never at what is there now: a server's many requests and replies form no cycles."""
    import gc

    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 50)
