"""How many files a server may have open: as many as its user may, as for Java's programs (its MaxFDLimit)."""

from __future__ import annotations

_MOST = 1 << 20  # where the user has no limit, or one that the system does not take


def raise_limit() -> None:
    """Raise this process's soft limit of open files to the hard one; it stays where the system refuses that."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST if hard == resource.RLIM_INFINITY else hard
    while soft != resource.RLIM_INFINITY and wanted > soft:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return
        except (ValueError, OSError):
            wanted //= 2
