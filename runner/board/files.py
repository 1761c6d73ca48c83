"""Small files that others put in place whole, read again only when they have changed; the end of a long one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

TAIL_BYTES = 64_000


class Shelf:
    """What was read of files, by path. Safe to ask from several threads."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Path, str], tuple[tuple[int, ...], Any]] = {}
        self._lock = threading.Lock()

    def read[T](self, file: Path, kind: str, reader: Callable[[], T]) -> T | None:
        """What `reader` makes of the file as it is now; None where there is none."""
        stamp = stamp_of(file)
        if stamp is None:
            return None
        with self._lock:
            known = self._kept.get((file, kind))
        if known is not None and known[0] == stamp:
            return known[1]  # type: ignore[no-any-return]
        made = reader()
        with self._lock:
            self._kept[file, kind] = (stamp, made)
        return made


def stamp_of(file: Path) -> tuple[int, ...] | None:
    """What differs once a file has changed, its rights too; None where there is none. A place that may not be looked into has one."""
    try:
        found = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return (error.errno or 0,)
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def tail(file: Path, lines: int) -> list[str]:
    """The last lines of a text file, oldest first; none where it cannot be read."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - TAIL_BYTES))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return []
    found = text.splitlines()
    return (found if size <= TAIL_BYTES else found[1:])[-lines:]
