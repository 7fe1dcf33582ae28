"""The servers' log on stdout, also where nobody takes it; in processes of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = (
    "import logging; from kafkacli import console; from kafkacli.tools.server_log import log_to_stdout\n"
    "console.prepare(); log_to_stdout(); log = logging.getLogger('a.B')\n"
    "log.debug('no'); log.info('one %d', 1); log.warning('two'); log.critical('three')\n"
)


def run(code: str, stdout: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE, text=True, check=True
    )


def test_lines_look_as_log4j_writes_them() -> None:
    done = run(CODE, subprocess.PIPE)
    plain = re.sub(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] ", "", done.stdout, flags=re.MULTILINE)
    assert plain == "INFO one 1 (a.B)\nWARN two (a.B)\nFATAL three (a.B)\n"


@pytest.mark.parametrize("taker", ["a reader that is gone", "a full disk"])
def test_lines_that_nobody_takes_are_lost_quietly(taker: str) -> None:
    if taker == "a full disk":
        if not os.path.exists("/dev/full"):
            pytest.skip("this system has no /dev/full")
        stdout = os.open("/dev/full", os.O_WRONLY)
    else:
        read_end, stdout = os.pipe()
        os.close(read_end)
    try:
        done = run(CODE + "import os, sys; sys.stderr.write('done'); sys.stderr.flush(); os._exit(0)", stdout)
    finally:
        os.close(stdout)
    assert done.stderr == "done"
