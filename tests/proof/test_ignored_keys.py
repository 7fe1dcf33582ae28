"""Each test that docs/server-properties.md names for a key fails when brokers ignore the key."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kafkacli.broker.config_effects import EFFECTS, Kind
from tests.support.ignored_key import VARIABLE

TESTS = Path(__file__).parents[1]


@pytest.mark.long("each test is started anew")
@pytest.mark.parametrize("key", [key for key, effect in EFFECTS.items() if effect.kind is Kind.ACTS])
def test_its_test_fails_without_it(key: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.support.ignored_key"]
    done = subprocess.run(
        [*command, f"{TESTS}/{EFFECTS[key].text}"],
        cwd=TESTS.parent,
        env={**os.environ, VARIABLE: key},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert not re.search(r"^ERROR tests/", done.stdout, re.MULTILINE), done.stdout  # it began
