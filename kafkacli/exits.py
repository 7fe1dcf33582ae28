"""The exit statuses of every command."""

from enum import IntEnum


class Exit(IntEnum):
    """FAILURE is what a Java main ends with after an exception or `Exit.exit(1)`; 128 + signal as shells have it.

    FAILURE is also a command line that makes no sense. TIMED_OUT, as of timeout(1), is `kafkacli wait`'s alone.
    """

    OK = 0
    FAILURE = 1
    TIMED_OUT = 124
    COMMAND_NOT_FOUND = 127
    INTERRUPTED = 130
    TERMINATED = 143
