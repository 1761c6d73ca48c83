"""How a run that cannot go on ends: one block or one line on the terminal, an exit status, never a traceback."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, TextIO, cast

from runner.model.errors import OccupiedError, Problem, RunnerError
from runner.usage import block, complain

REFUSED = 2
BUSY = 7  # another process is at it: nothing was done
BROKEN = 1
INTERRUPTED = 130


class _UnwritableError(Exception):
    """What the system says when stdout takes nothing more; no OSError, for those are of files."""


class _Output:
    """stdout, with its own error for what cannot be written to it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """The number of characters written."""
        with _told():
            return self.stream.write(text)

    def flush(self) -> None:
        """Let go of what was written."""
        with _told():
            self.stream.flush()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _UnwritableError(error.strerror or str(error)) from error


def status(work: Callable[[], int]) -> int:
    """What `work` returns, or the exit status of what it raised after saying so on stderr."""
    with _listening() as heard, redirect_stdout(cast("TextIO", _Output(sys.stdout))):
        try:
            return _said(work()) if _grounded() else REFUSED
        except KeyboardInterrupt:
            return _interrupted()
        except BrokenPipeError:
            _mute()  # the reader has gone
            return 0
        except _UnwritableError as error:
            complain(f"the output cannot be written: {error}")
            _mute()
            return BROKEN
        except Exception as error:  # noqa: BLE001 - the last resort
            return _interrupted() if heard else _failed(error)


def _said(value: int) -> int:
    """The value, once what was printed has left this process."""
    sys.stdout.flush()
    return value


def _mute() -> None:
    """Let what is still to be printed go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _interrupted() -> int:
    complain("interrupted")
    return INTERRUPTED


def _failed(error: Exception) -> int:
    """What went wrong on stderr; the exit status."""
    value, said = explained(error)
    complain(said)
    return value


def explained(error: Exception) -> tuple[int, str]:
    """The exit status of what was raised, and what to say: a problem as a block; a fault as one line, with the rest in a file."""
    if isinstance(error, RunnerError):
        return BUSY if isinstance(error, OccupiedError) else REFUSED, block(error)
    if isinstance(error, NotImplementedError):
        return REFUSED, f"a block is not finished\n  {_unfinished(error)}"
    place = _block_at_fault(error)
    if place:
        return REFUSED, f"a block failed\n  {place}  {type(error).__name__}: {_one_line(error)}; details in {_details()}"
    return BROKEN, f"internal error: {type(error).__name__}: {_one_line(error)}; details in {_details()}"


@contextmanager
def making_folders(folder: str) -> Iterator[None]:
    """What the disk says when a job's folder cannot be made, as a problem; what a job itself raises does not pass here."""
    try:
        yield
    except OSError as error:
        problem = Problem(path=folder, message=error.strerror or str(error))
        raise RunnerError("the run's folder could not be made; name another one in mode.output", [problem]) from error


@contextmanager
def _listening() -> Iterator[list[int]]:
    """Notes every Ctrl-C: libraries turn the exception into errors of their own while they handle one.

    Inside a callback that Python calls for itself nothing can be raised; a Ctrl-C that lands there is sent once more.
    """
    heard: list[int] = []
    again: list[threading.Timer] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        raise KeyboardInterrupt

    def unraisable(lost: sys.UnraisableHookArgs) -> None:
        if lost.exc_type is not KeyboardInterrupt:
            hook(lost)
            return
        again.append(threading.Timer(0.01, signal.raise_signal, (signal.SIGINT,)))
        again[-1].daemon = True
        again[-1].start()

    if threading.current_thread() is not threading.main_thread():
        yield heard
        return
    before, hook = signal.signal(signal.SIGINT, hear), sys.unraisablehook
    sys.unraisablehook = unraisable
    try:
        yield heard
    finally:
        for timer in again:
            timer.cancel()
        sys.unraisablehook = hook
        signal.signal(signal.SIGINT, before)


def _grounded() -> bool:
    """Is there a folder to stand in? Says so when it was removed meanwhile."""
    try:
        Path.cwd()
    except OSError:
        complain("the folder you are in no longer exists; change to another one")
        return False
    return True


def _unfinished(error: NotImplementedError) -> str:
    """Which block lacks which method of its room: the frame that raised is that method of the room's own class."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or "self" not in trace.tb_frame.f_locals:
        return _one_line(error)
    block = type(trace.tb_frame.f_locals["self"])
    room = getattr(block, "room", "")
    return f"{block.__module__}.{block.__name__}  has no {trace.tb_frame.f_code.co_name}(), which a block of the room '{room}' needs"


def _block_at_fault(error: Exception) -> str:
    """The line of a user's own block that the exception came from ('…/blocks/filter/mine.py:21'); empty when it was ours."""
    ours = Path(__file__).resolve().parent.parent
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [f for f in frames if "blocks" in Path(f.filename).parts and not Path(f.filename).resolve().is_relative_to(ours)]
    return f"{theirs[-1].filename}:{theirs[-1].lineno}" if theirs else ""


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]


def _details() -> Path:
    """A new file with the traceback of the exception at hand: under outputs/errors, or the system's place for such files."""
    name = f"{datetime.now(UTC):%Y-%m-%d_%H-%M-%S}_{os.getpid()}.txt"
    for folder in (Path("outputs", "errors").absolute(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"{' '.join(sys.argv)}\n\n{traceback.format_exc()}", encoding="utf-8")
        except OSError:
            continue
        return folder / name
    return Path(os.devnull)
