"""The command line as tests use it: `runner …` inside this process, with a home, a folder and what it printed."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.cli import main


@dataclass(frozen=True)
class Ran:
    """Exit status and what stood on the terminal."""

    status: int
    out: str
    err: str


def command(*words: str, home: Path, environment: Mapping[str, str] | None = None) -> Ran:
    """Run `runner words…` in `home`, which is also the working directory."""
    out, err = io.StringIO(), io.StringIO()
    with _standing_in(home, environment or {}), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(list(words))
        except SystemExit as left:
            return Ran(int(left.code or 0), out.getvalue(), err.getvalue())
    raise AssertionError("main always exits")


def written(home: Path, files: Mapping[str, str]) -> Path:
    """A home with these files in it."""
    for name, text in files.items():
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return home


@contextlib.contextmanager
def _standing_in(home: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Work in `home` with these variables set; everything is put back."""
    before, folder = dict(os.environ), Path.cwd()
    home.mkdir(parents=True, exist_ok=True)
    os.environ.pop("RUNNER_HOME", None)
    os.environ.update(environment)
    os.chdir(home)
    try:
        yield
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(before)
