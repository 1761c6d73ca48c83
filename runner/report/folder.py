"""A run's folder: everything appears in it complete, or nothing does."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from runner.model.errors import Problem, RunnerError

Writer = Callable[[Path], None]
STAGING = ".writing"
YOUNG_S = 5  # a staging folder that was touched so lately may be one that its run is about to hold
WHOLE = ".whole"  # in the former, once every file is made and the folder is known to have held none of them


def write(folder: Path, writers: Mapping[str, Writer]) -> None:
    """Let each writer fill its file beside the others, then move all of them into `folder`, in the given order.

    Refuses (RunnerError) a folder that holds one of the files already, one that another run is writing, and whatever the
    disk refuses; what was there before stays as it was.
    """
    new = not folder.exists()
    staging = stage(folder)
    try:
        with held(staging):
            vacant(folder, tuple(writers))
            fill(staging, writers)
            publish(staging, folder, tuple(writers))
    except (OSError, sqlite3.Error) as error:
        raise RunnerError("the run's files could not be written", [Problem(path=str(folder), message=reason(error))]) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if new and not any(folder.iterdir()):
            folder.rmdir()


def usable(folder: Path, names: tuple[str, ...]) -> None:
    """Refuse (RunnerError), before anything is computed, a folder no run may be left in.

    That is the root of the disk, the home folder itself, a file, a folder another run is writing into, and one that holds a run.
    """
    place = folder.expanduser().resolve()
    if place in (Path(place.anchor), Path.home().resolve()):
        message = "a run leaves several files here; name a folder of its own in mode.output, such as outputs/mine"
        raise RunnerError("the run cannot be left in this folder", [Problem(path=str(folder), message=message)])
    if folder.exists() and not folder.is_dir():
        raise RunnerError("the run's files could not be written", [Problem(path=str(folder), message="is not a folder")])
    tidy(folder)
    if (folder / STAGING).exists():
        raise RunnerError("the run's files could not be written", [Problem(path=str(folder), message=taken(folder))])
    vacant(folder, names)


def taken(folder: Path) -> str:
    """What to do about a folder another run is writing into."""
    return f"another run is writing here; if none is, remove {(folder / STAGING).resolve()}"


def vacant(folder: Path, names: tuple[str, ...]) -> None:
    """Refuse a folder that already holds a run."""
    held = [name for name in names if (folder / name).exists()]
    if held:
        message = f"already holds {', '.join(held)}; name another folder in mode.output, or move these away"
        raise RunnerError("the folder already holds a run", [Problem(path=str(folder), message=message)])


def fresh(folder: Path, names: tuple[str, ...]) -> Path:
    """`folder` itself, or the first of `folder-2`, `folder-3`, ... that holds none of `names`."""
    candidate, number = folder, 1
    while any((candidate / name).exists() for name in names):
        number += 1
        candidate = folder.with_name(f"{folder.name}-{number}")
    return candidate


def stage(folder: Path) -> Path:
    """The folder the files are made in; only one run at a time gets it."""
    staging = folder / STAGING
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tidy(folder)
        staging.mkdir()
    except FileExistsError as error:
        message = taken(folder) if staging.exists() else "is not a folder"
        raise RunnerError("the run's files could not be written", [Problem(path=str(folder), message=message)]) from error
    except OSError as error:
        raise RunnerError("the run's files could not be written", [Problem(path=str(folder), message=reason(error))]) from error
    return staging


def fill(staging: Path, writers: Mapping[str, Writer]) -> None:
    """Make every file."""
    for name, writer in writers.items():
        writer(staging / name)


def publish(staging: Path, folder: Path, names: tuple[str, ...]) -> None:
    """Move the finished files into place; if one cannot be moved, none stays. What is killed here can be finished by `finish`."""
    moved: list[Path] = []
    try:
        (staging / WHOLE).touch()
        for name in names:
            (staging / name).rename(folder / name)
            moved.append(folder / name)
    except OSError:
        for path in moved:
            path.unlink()
        raise


@contextmanager
def held(staging: Path) -> Iterator[bool]:
    """Hold a staging folder while inside, as far as the disk knows of that; a process that is killed lets go of it. Whether it is ours."""
    if sys.platform == "win32":
        yield False
        return
    import fcntl

    place = os.open(staging, os.O_RDONLY)
    try:
        ours = True
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # another's, or on a disk that holds no folders
            ours = False
        yield ours
    finally:
        os.close(place)


def tidy(folder: Path) -> None:
    """Put in order what a run that was killed has left, where it is certain that none is writing here."""
    staging = folder / STAGING
    try:
        if time.time() - staging.stat().st_mtime < YOUNG_S:
            return
        with held(staging) as ours:
            if ours:
                finish(folder)
    except OSError:  # none there, or not ours to look at
        return


def finish(folder: Path) -> None:
    """Put in order what a run that was killed has left; only for who knows that none is writing here.

    Files that were all made are moved to where they belong, half-made ones are removed.
    """
    staging = folder / STAGING
    if (staging / WHOLE).exists():
        for path in sorted(staging.iterdir()):
            if path.name != WHOLE:
                path.rename(folder / path.name)
    shutil.rmtree(staging, ignore_errors=True)


def reason(error: Exception) -> str:
    """The disk's own words."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
