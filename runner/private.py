"""Files and folders that nobody but their owner may read, whatever the umask: what accounts do, and with how much, is nobody else's."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TextIO

FOLDER, FILE = 0o700, 0o600


def made(folder: Path) -> Path:
    """The folder, made where it is not there, with those above it that are not. One that is there stays as it is. OSError."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=FOLDER, exist_ok=True)
    folder.mkdir(exist_ok=True)  # says so where something else has its name
    return folder


def opener(file: str, flags: int) -> int:
    """For `open(…, opener=opener)`: a file that is made by it is private."""
    return os.open(file, flags, FILE)


def held(file: Path) -> TextIO:
    """The file opened to be added to and read, private where it is made: for who holds a lock on it. OSError."""
    return open(file, "a+", encoding="utf-8", opener=opener)


def begun(file: Path) -> None:
    """An empty private file where none is, for a library that opens files by name. OSError.

    One that is there is not opened: closing it would take away every lock this process holds on it through a database's own connections,
    and whoever closes that database next would drop its log under their feet.
    """
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE))


def shared(place: Path) -> bool:
    """Whether others of this machine may look into a file or folder.

    A group counts as others, but where its folder hands it on (setgid): so volumes are given to a group on purpose, as fsGroup does.
    """
    if os.name != "posix":
        return False
    folder = place if place.is_dir() else place.parent
    given = folder.stat().st_mode & stat.S_ISGID
    return bool(place.stat().st_mode & (0o007 if given else 0o077))
