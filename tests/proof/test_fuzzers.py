"""Every fuzzer of tests/fuzz finds nothing: for a moment here, for KAFKACLI_FUZZ_SECONDS in the long proofs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = os.environ.get("KAFKACLI_FUZZ_SECONDS", "1")
ROOT = Path(__file__).resolve().parents[2]
FUZZERS = sorted(path.stem for path in (ROOT / "tests" / "fuzz").glob("fuzz_*.py"))


@pytest.mark.parametrize("fuzzer", FUZZERS)
def test_finds_nothing(fuzzer: str) -> None:
    command = [sys.executable, "-m", f"tests.fuzz.{fuzzer}", SECONDS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
