"""The long proofs: tests with the marker `long` run where KAFKACLI_PROOF=1, as `python -m tests.proof` sets it."""

import os

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave a long test out, before its fixtures start anything."""
    mark = item.get_closest_marker("long")
    if mark is not None and os.environ.get("KAFKACLI_PROOF") != "1":
        pytest.skip(f"{mark.args[0]}: `make proof` runs it")
