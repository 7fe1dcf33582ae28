"""Make tests/data/java_tool_lines.tsv.gz again, with Kafka 2.6.2's argparse4j: `python -m tests.data.make_java_tool_lines`."""

import gzip
import random
import subprocess
from pathlib import Path

from tests.support.apache import SHARED, VERSION

HERE = Path(__file__).parent
WHOLE = ("--topic", "a", "--time", "5", "--size", "7")
WORDS = [
    *("--topic", "--time", "--size", "--file", "--props", "--props.file", "--acks", "--verbose", "--help", "-h", "--"),
    *("--topic=a", "--topic=", "--topic=a=b", "--time=9", "--time=x", "--size=3000000000", "--acks=1", "--acks=5"),
    *("--acks=+1", "--verbose=yes", "--verb", "--t", "--to", "--tim=4", "--p", "--props=a=b", "--prop", "--=", "--=x"),
    *("-", "---", "-=x", "-hx", "-xh", "-h=1", "-v", "-topic", "--nope", "--nope=1", "--topics", "word", "a b", ""),
    *("7", "-7", "+7", "-7.5", "1.5", "x=y", "3000000000", "-1", "0", "2", "9223372036854775808", "-x", "--hel", "+"),
]
COUNT = 4000


def command_lines() -> list[str]:
    """Every word before, within and after a whole command line, then random lines; the same every time."""
    chosen = random.Random(7)
    lines = ["\t".join(words) for word in WORDS for words in ((word,), (word, *WHOLE), (*WHOLE, word))]
    lines += ["\t".join((*WHOLE, word, after)) for word in WORDS for after in WORDS]
    while len(lines) < COUNT:
        words = chosen.choices(WORDS, k=chosen.randint(1, 5))
        place = chosen.randint(0, len(words))
        lines.append("\t".join(words[:place] + list(chosen.choice((WHOLE, WHOLE[2:], WHOLE[:4], ()))) + words[place:]))
    return list(dict.fromkeys(line for line in lines if line))


def main() -> None:
    """Run the Java program on Kafka's jars and store what it prints."""
    get = subprocess.run([str(SHARED / "apache" / "get"), VERSION], check=True, capture_output=True, text=True)
    command = ["java", "-cp", f"{get.stdout.strip()}/libs/*", str(HERE / "java" / "JavaToolLines.java")]
    lines = "".join(f"{line}\n" for line in command_lines())
    outcomes = subprocess.run(command, check=True, input=lines.encode(), stdout=subprocess.PIPE).stdout
    (HERE / "java_tool_lines.tsv.gz").write_bytes(gzip.compress(outcomes, 9, mtime=0))


if __name__ == "__main__":
    main()
