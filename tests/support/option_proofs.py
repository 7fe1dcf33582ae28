"""A pytest plugin that looks, for each option that a test uses, whether the test fails when that option is ignored.

    pytest -p tests.support.option_proofs -m 'not apache' tests/tools

Each test runs twice as it is, then once more for every option it read that isn't proven yet. What was found is added to
`tests/data/option_proofs.tsv`: script, option, test. `tests/tools/test_option_proofs.py` holds that table complete.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.support import option_spy

TABLE = Path(__file__).resolve().parents[1] / "data" / "option_proofs.tsv"


def read_table() -> dict[tuple[str, str], str]:
    """Return script and option → the test that fails without it."""
    if not TABLE.exists():
        return {}
    rows = (line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines())
    return {(script, option): test for script, option, test in rows}


def write_table(proofs: dict[tuple[str, str], str]) -> None:
    """Write the table, sorted."""
    lines = (f"{script}\t{option}\t{test}\n" for (script, option), test in sorted(proofs.items()))
    TABLE.write_text("".join(lines), encoding="utf-8")


class Prover:
    """Runs tests again, without an option each time."""

    def __init__(self, directory: Path) -> None:
        self.proofs = read_table()
        self._used = directory / "used"
        option_spy.prepare(directory)
        option_spy.install()
        os.environ[option_spy.USED] = str(self._used)
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(directory), os.environ.get("PYTHONPATH"))))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run one test as often as it takes."""
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        self._used.write_text("")
        passed = self._run(item, log=True)
        if passed and (unproven := list(self._unproven())) and self._run(item, log=False):  # it can be repeated
            for script, option in unproven:
                os.environ[option_spy.IGNORED] = f"{script}\t{option}"
                if not self._run(item, log=False):
                    self.proofs[script, option] = item.nodeid.partition("[")[0]
                del os.environ[option_spy.IGNORED]
            self.proofs |= read_table()  # another run may have found some meanwhile
            write_table(self.proofs)
        item.session._setupstate.teardown_exact(nextitem)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _run(self, item: pytest.Item, *, log: bool) -> bool:
        item._initrequest()  # type: ignore[attr-defined] # so that the fixtures are made again
        above: Any = (
            item.parent
        )  # what the next run shares with this one: fixtures of the module, not those of the test
        return not any(report.failed for report in runtestprotocol(item, nextitem=above, log=log))

    def _unproven(self) -> Iterator[tuple[str, str]]:
        rows = {tuple(line.split("\t")) for line in self._used.read_text().splitlines()}
        for script, option in sorted(rows):
            if (script, option) not in self.proofs:
                yield script, option


def pytest_configure(config: pytest.Config) -> None:
    """Begin to look."""
    import tempfile

    config.pluginmanager.register(Prover(Path(tempfile.mkdtemp(prefix="option-proofs-"))))
