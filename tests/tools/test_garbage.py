"""The search for garbage, in a process of its own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_there_is_left_alone_and_what_comes_is_looked_at_seldom() -> None:
    code = (
        "import gc; from kafkacli.tools.garbage import collect_seldom\n"
        "collect_seldom()\n"
        "print(gc.get_freeze_count() > 1000, gc.get_threshold(), gc.isenabled())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True (50000, 20, 50) True\n"
