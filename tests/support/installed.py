"""Things from package registries that tests need: brought once, kept in the cache folder that `../shared/apache/get` uses."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Do something in the cache folder while no other process does what has this name."""
    _cache().mkdir(parents=True, exist_ok=True)
    with (_cache() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def installed(name: str, inputs: Iterable[Path], install: Callable[[Path], None]) -> Path:
    """Return the folder that `install` fills; it is filled anew only when one of the inputs changed.

    install: gets a folder that is there only when it ends without an exception, which goes through to the caller.
    """
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()[:12]
    folder = _cache() / f"{name}-{digest}"
    with alone(name):
        if not folder.exists():
            unfinished = folder.with_name(f"{folder.name}.new.{os.getpid()}")
            unfinished.mkdir(parents=True)
            try:
                install(unfinished)
                unfinished.replace(folder)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _cache() -> Path:
    cache = os.environ.get("KAFKACLI_APACHE_CACHE")
    if cache is None:
        cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")) + "/kafkacli-apache"
    return Path(cache)
