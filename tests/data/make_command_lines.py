"""Make tests/data/command_lines.tsv.gz again, with Kafka 2.6.2's jopt-simple: `python -m tests.data.make_command_lines`."""

import gzip
import random
import subprocess
from pathlib import Path

from tests.support.apache import SHARED, VERSION

HERE = Path(__file__).parent
WORDS = [
    *("--help", "--list", "--topic", "--partition", "-p", "--timeout", "--state", "--level", "--members", "--needed"),
    *(
        "-x",
        "-y",
        "-n",
        "-xy",
        "-xyn",
        "-xnvalue",
        "-nx",
        "-xq",
        "-qx",
        "-list",
        "-topic",
        "-p3",
        "-px",
        "-partition=7",
    ),
    *("--topic=a", "--topic=", "--topic=a=b", "-topic=a", "--list=yes", "--state=Stable", "--state=", "--level=3"),
    *(
        "--level=",
        "--to",
        "--ti",
        "--t",
        "--lis",
        "--l",
        "--s",
        "--n",
        "--tipic",
        "--",
        "-",
        "---",
        "--=",
        "--=x",
        "-=",
    ),
    *("word", "a b", "", "7", "-7", "+7", "3000000000", "-3000000000", "1.5", "x=y", "--timeout=1", "--timeout=many"),
    *("--partition=+4", "--partition=--4", "-n=v", "-x=v", "-xn=v", "--x", "--p", "--p=1", "--n=2", "-h", "-li", "--X"),
]
COUNT = 6000


def command_lines() -> list[str]:
    """Every word alone and in front of each of a few others, then random lines; the same every time."""
    chosen = random.Random(5)
    lines = [f"{variant}\t{word}" for variant in ("-", "a", "r") for word in WORDS]
    lines += [f"-\t{word}\t{after}" for word in WORDS for after in ("word", "-7", "--list", "-x", "--", "")]
    while len(lines) < COUNT:
        words = chosen.choices(WORDS, k=chosen.randint(2, 5))
        lines.append("\t".join([chosen.choice(("-", "-", "a", "r", "ar")), *words]))
    return list(dict.fromkeys(lines))


def main() -> None:
    """Run the Java program on Kafka's jars and store what it prints."""
    get = subprocess.run([str(SHARED / "apache" / "get"), VERSION], check=True, capture_output=True, text=True)
    command = ["java", "-cp", f"{get.stdout.strip()}/libs/*", str(HERE / "java" / "CommandLines.java")]
    lines = "".join(f"{line}\n" for line in command_lines())
    outcomes = subprocess.run(command, check=True, input=lines.encode(), stdout=subprocess.PIPE).stdout
    (HERE / "command_lines.tsv.gz").write_bytes(gzip.compress(outcomes, 9, mtime=0))


if __name__ == "__main__":
    main()
