"""Run the tests that failed in the last run once more, one by one: what failed in a crowd and holds alone was a race.

    python -m tests.support.again

It says which they are, as a race is a mistake too, of the test or of the product. More than a few are no races: then nothing
is run.
"""

import json
import subprocess
import sys
from pathlib import Path

FEW = 3
_NOTES = Path(".pytest_cache/v/cache/lastfailed")


def main() -> int:
    """Return 0 when each holds; 1 when one fails again, when they are too many, and when no test failed at all."""
    failed = list(json.loads(_NOTES.read_text())) if _NOTES.exists() else []
    if not 0 < len(failed) <= FEW:
        print(f"{len(failed)} tests failed: {FEW} at most are run again", file=sys.stderr)
        return 1
    print("once more, by themselves:", *failed, sep="\n  ", flush=True)
    return min(1, subprocess.run([sys.executable, "-m", "pytest", "-rs", *failed], check=False).returncode)


if __name__ == "__main__":
    sys.exit(main())
