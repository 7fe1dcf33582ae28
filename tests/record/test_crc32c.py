"""The two checksums."""

import subprocess
import sys

import pytest

from kafkacli.record.crc32c import crc32, crc32c


@pytest.mark.parametrize("buffer_type", [bytes, bytearray, memoryview])
def test_check_values(buffer_type: type) -> None:
    assert crc32c(buffer_type(b"123456789")) == 0xE3069283
    assert crc32(buffer_type(b"123456789")) == 0xCBF43926


def test_the_packages_metadata_is_not_read() -> None:
    code = "import sys, kafkacli.record.crc32c; print('importlib.metadata' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_without_the_package_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    room = sys.modules["kafkacli.record.crc32c"]
    monkeypatch.setattr(room, "PathFinder", type("Nowhere", (), {"find_spec": staticmethod(lambda *_: None)}))
    with pytest.raises(ModuleNotFoundError, match="No module named 'crc32c'"):
        room._load()
