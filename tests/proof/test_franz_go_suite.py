"""franz-go's own tests of kgo against our server: groups, transactions, and all that needs a broker."""

import os
import re
import subprocess

import pytest

from tests.support.foreign import CLIENTS, need
from tests.support.server import Server

RECORDS = 100_000


@pytest.mark.foreign
@pytest.mark.long("franz-go's own suite takes minutes")
@pytest.mark.timeout(1800)
def test_franz_gos_own_suite_passes(server: Server) -> None:
    command = [need("go"), "test", "-v", "-count=1", "-timeout", "25m", "github.com/twmb/franz-go/pkg/kgo"]
    environment = {
        **os.environ,
        "KGO_SEEDS": server.bootstrap,
        "KGO_TEST_RF": "1",
        "KGO_TEST_RECORDS": str(RECORDS),
        "KGO_TEST_MAX_TOPIC_PARTS": "7",
        "KGO_LOG_LEVEL": "none",
    }
    done = subprocess.run(
        command, cwd=CLIENTS / "franz_go", env=environment, capture_output=True, text=True, check=False
    )
    print("\n".join(re.findall(r"^\s*--- .*$", done.stdout, re.MULTILINE)))
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    for wanted in ("TestGroupETL/cooperative-sticky/static", "TestTxnEtl/range", "TestGroupSimple/classic"):
        assert re.search(rf"--- PASS: {wanted} ", done.stdout), wanted
