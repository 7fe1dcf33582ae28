"""The Connect scripts: the original's usage without arguments, one line with them."""

import pytest

from tests.support.tools import Tools


@pytest.mark.parametrize(
    ("script", "file"),
    [
        ("connect-distributed.sh", "connect-distributed.properties"),
        ("connect-standalone.sh", "connect-standalone.properties"),
        ("connect-mirror-maker.sh", "mm2.properties"),
    ],
)
def test_usage_and_the_way_to_apache_kafka(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, script: str, file: str
) -> None:
    monkeypatch.setattr("sys.argv", [f"/somewhere/bin/{script}"])
    assert tools.run(script) == (1, f"USAGE: {script} [-daemon] {file}\n", "")
    status, out, err = tools.run(script, file)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert f"bin/{script} of Apache Kafka" in err
