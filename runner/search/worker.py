"""Which process runs a trial, and whether it still does."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True)
class Worker:
    """A process as other processes can tell it apart; `begun` is the system's own mark of when it started, `search` one of its searches."""

    host: str
    pid: int
    begun: str
    search: str

    @classmethod
    def me(cls) -> Worker:
        """A new search of this process."""
        return cls(socket.gethostname(), os.getpid(), begun(os.getpid()), uuid4().hex)

    @classmethod
    def read(cls, text: str) -> Worker | None:
        """A worker from its text; None for none."""
        parts = text.split(" ")
        return cls(parts[0], int(parts[1]), parts[2], parts[3]) if len(parts) == 4 and parts[1].isdigit() else None

    def __str__(self) -> str:
        return f"{self.host} {self.pid} {self.begun} {self.search}"

    def gone(self, seen_by: Worker) -> bool | None:
        """Whether it no longer runs; None where that cannot be seen, from another host."""
        if self.host != seen_by.host:
            return None
        if self.pid == seen_by.pid and self.begun == seen_by.begun:
            return self.search != seen_by.search
        return not alive(self.pid) or begun(self.pid) != self.begun


def alive(pid: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def begun(pid: int) -> str:
    """When the process of that number started, in clock ticks since the machine did; '-' where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "-"
