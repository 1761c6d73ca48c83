"""A file that one process holds at a time."""

from __future__ import annotations

import sys
from typing import TextIO


def locked(file: TextIO) -> bool:
    """Whether the file is ours now, until it is closed or the process ends; always where a system has no such locks."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
