"""A user's own Python file: where it may lie, and one function of it. Read once when asked for; nothing is left beside it.

Whatever is wrong with it is one line that names file, line and what was expected.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from runner.model.errors import BlockError, Problem
from runner.words import nearest

FOLDERS = "RUNNER_TRUST_FOLDERS"  # folders apart by the system's separator; `trust_folders` of the user's settings are added to it


def home() -> Path:
    """The user's folder: $RUNNER_HOME, else the working directory; absolute."""
    return Path(os.environ.get("RUNNER_HOME") or Path.cwd()).expanduser().resolve()


def trusted_file(name: str) -> Path:
    """The file of that name, relative to the user's folder. ValueError where it lies in no trusted folder or is not there."""
    file = (home() / Path(name).expanduser()).resolve()
    listed = [(home() / Path(folder).expanduser()).resolve() for folder in os.environ.get(FOLDERS, "").split(os.pathsep) if folder]
    roots = list(dict.fromkeys([home(), *listed]))
    if not any(file.is_relative_to(root) for root in roots):
        raise ValueError(f"expected a file under {' or '.join(map(str, roots))}, was {str(file)!r}; refused, it would be run")
    if not file.is_file():
        raise ValueError(f"expected a Python file, {str(file)!r} is not there")
    return file


@dataclass(frozen=True)
class UserFunction:
    """One function of a user's file. `line`: where it begins; `text`: the file as it was read, by which another process makes it again."""

    file: Path
    name: str
    text: str
    line: int
    call: Callable[..., Any]

    def __reduce__(self) -> tuple[Callable[..., UserFunction], tuple[Path, str, str]]:
        return made, (self.file, self.name, self.text)

    def fault(self, message: str, line: int | None = None) -> BlockError:
        """What is wrong with the function, as an error to be raised."""
        return BlockError("a user's file does not keep its word", [Problem(path=f"{self.file.name}:{line or self.line}", message=message)])

    def __call__(self, *given: object) -> Any:
        """Its answer. Whatever it raises is a BlockError that names the line of the file."""
        try:
            return self.call(*given)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a user's file raises
            raise self.fault(f"{self.name} raised {_said(error)}", _line(error, self.file)) from None


def user_function(file: Path, name: str) -> UserFunction:
    """The function of that name. ValueError, with the line, where the file cannot be read or run, or has none."""
    try:
        return made(file, name, file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name} cannot be read: {_said(error)}") from None


def made(file: Path, name: str, text: str) -> UserFunction:
    """The function of that name in a file of this text."""
    module = ModuleType(f"user_file_{file.stem}")
    module.__file__ = str(file)
    try:
        code: CodeType = compile(text, str(file), "exec")
        exec(code, module.__dict__)  # noqa: S102 - the user's own file, from a folder the user trusts
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a user's file raises while it is run
        raise ValueError(f"{file.name}:{_line(error, file) or 1} cannot be read: {_said(error)}") from None
    found = module.__dict__.get(name)
    if not callable(found):
        known = [key for key, value in module.__dict__.items() if callable(value) and not key.startswith("_")]
        missing = f"{file.name} has no function {name!r}{nearest(name, known, also='it has')}"
        raise ValueError(missing)  # noqa: TRY004 - pydantic turns it into a problem with its path
    begins = getattr(getattr(found, "__code__", None), "co_firstlineno", 1)
    return UserFunction(file=file, name=name, text=text, line=begins, call=found)


def _line(error: BaseException, file: Path) -> int | None:
    """The last line of the file that had a part in an error."""
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return lines[-1] if lines else None


def _said(error: BaseException) -> str:
    """The error's name and words on one line."""
    words = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return f"{type(error).__name__}: {words[:160]}" if words else type(error).__name__
