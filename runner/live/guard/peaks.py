"""The guard's own record of an account: an append-only file of checksummed lines, enough to know peaks and day starts again.

A line is written for the first look of a day, for a balance that has changed, for money that came or went and for a higher equity.
Equity that rises above the day's highest is not written for each cent: the line says "rising", and is read back one step higher.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import private
from runner.model.errors import Problem, RunnerError

SUM = 8  # hexadecimal digits in front of each line


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: when, what kind ("mark", "moved", "told", "did"), and what it says."""

    at_ms: int
    kind: str
    facts: Mapping[str, Any]


class SpoiltError(RunnerError):
    """The file cannot be trusted: a line in it is not as it was written, or it cannot be read."""


def append(file: Path, entry: Entry) -> None:
    """Add a line and see it to the disk. RunnerError when it cannot be written."""
    text = json.dumps([entry.at_ms, entry.kind, entry.facts], separators=(",", ":"), sort_keys=True)
    try:
        private.made(file.parent)
        with open(file, "ab", opener=private.opener) as stream:
            stream.write(f"{checksum(text)} {text}\n".encode())
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise RunnerError(
            "the guard's record cannot be written", [Problem(path=str(file), message=error.strerror or str(error))]
        ) from error


def entries(file: Path) -> list[Entry] | None:
    """Every line, oldest first; None when there is no file. A last line that was cut short is dropped; SpoiltError for any other."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise spoilt(file, error.strerror or str(error)) from error
    return list(read(file, content))


def read(file: Path, content: bytes) -> Iterator[Entry]:
    """The lines of a file's content."""
    whole, _, _cut = content.rpartition(b"\n")
    for number, line in enumerate(whole.split(b"\n") if whole else (), start=1):
        text = line[SUM + 1 :].decode(errors="replace")
        if line[:SUM].decode(errors="replace") != checksum(text):
            raise spoilt(file, f"line {number} is not as it was written")
        try:
            at_ms, kind, facts = json.loads(text)
            yield Entry(at_ms=int(at_ms), kind=str(kind), facts=dict(facts))
        except (TypeError, ValueError) as error:
            raise spoilt(file, f"line {number} is none that the guard writes") from error


def heal(file: Path) -> None:
    """Take a last line that was cut short off, so that the next one begins on a line of its own."""
    content = file.read_bytes() if file.is_file() else b""
    if content and not content.endswith(b"\n"):
        os.truncate(file, content.rfind(b"\n") + 1)


def set_aside(file: Path, now_ms: int) -> None:
    """Keep what is there under another name and begin anew."""
    if file.exists():
        file.rename(file.with_name(f"{file.name}.spoilt-{now_ms}"))


def checksum(text: str) -> str:
    """Eight digits that a changed line does not have."""
    return f"{zlib.crc32(text.encode()):0{SUM}x}"


def spoilt(file: Path, message: str) -> SpoiltError:
    """Not to be trusted."""
    return SpoiltError("the guard's record cannot be used", [Problem(path=str(file), message=message)])
