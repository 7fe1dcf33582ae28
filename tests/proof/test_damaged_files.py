"""The real broker still makes of damaged files what is recorded, which `tests/log/test_damaged_files.py` holds ours to."""

import pytest

from tests.data.make_damaged_files import TARGET, answers
from tests.support.apache import Apache


@pytest.mark.apache
@pytest.mark.long("some twenty starts of the real broker take minutes")
@pytest.mark.timeout(1800)
def test_the_real_broker_does_what_is_recorded(apache: Apache) -> None:
    assert answers() == TARGET.read_text(encoding="utf-8").splitlines()
