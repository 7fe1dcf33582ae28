"""Programs that are not ours and may be absent: then a test skips and says so, or fails where nothing may be skipped."""

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYKAFKA = ROOT / ".venv-pykafka" / "bin" / "python"


def need(program: str) -> str:
    """Return the path of a program on PATH; skip when it isn't there (an error with KAFKACLI_REQUIRE_FOREIGN=1)."""
    found = shutil.which(program)
    return found if found else _absent(f"{program} is not installed")


def pykafka_python() -> str:
    """Return the Python of the environment that has PyKafka 2.8.0 (`make test` makes it)."""
    return str(PYKAFKA) if PYKAFKA.exists() else _absent("there is no .venv-pykafka (make test makes it)")


def _absent(reason: str) -> str:
    if os.environ.get("KAFKACLI_REQUIRE_FOREIGN") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def python() -> str:
    """The Python that runs the tests, which has the project and every client library."""
    return sys.executable
