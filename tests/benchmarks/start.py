"""From nothing to a registered broker, and the memory that takes."""

from tests.benchmarks.clusters import apache_to_registered, ours_to_registered
from tests.benchmarks.measure import Row


def rows() -> list[Row]:
    """Two rows that share their runs: each start gives a time and a size."""
    sizes: tuple[list[float], list[float]] = ([], [])

    def ours() -> float:
        seconds, megabytes = ours_to_registered()
        sizes[0].append(megabytes)
        return seconds

    def apache() -> float:
        seconds, megabytes = apache_to_registered()
        sizes[1].append(megabytes)
        return seconds

    start = Row("start of broker and ZooKeeper to registered", "s", ours, apache, target=5)
    memory = Row("memory after the start", "MB", lambda: sizes[0].pop(0), lambda: sizes[1].pop(0))
    return [start, memory]
