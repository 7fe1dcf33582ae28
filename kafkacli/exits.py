"""The exit statuses of every command."""

from enum import IntEnum


class Exit(IntEnum):
    """FAILURE is what a Java main ends with after an exception or `Exit.exit(1)`; 128 + signal as shells have it."""

    OK = 0
    FAILURE = 1
    COMMAND_NOT_FOUND = 127
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143
