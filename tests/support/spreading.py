"""How the tests are spread over processes (`make test`): what shares a server stays together, what takes long begins first."""

import pytest

ONE_CLUSTER = ("tests/secured/",)
"""Folders whose files share a server that takes long to start."""
APART = ("tests/golden/test_transcripts.py",)
"""Files whose tests share nothing and take long."""
LONGEST_FIRST = (
    "tests/golden/test_transcripts.py",
    "tests/secured/",
    "tests/differential/",
    "tests/clients/",
    "tests/acceptance/",
    "tests/durability/",
    "tests/output/test_changes.py",
)


def group_of(node_id: str) -> str:
    """Name the tests that run in one process, one after the other: those of a file, if nothing above says otherwise."""
    path = node_id.partition("::")[0]
    if path in APART:
        return node_id
    return next((folder for folder in ONE_CLUSTER if path.startswith(folder)), path)


def rank(node_id: str) -> int:
    """Say when a test's group begins: one by one as LONGEST_FIRST names them, then all others in any order."""
    places = (place for place, start in enumerate(LONGEST_FIRST) if node_id.startswith(start))
    return next(places, len(LONGEST_FIRST))


def is_spread(config: pytest.Config) -> bool:
    """Whether this process is one of those that tests are spread over by groups."""
    return bool(config.getoption("loadgroup", False))
