"""Who trades which symbols of an account now: a second bot is told who was there before it."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, select

from runner.journal.live_schema import LEASE

EVERYTHING = "*"  # the lease of a whole account


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds the lease of a symbol, and until when."""

    symbol: str
    owner: str
    host: str
    pid: int
    started: str
    until_ms: int

    def line(self) -> str:
        """The holder as people look for it."""
        what = "the account" if self.symbol == EVERYTHING else self.symbol
        return f"{what} is traded by {self.owner} (process {self.pid} on {self.host})"

    def alive(self, now_ms: int) -> bool:
        """Whether it may still send orders: on this host its process answers that, elsewhere the clock alone."""
        here = self.host == socket.gethostname()
        return self.until_ms > now_ms and (not here or started(self.pid) == self.started)


def held(connection: Connection, owner: str, symbols: Sequence[str], now_ms: int) -> Holder | None:
    """Another living holder of one of the symbols; None when they are free or ours."""
    for holder in holders(connection):
        mine = holder.owner == owner and holder.pid == os.getpid() and holder.host == socket.gethostname()
        if not mine and overlap(holder.symbol, symbols) and holder.alive(now_ms):
            return holder
    return None


def take(connection: Connection, owner: str, symbols: Sequence[str], until_ms: int) -> None:
    """Write down that the symbols are ours until then; what a dead one held goes."""
    gone = [holder.symbol for holder in holders(connection) if overlap(holder.symbol, symbols)]
    connection.execute(delete(LEASE).where(LEASE.c.symbol.in_(gone)))
    mine = {"owner": owner, "host": socket.gethostname(), "pid": os.getpid(), "started": started(os.getpid()), "until_ms": until_ms}
    connection.execute(LEASE.insert(), [mine | {"symbol": symbol} for symbol in symbols])


def drop(connection: Connection, owner: str) -> None:
    """Give back what this process holds under that name."""
    mine = (LEASE.c.owner == owner) & (LEASE.c.pid == os.getpid()) & (LEASE.c.host == socket.gethostname())
    connection.execute(delete(LEASE).where(mine))


def holders(connection: Connection) -> list[Holder]:
    """Every lease that was not given back."""
    return [Holder(**row) for row in connection.execute(select(LEASE).order_by(LEASE.c.symbol)).mappings()]


def overlap(symbol: str, symbols: Sequence[str]) -> bool:
    """Whether both touch one market."""
    return symbol in symbols or symbol == EVERYTHING or EVERYTHING in symbols


def started(pid: int) -> str:
    """When a process of this host began, in the kernel's own count; "" when there is none, "?" where the kernel does not tell."""
    if not alive(pid):
        return ""
    try:
        line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "?"
    fields = line.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def alive(pid: int) -> bool:
    """Whether there is a process of that number on this host."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OSError):
        return True
    return True
