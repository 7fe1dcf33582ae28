"""Write docs/walk-through.md again from a real run: `python -m tests.readme` (or `make readme`)."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- walk-through -->\n", "<!-- end of the walk-through -->\n"


def main() -> int:
    """Walk through the tutorial, put what it printed between the marks."""
    sys.path.insert(0, str(ROOT))
    from tests.support.foreign import PYKAFKA

    with tempfile.TemporaryDirectory() as name:
        directory = str(Path(name) / "kafka")
        command = [sys.executable, "-m", "kafkacli", "quickstart", "--directory", directory, "--pykafka", str(PYKAFKA)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return done.returncode
    text = done.stdout.replace(directory, "/tmp/kafka").replace(str(PYKAFKA), "python")
    steps = re.split(r"^## (.*)\n\n", text.strip(), flags=re.MULTILINE)[1:]
    steps[-1] = steps[-1].replace("\n\nEvery step showed what it should.", "")
    shown = "".join(
        f"## {title}\n\n```console\n{body.rstrip()}\n```\n\n"
        for title, body in zip(steps[::2], steps[1::2], strict=True)
    )
    page = ROOT / "docs" / "walk-through.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{shown}{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
