"""The two checksums of record batches: CRC-32C (magic 2) and CRC-32 (magic 0 and 1), both computed in C."""

from importlib.machinery import PathFinder
from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["crc32", "crc32c"]


def _load() -> "Callable[[bytes | bytearray | memoryview], int]":
    """Return the C function of the `crc32c` distribution without running the package's `__init__`.

    That one reads its version from the installed metadata, which costs more than two bare Python starts.
    """
    package = PathFinder.find_spec("crc32c")
    spec = package and PathFinder.find_spec("crc32c._crc32c", package.submodule_search_locations)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("No module named 'crc32c'", name="crc32c")
    module = spec.loader.create_module(spec)
    assert module is not None
    spec.loader.exec_module(module)
    function: Callable[[bytes | bytearray | memoryview], int] = module.crc32c
    return function


crc32c = _load()
